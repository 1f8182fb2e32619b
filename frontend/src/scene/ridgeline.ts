import { ticks as linearTicks } from "d3-array";
import type { View } from "../model/address";
import type { ValueAxis } from "../model/axis";
import { clamp } from "../model/clamp";
import type { Palette } from "../model/colors";
import { rowAtStep, type Series } from "../model/series";
import { stepLabel, TIME_WORDS } from "../model/time";
import { lineCurve, outlined } from "./curve";
import { valueAxis } from "./frame";
import { label, legend, placeMark, strongLabel } from "./labels";
import { offScaleColumn, offScaleMarks } from "./offscale";
import {
  type Box,
  type Chart,
  type Cursor,
  emptyScene,
  type Hatch,
  type Label,
  type Line,
  type Scene,
  type Size,
  within,
} from "./scene";
import type { Measure } from "./text";

const MARGIN = { left: 10, top: 6, right: 60, bottom: 22 };
/** Above the plot, where ridges must not be written over. */
export const LEGEND_HEIGHT = 16;
const MIN_LIFT = 56;
const MIN_SPACING = 5;
const LABEL_SPACING = 26;
const LABEL_GAP = 8;
const LABEL_HEIGHT = 13;
/** Of the marks of what lies off the scale. */
const ABOVE_BASELINE = 9;
/** At most, of numbers and of names of months. */
const WIDEST_CHARACTER = 6.7;

/** How the ridges or curves of a chart are scaled and marked, whatever they are. */
export interface Scaling {
  size: Size;
  axis: ValueAxis;
  palette: Palette;
  heights: View["heights"];
  /** How many rows a ridge of full height reaches over. */
  overlap: number;
  /** The density that stands at full height, unless every ridge does. */
  peak: number;
  measure?: Measure;
}

export interface StepsOptions extends Scaling {
  time: View["time"];
  /** The same parameter in the run that all charts show as a reference. */
  reference: Reference | null;
}

/** A series that is drawn as an outline beside those of a chart. */
export interface Reference {
  series: Series;
  color: string;
}

/** Where the rows of a ridgeline lie: oldest at the top and behind, newest at the bottom and in front. */
export interface Terrain {
  plot: Box;
  /** Rows that are drawn, ascending. */
  rows: number[];
  /** Pixels that the highest density reaches above its baseline. */
  lift: number;
  baselineOf(row: number): number;
}

/** Rows that fit, spread evenly, with the first and the last always among them. */
export function terrain(
  length: number,
  size: Size,
  overlap: number,
  heights: View["heights"] = "chart",
  beside = { above: 0, right: 0 },
): Terrain {
  const plot = within(size, {
    ...MARGIN,
    top: MARGIN.top + beside.above,
    right: Math.max(MARGIN.right, beside.right),
  });
  const height = plot.bottom - plot.top;
  const overlapping = (overlap * height) / (Math.max(1, length - 1) + overlap);
  const least = Math.min(MIN_LIFT, 22 * overlap);
  // Equal areas are equal in charts of any number of steps.
  const free = length < 2 ? height * 0.8 : clamp(overlapping, least, height * 0.7);
  const lift = heights === "area" ? least : free;
  const room = height - lift;
  const most = Math.max(2, Math.floor(room / MIN_SPACING) + 1);
  const count = Math.min(length, most);
  const rows = Array.from({ length: count }, (_, i) =>
    count < 2 ? 0 : Math.round((i * (length - 1)) / (count - 1)),
  );
  const perRow = length < 2 ? 0 : room / (length - 1);
  return { plot, rows, lift, baselineOf: (row) => plot.bottom - (length - 1 - row) * perRow };
}

/** Along the baseline of a row with NaN or infinity. */
export function nonFiniteBand(
  { series, row }: Pick<Line, "series" | "row">,
  baseline: number,
  { left, right }: Box,
  { alarm }: Palette,
  height = 4,
): Hatch[] {
  if (series.nonFinite[row] !== 1) return [];
  return [{ left, right, top: baseline - height, bottom: baseline, color: alarm }];
}

/** All steps of a series, one ridge a step; the marked step in front, with the first one's outline on its baseline. */
export function ridgeline(lines: readonly Line[], options: StepsOptions): Chart {
  const { axis, palette, reference } = options;
  const longest = Math.max(...lines.map(({ name }) => name.length));
  const ground = terrain(lines.length, options.size, options.overlap, options.heights, {
    above: reference === null ? 0 : LEGEND_HEIGHT,
    right: LABEL_GAP + longest * WIDEST_CHARACTER,
  });
  const { plot } = ground;
  const drawn = {
    ...options,
    plot,
    lift: ground.lift,
    peak: options.heights === "ridge" ? 0 : options.peak,
    fit: options.heights !== "area",
  };
  const ridge = (line: number, baseline: number) =>
    lineCurve(line, lines[line] as Line, baseline, drawn);
  const hatches = (row: number) =>
    nonFiniteBand(lines[row] as Line, ground.baselineOf(row), plot, palette);
  const values = valueAxis(axis, plot, palette);
  const outlines = { isFirst: lines.length > 1, reference };
  // Alone, the legend has room at the foot; above the plot it takes some of the ridges'.
  const legends =
    reference === null
      ? legend(plot.right + LABEL_GAP, plot.bottom + 14, outlines, palette)
      : legend(plot.left, LEGEND_HEIGHT / 2, outlines, palette);
  const scene: Scene = {
    ...emptyScene(plot),
    rules: [...values.rules, ...legends.rules],
    curves: ground.rows.map((row) => ridge(row, ground.baselineOf(row))),
    hatches: ground.rows.flatMap(hatches),
    labels: [...values.labels, ...legends.labels],
  };
  const markY = (row: number) => ground.baselineOf(row) - ABOVE_BASELINE;
  const marked = ground.rows.flatMap((row) => {
    const series = lines[row]?.series;
    return series === undefined ? [] : [{ series, row, y: markY(row) }];
  });
  let others: ReturnType<typeof offScaleColumn> | null = null;
  const strongest = lines.at(-1)?.tint;
  const steps = stepLabels(lines, ground, options);
  const cursor = ({ step, at }: Cursor): Scene => {
    const series = lines[0]?.series;
    if (series === undefined) return emptyScene(plot);
    const row = rowAtStep(series, step);
    const baseline = ground.baselineOf(row);
    const current = ridge(row, baseline);
    const mark = placeMark(at, axis, plot, palette);
    const y = markY(row);
    const beyond = offScaleMarks({ series, row }, axis, { plot, baseline, y }, palette);
    // Only once they are seen: to sum up every row takes longer than to draw it.
    others ??= offScaleColumn(marked, axis, plot, palette);
    const behind = [
      ...(row > 0 ? [outlined(ridge(0, baseline), palette.ink)] : []),
      ...(reference === null ? [] : [referenceCurve(reference, step, baseline, drawn)]),
    ];
    return {
      ...emptyScene(plot),
      rules: [...mark.rules, ...beyond.rules],
      curves: [
        { ...current, color: strongest?.line ?? "", fill: strongest?.fill ?? null, width: 2 },
        ...behind,
      ],
      hatches: hatches(row),
      labels: [
        ...steps.filter(({ y }) => Math.abs(y - baseline) >= LABEL_HEIGHT),
        strongLabel(
          plot.right + LABEL_GAP,
          baseline,
          stepLabel(series, row, options.time),
          palette,
        ),
        ...others({ series, row, y }),
        ...beyond.labels,
        ...mark.labels,
      ],
    };
  };
  return { lines, axisOf: () => axis, scene, cursor };
}

/** The outline of a reference at a step. */
export function referenceCurve(
  { series, color }: Reference,
  step: number | null,
  baseline: number,
  drawn: Parameters<typeof lineCurve>[3],
) {
  const line = { series, row: rowAtStep(series, step), tint: { line: color, fill: "" }, name: "" };
  return outlined(lineCurve(-1, line, baseline, drawn), color, "baseline");
}

/** A few steps at the right edge, round ones where there are, the first and the last always. */
function stepLabels(lines: readonly Line[], ground: Terrain, options: StepsOptions): Label[] {
  const series = lines[0]?.series;
  if (series === undefined) return [];
  const { faint } = options.palette;
  const newest = series.length - 1;
  const first = ground.baselineOf(0);
  const last = ground.baselineOf(newest);
  const from = series.steps[0] ?? 0;
  const to = series.steps[newest] ?? 0;
  const between = linearTicks(from, to, Math.floor((last - first) / LABEL_SPACING))
    .map((tick) => series.steps.indexOf(tick))
    .filter((row) => row > 0)
    .filter(
      (row) =>
        ground.baselineOf(row) > first + LABEL_HEIGHT &&
        ground.baselineOf(row) < last - LABEL_HEIGHT,
    );
  const x = ground.plot.right + LABEL_GAP;
  return [
    label(x, Math.max(first - 15, 7), TIME_WORDS[options.time], faint),
    ...[...new Set([0, ...between, newest])].map((row) =>
      label(x, ground.baselineOf(row), stepLabel(series, row, options.time), faint),
    ),
  ];
}
