import { axisOf, binEdge, fromAxis, onAxis, type ValueAxis } from "../model/axis";
import { formatGuess, formatShare, formatValue } from "../model/format";
import { sharesBelow } from "../model/mass";
import { lineCurve } from "./curve";
import { densityLabels, valueAxis } from "./frame";
import { label, placeMark, strongLabel } from "./labels";
import { mostOffScale } from "./offscale";
import { nonFiniteBand, type Scaling } from "./ridgeline";
import { across } from "./rule";
import {
  type Band,
  type Box,
  type Chart,
  type Cursor,
  type Curve,
  emptyScene,
  type Line,
  type Scene,
  within,
} from "./scene";

const MARGIN = { left: 44, top: 20, right: 12, bottom: 22 };
/** The part of the height that the two curves take; the rest is their difference. */
const CURVES = 0.56;
const GAP = 14;
/** Pixels between the positions at which two curves are held against each other. */
const SAMPLE = 2;
const VEIL = "59";

/** The height of a curve above its baseline at ascending positions; zero beyond its ends. */
export function heightsAt(curve: Curve, xs: Float32Array): Float32Array {
  const { baseline, from, to } = curve;
  let i = from;
  return xs.map((x) => {
    while (i + 1 < to && (curve.xs[i + 1] ?? 0) < x) i++;
    const x1 = curve.xs[i] ?? 0;
    const x2 = curve.xs[i + 1] ?? x1;
    if (i + 1 >= to || x < x1 || x > x2) return 0;
    const y1 = baseline - (curve.ys[i] ?? baseline);
    const y2 = baseline - (curve.ys[i + 1] ?? baseline);
    return x2 > x1 ? y1 + ((y2 - y1) * (x - x1)) / (x2 - x1) : y1;
  });
}

/** Two distributions on one baseline, and below them how much more or less of the second there is at each value. */
export function compare(a: Line, b: Line, options: Scaling): Chart {
  const { axis, palette, size, peak } = options;
  const plot = within(size, MARGIN);
  const middle = plot.top + (plot.bottom - plot.top) * CURVES;
  const upper = { ...plot, bottom: middle };
  const drawn = { axis, plot: upper, peak, lift: upper.bottom - upper.top, fit: false };
  const curves = [a, b].map((line, index) => lineCurve(index, line, middle, drawn));
  const [first, second] = curves as [Curve, Curve];
  const count = Math.max(2, Math.floor((plot.right - plot.left) / SAMPLE));
  const xs = Float32Array.from(
    { length: count },
    (_, i) => plot.left + (i * (plot.right - plot.left)) / (count - 1),
  );
  const before = heightsAt(first, xs);
  const difference = heightsAt(second, xs).map((one, i) => one - (before[i] ?? 0));
  const { zero, scale, most, least } = differenceScale(difference, middle + GAP, plot.bottom);
  const ys = difference.map((one) => zero - one * scale);
  const flat = new Float32Array(count).fill(zero);
  const bands: Band[] = [
    { xs, lows: flat, highs: ys.map((y) => Math.min(y, zero)), fill: palette.more },
    { xs, lows: flat, highs: ys.map((y) => Math.max(y, zero)), fill: palette.less },
  ];
  const values = valueAxis(axis, plot, palette);
  const scene: Scene = {
    ...emptyScene(plot),
    rules: [...values.rules, across(plot, zero, palette.faint), across(plot, middle, palette.rule)],
    bands,
    curves: [
      { ...first, fill: `${a.tint.line}${VEIL}`, dash: true, width: 1.5 },
      { ...second, fill: null, width: 2 },
    ],
    hatches: [a, b].flatMap((line) => nonFiniteBand(line, middle, plot, palette, 6)),
    labels: [
      ...values.labels,
      ...densityLabels(drawn, 2, plot.top - 12, palette),
      label(plot.left - 6, zero, "B \u2212 A", palette.faint, "right"),
      ...(scale > 0 && scale !== 1
        ? [label(plot.left - 6, zero + 13, `\u00d7 ${formatValue(scale)}`, palette.faint, "right")]
        : []),
      ...(most > 0 ? [signLabel(plot, middle + GAP + 2, "more in B", palette.more)] : []),
      ...(least < 0 ? [signLabel(plot, plot.bottom - 8, "fewer in B", palette.less)] : []),
    ],
  };
  const names = [
    strongLabel(
      plot.right,
      plot.top - 12,
      `A \u2013 \u2013  ${a.name}    B \u2014 ${b.name}`,
      palette,
      "right",
    ),
  ];
  const cursor = ({ at }: Cursor): Scene => {
    const mark = placeMark(at, axis, plot, palette);
    return {
      ...emptyScene(plot),
      rules: mark.rules,
      labels: [...names, ...mostOffScale([a, b], axis, upper, palette), ...mark.labels],
    };
  };
  return { lines: [a, b], axisOf: () => axis, scene, cursor };
}

function signLabel(plot: Box, y: number, text: string, color: string) {
  return { ...label(plot.right, y, text, color, "right"), strong: true };
}

const SCALES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/**
 * On the scale of the curves where they fit, else on one that is a round multiple of it; zero in the middle, so that it is at
 * one height in all charts.
 */
function differenceScale(difference: Float32Array, top: number, bottom: number) {
  const most = difference.reduce((a, b) => Math.max(a, b), 0);
  const least = difference.reduce((a, b) => Math.min(a, b), 0);
  const zero = (top + bottom) / 2;
  const furthest = Math.max(most, -least);
  if (furthest < 1e-6) return { zero, scale: 0, most: 0, least: 0 };
  const fitting = (bottom - zero) / furthest;
  return { zero, scale: SCALES.findLast((one) => one <= fitting) ?? fitting, most, least };
}

/** The places on an axis of the edges of a row's bins, within the axis. */
function edgesOn(axis: ValueAxis, { series, row }: Line): number[] {
  const own = axisOf(series.grid);
  const edges = Array.from({ length: series.grid.bins + 1 }, (_, edge) =>
    onAxis(axis, series, row, binEdge(own, series.grid, edge)),
  );
  return edges.filter((place) => place > axis.low && place < axis.high);
}

/**
 * The share of values that lie elsewhere: half of what the shares between neighbouring edges of bins differ by,
 * and beyond either end of the axis. Nothing less than this share of A's values has to move to make B of them.
 */
export function movedShare(a: Line, b: Line, axis: ValueAxis): number {
  const places = [axis.low, ...edgesOn(axis, a), ...edgesOn(axis, b), axis.high].sort(
    (one, other) => one - other,
  );
  const [before, after] = [a, b].map(({ series, row }) => {
    const below = sharesBelow(series, row);
    return [0, ...places.map((place) => below(fromAxis(axis, series, row, place))), 1];
  }) as [number[], number[]];
  let sum = 0;
  for (let i = 1; i < before.length; i++) {
    const own = (before[i] ?? 0) - (before[i - 1] ?? 0);
    sum += Math.abs((after[i] ?? 0) - (after[i - 1] ?? 0) - own);
  }
  return Math.min(1, sum / 2);
}

/** The difference in words. */
export function movedWords(share: number): string {
  return share < 0.0005
    ? "no difference that shows"
    : `${formatGuess(formatShare(share))} of the values lie elsewhere`;
}
