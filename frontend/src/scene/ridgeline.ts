import { ticks as linearTicks } from "d3-array";
import type { ValueAxis } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatStep } from "../model/format";
import type { Series } from "../model/series";
import { rowDensities, support, vertexPositions } from "./curve";
import { valueAxis, xScale } from "./frame";
import { offScaleLabels } from "./offScale";
import type { Box, Curve, Hatch, Label, Scene, Size, Style } from "./scene";

const MARGIN = { left: 10, top: 6, right: 56, bottom: 22 };
/** A ridge of the chart's highest density reaches over this many rows. */
export const OVERLAP = 2.5;
const MIN_LIFT = 56;
const MIN_SPACING = 5;
const LABEL_SPACING = 26;
const LABEL_GAP = 8;

export interface RidgelineOptions {
  size: Size;
  axis: ValueAxis;
  style: Style;
  /** The density that stands at full height; a ridge that goes beyond is drawn to fit. 0: every ridge is drawn at full height. */
  peak: number;
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
export function terrain(length: number, size: Size): Terrain {
  const plot = {
    left: MARGIN.left,
    top: MARGIN.top,
    right: size.width - MARGIN.right,
    bottom: size.height - MARGIN.bottom,
  };
  const height = plot.bottom - plot.top;
  const overlapping = (OVERLAP * height) / (Math.max(1, length - 1) + OVERLAP);
  const lift = length < 2 ? height * 0.8 : Math.min(Math.max(overlapping, MIN_LIFT), height * 0.7);
  const room = height - lift;
  const most = Math.max(2, Math.floor(room / MIN_SPACING) + 1);
  const count = Math.min(length, most);
  const rows = Array.from({ length: count }, (_, i) =>
    count < 2 ? 0 : Math.round((i * (length - 1)) / (count - 1)),
  );
  const perRow = length < 2 ? 0 : room / (length - 1);
  return { plot, rows, lift, baselineOf: (row) => plot.bottom - (length - 1 - row) * perRow };
}

function ridge(
  series: Series,
  row: number,
  xs: Float32Array,
  ground: Terrain,
  options: RidgelineOptions,
): Curve {
  const densities = rowDensities(series, row, options.axis);
  const peak = densities.reduce((a, b) => Math.max(a, b), options.peak);
  const baseline = ground.baselineOf(row);
  const tint = options.style.tints[row];
  return {
    row,
    baseline,
    xs,
    ys: densities.map((density) => baseline - (peak > 0 ? (density / peak) * ground.lift : 0)),
    ...support(densities),
    line: tint?.line ?? options.style.palette.ink,
    lineWidth: 1,
    dash: false,
    fill: tint?.fill ?? null,
  };
}

function nonFiniteBand(series: Series, row: number, ground: Terrain, color: string): Hatch[] {
  if (series.nonFinite[row] !== 1) return [];
  const y = ground.baselineOf(row);
  return [{ left: ground.plot.left, right: ground.plot.right, top: y - 4, bottom: y, color }];
}

/** All steps of a series, one ridge a step. */
export function ridgelineScene(series: Series, options: RidgelineOptions): Scene {
  const { palette } = options.style;
  const ground = terrain(series.length, options.size);
  const { plot } = ground;
  const axis = valueAxis(options.axis, plot, palette);
  const xs = vertexPositions(series, xScale(options.axis, plot));
  const curves = ground.rows.map((row) => ridge(series, row, xs, ground, options));
  const hatches = ground.rows.flatMap((row) => nonFiniteBand(series, row, ground, palette.alarm));
  return {
    ...axis,
    labels: [...axis.labels, ...stepLabels(series, ground, palette.faint)],
    curves,
    hatches,
    clip: plot,
  };
}

/** A few steps at the right edge, round ones where there are, the first and the last always. */
function stepLabels(series: Series, ground: Terrain, color: string): Label[] {
  const newest = series.length - 1;
  const first = ground.baselineOf(0);
  const last = ground.baselineOf(newest);
  const from = series.steps[0] ?? 0;
  const to = series.steps[newest] ?? 0;
  const between = linearTicks(from, to, Math.floor((last - first) / LABEL_SPACING))
    .map((tick) => series.steps.indexOf(tick))
    .filter((row) => row > 0)
    .filter((row) => ground.baselineOf(row) > first + 13 && ground.baselineOf(row) < last - 13);
  const label = (y: number, text: string): Label => ({
    x: ground.plot.right + LABEL_GAP,
    y,
    text,
    color,
    align: "left",
    strong: false,
    ground: null,
  });
  return [
    label(first - 15, "step"),
    ...[...new Set([0, ...between, newest])].map((row) =>
      label(ground.baselineOf(row), formatStep(series.steps[row] ?? 0)),
    ),
  ];
}

export const NO_LEGEND = { rules: [], labels: [] };

/** What the dashed outline is. */
export function ghostLegend(
  x: number,
  y: number,
  palette: Palette,
): Pick<Scene, "rules" | "labels"> {
  return {
    rules: [{ x1: x, y1: y, x2: x + 14, y2: y, color: palette.ink, dash: true }],
    labels: [
      {
        x: x + 18,
        y,
        text: "first",
        color: palette.faint,
        align: "left",
        strong: false,
        ground: null,
      },
    ],
  };
}

/** What marks one row: its ridge in front of all, the first step's outline on the same baseline. */
export function ridgelineCursor(series: Series, row: number, options: RidgelineOptions): Scene {
  const { palette, tints } = options.style;
  const ground = terrain(series.length, options.size);
  const strongest = tints.at(-1);
  const xs = vertexPositions(series, xScale(options.axis, ground.plot));
  const current: Curve = {
    ...ridge(series, row, xs, ground, options),
    line: strongest?.line ?? palette.ink,
    fill: strongest?.fill ?? null,
    lineWidth: 2,
  };
  const curves = [current];
  if (row > 0) {
    const first = ridge(series, 0, xs, ground, options);
    const drop = current.baseline - first.baseline;
    curves.push({
      ...first,
      ys: first.ys.map((y) => y + drop),
      baseline: current.baseline,
      line: palette.ink,
      dash: true,
      fill: null,
    });
  }
  const strong = (x: number, text: string, align: Label["align"]): Label => ({
    x,
    y: current.baseline,
    text,
    color: palette.ink,
    align,
    strong: true,
    ground: palette.ground,
  });
  const { right, bottom } = ground.plot;
  const legend = row > 0 ? ghostLegend(right + LABEL_GAP, bottom + 14, palette) : NO_LEGEND;
  return {
    rules: legend.rules,
    curves,
    hatches: nonFiniteBand(series, row, ground, palette.alarm),
    labels: [
      ...legend.labels,
      strong(ground.plot.right + LABEL_GAP, formatStep(series.steps[row] ?? 0), "left"),
      ...offScaleLabels(series, row, options.axis, ground.plot, current.baseline - 9, palette),
    ],
    clip: ground.plot,
  };
}
