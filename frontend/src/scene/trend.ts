import { ticks as linearTicks } from "d3-array";
import type { Palette, Tint } from "../model/colors";
import { label, strongLabel } from "./labels";
import { across, upright } from "./rule";
import {
  type Band,
  type Curve,
  emptyScene,
  type Label,
  type Rule,
  type Scene,
  type Size,
  within,
} from "./scene";

const MARGIN = { left: 52, top: 18, right: 16, bottom: 22 };
const VEILS = ["33", "66"] as const;

/** Numbers over steps: a line each, and what lies between two of them. NaN leaves a gap. */
export interface Trend {
  /** Where the steps stand: step numbers, or seconds. */
  at: Float64Array;
  lines: { values: ArrayLike<number>; strong: boolean }[];
  bands: { low: ArrayLike<number>; high: ArrayLike<number> }[];
  /** A value that is worth a line across, such as -3 for the logarithm of an update's share; or none. */
  guides: number[];
}

export interface TrendOptions {
  size: Size;
  palette: Palette;
  tint: Tint;
  /** Whether places are step numbers, with nothing between them. */
  isWhole: boolean;
  /** What a place along the steps is called. */
  labelOf(at: number): string;
  format(value: number, ticks: readonly number[]): string;
}

export interface TrendChart {
  scene: Scene;
  /** Marks the step at an index. */
  cursor(index: number): Scene;
  /** The index of the step nearest to a pixel. */
  indexAt(x: number): number;
}

const finite = (values: Iterable<number>) => [...values].filter(Number.isFinite);

function extent(trend: Trend): [number, number] {
  const all = [
    ...trend.lines.flatMap(({ values }) => finite(Array.from(values))),
    ...trend.bands.flatMap(({ low, high }) => finite([...Array.from(low), ...Array.from(high)])),
    ...trend.guides,
  ];
  if (all.length === 0) return [0, 1];
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  const room = high > low ? 0.05 * (high - low) : Math.abs(high) * 0.1 || 0.5;
  return [low - room, high + room];
}

/** Numbers of a series over its steps. */
export function trendChart(trend: Trend, options: TrendOptions): TrendChart {
  const { size, palette, tint } = options;
  const plot = within(size, MARGIN);
  const [low, high] = extent(trend);
  const { at } = trend;
  const from = at[0] ?? 0;
  const to = at[at.length - 1] ?? 1;
  const x = (place: number) =>
    to > from
      ? plot.left + ((place - from) / (to - from)) * (plot.right - plot.left)
      : (plot.left + plot.right) / 2;
  const y = (value: number) =>
    plot.bottom - ((value - low) / (high - low)) * (plot.bottom - plot.top);
  const xs = Float32Array.from(at, x);
  const valueTicks = linearTicks(low, high, Math.max(2, Math.floor((plot.bottom - plot.top) / 40)));
  const most = Math.max(2, Math.floor((plot.right - plot.left) / 90));
  const places = linearTicks(from, to, most).filter(
    (place) => !options.isWhole || Number.isInteger(place),
  );
  const labels: Label[] = [
    ...valueTicks.map((value) =>
      label(plot.left - 6, y(value), options.format(value, valueTicks), palette.faint, "right"),
    ),
    ...places.map((place) =>
      label(x(place), plot.bottom + 14, options.labelOf(place), palette.faint, "center"),
    ),
  ];
  const start = { ...plot, right: plot.left + 4 };
  const rules: Rule[] = [
    across(plot, plot.bottom, palette.rule),
    ...valueTicks.map((value) => across(value === 0 ? plot : start, y(value), palette.rule)),
    ...trend.guides.map((value) => across(plot, y(value), palette.faint, true)),
  ];
  const scene: Scene = {
    ...emptyScene(plot),
    rules,
    labels,
    bands: trend.bands.flatMap(({ low: lows, high: highs }, i) =>
      runsOf(at.length, (j) => Number.isFinite(lows[j]) && Number.isFinite(highs[j])).map(
        ([begin, end]): Band => ({
          xs: xs.slice(begin, end),
          lows: Float32Array.from({ length: end - begin }, (_, j) => y(lows[begin + j] ?? 0)),
          highs: Float32Array.from({ length: end - begin }, (_, j) => y(highs[begin + j] ?? 0)),
          fill: `${tint.line}${VEILS[i] ?? VEILS[0]}`,
        }),
      ),
    ),
    curves: trend.lines.flatMap(({ values, strong }, line) =>
      runsOf(at.length, (j) => Number.isFinite(values[j])).map(
        ([begin, end]): Curve => ({
          line,
          baseline: plot.bottom,
          xs,
          ys: Float32Array.from(at, (_, j) => y(values[j] ?? 0)),
          from: begin,
          to: end,
          color: strong ? tint.line : palette.faint,
          width: strong ? 2 : 1,
          dash: false,
          smooth: false,
          fill: null,
        }),
      ),
    ),
  };
  const cursor = (index: number): Scene => {
    const place = xs[index];
    if (place === undefined) return emptyScene(plot);
    const isRight = place > (plot.left + plot.right) / 2;
    return {
      ...emptyScene(plot),
      rules: [upright(place, plot.top, plot.bottom, palette.ink)],
      labels: [
        strongLabel(
          place + (isRight ? -6 : 6),
          plot.top - 8,
          options.labelOf(at[index] ?? 0),
          palette,
          isRight ? "right" : "left",
        ),
      ],
    };
  };
  const indexAt = (pixel: number) => {
    let best = 0;
    xs.forEach((one, i) => {
      if (Math.abs(one - pixel) < Math.abs((xs[best] ?? 0) - pixel)) best = i;
    });
    return best;
  };
  return { scene, cursor, indexAt };
}

/** Stretches of indexes, `[from, to)`, that all hold. */
function runsOf(length: number, holds: (index: number) => boolean): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < length; i++) {
    if (!holds(i)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === i) last[1] = i + 1;
    else runs.push([i, i + 1]);
  }
  return runs;
}
