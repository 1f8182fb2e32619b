import { ticks as linearTicks } from "d3-array";
import type { ValueAxis } from "../model/axis";
import { formatStep } from "../model/format";
import type { Series } from "../model/series";
import { curveOf, rowDensities, vertexPositions } from "./curve";
import { valueAxis } from "./frame";
import { ghostLegend, label, offScaleLabels, strongLabel } from "./labels";
import { xScale } from "./scale";
import type { Box, Chart, Curve, Hatch, Label, Scene, Size, Style } from "./scene";

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

function nonFiniteBand(series: Series, row: number, ground: Terrain, color: string): Hatch[] {
  if (series.nonFinite[row] !== 1) return [];
  const y = ground.baselineOf(row);
  return [{ left: ground.plot.left, right: ground.plot.right, top: y - 4, bottom: y, color }];
}

/** All steps of a series, one ridge a step; the marked step in front, with the first one's outline on its baseline. */
export function ridgeline(series: Series, options: RidgelineOptions): Chart {
  const { axis } = options;
  const { palette, tints } = options.style;
  const ground = terrain(series.length, options.size);
  const { plot } = ground;
  const xs = vertexPositions(series, xScale(axis, plot));
  const ridge = (row: number, baseline: number): Curve => {
    const densities = rowDensities(series, row, axis);
    const peak = densities.reduce((a, b) => Math.max(a, b), options.peak);
    const perDensity = peak > 0 ? ground.lift / peak : 0;
    return curveOf(row, xs, densities, baseline, perDensity, tints[row]);
  };
  const hatches = (row: number) => nonFiniteBand(series, row, ground, palette.alarm);
  const values = valueAxis(axis, plot, palette);
  const legend = ghostLegend(series, plot.right + LABEL_GAP, plot.bottom + 14, palette);
  const scene = {
    rules: [...values.rules, ...legend.rules],
    labels: [...values.labels, ...stepLabels(series, ground, palette.faint), ...legend.labels],
    curves: ground.rows.map((row) => ridge(row, ground.baselineOf(row))),
    hatches: ground.rows.flatMap(hatches),
    clip: plot,
  };
  const ghost = { ...ridge(0, 0), line: palette.ink, fill: null, dash: true };
  const cursor = (row: number): Scene => {
    const baseline = ground.baselineOf(row);
    const step = formatStep(series.steps[row] ?? 0);
    const current = { ...ridge(row, baseline), ...tints.at(-1), lineWidth: 2 };
    const first = { ...ghost, baseline, ys: ghost.ys.map((y) => y + baseline) };
    return {
      rules: [],
      curves: row > 0 ? [current, first] : [current],
      hatches: hatches(row),
      labels: [
        strongLabel(plot.right + LABEL_GAP, baseline, step, palette),
        ...offScaleLabels(series, row, axis, plot, baseline - 9, palette),
      ],
      clip: plot,
    };
  };
  return { scene, cursor };
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
  const x = ground.plot.right + LABEL_GAP;
  return [
    label(x, first - 15, "step", color),
    ...[...new Set([0, ...between, newest])].map((row) =>
      label(x, ground.baselineOf(row), formatStep(series.steps[row] ?? 0), color),
    ),
  ];
}
