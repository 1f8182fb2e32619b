import { ticks as linearTicks } from "d3-array";
import { formatStep, formatTick } from "../model/format";
import type { Series } from "../model/series";
import { rowDensities, support, vertexPositions } from "./curve";
import { valueAxis, xScale } from "./frame";
import { offScaleLabels } from "./offScale";
import { ghostLegend, NO_LEGEND, type RidgelineOptions } from "./ridgeline";
import type { Box, Curve, Label, Scene, Size } from "./scene";

const MARGIN = { left: 44, top: 18, right: 12, bottom: 22 };

function plotOf(size: Size): Box {
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    right: size.width - MARGIN.right,
    bottom: size.height - MARGIN.bottom,
  };
}

function curve(
  series: Series,
  row: number,
  xs: Float32Array,
  plot: Box,
  options: RidgelineOptions,
): Curve {
  const densities = rowDensities(series, row, options.axis);
  const perDensity = options.peak > 0 ? (plot.bottom - plot.top) / options.peak : 0;
  return {
    row,
    baseline: plot.bottom,
    xs,
    ys: densities.map((density) => plot.bottom - density * perDensity),
    ...support(densities),
    line: options.style.tints[row]?.line ?? options.style.palette.ink,
    lineWidth: 1,
    dash: false,
    fill: null,
  };
}

/** All steps of a series as curves on one baseline, with a density axis. */
export function overlayScene(series: Series, options: RidgelineOptions): Scene {
  const { palette } = options.style;
  const plot = plotOf(options.size);
  const axis = valueAxis(options.axis, plot, palette);
  const xs = vertexPositions(series, xScale(options.axis, plot));
  const ticks = linearTicks(0, options.peak, 3);
  const perDensity = options.peak > 0 ? (plot.bottom - plot.top) / options.peak : 0;
  const densityLabels = ticks.map(
    (density): Label => ({
      x: plot.left - 6,
      y: plot.bottom - density * perDensity,
      text: formatTick(density, ticks),
      color: palette.faint,
      align: "right",
      strong: false,
      ground: null,
    }),
  );
  const caption: Label = {
    x: 2,
    y: plot.top - 10,
    text: "density",
    color: palette.faint,
    align: "left",
    strong: false,
    ground: null,
  };
  return {
    rules: axis.rules,
    labels: [...axis.labels, ...densityLabels, caption],
    curves: Array.from({ length: series.length }, (_, row) =>
      curve(series, row, xs, plot, options),
    ),
    hatches: [],
    clip: plot,
  };
}

/** Left of the step, whose number may be long. */
const LEGEND_OFFSET = 124;
/** The alpha of the fill, in hexadecimal: the curves of other steps stay visible through it. */
const VEIL = "4d";

/** What marks one row: its curve, filled; the first step's outline. */
export function overlayCursor(series: Series, row: number, options: RidgelineOptions): Scene {
  const { palette, tints } = options.style;
  const plot = plotOf(options.size);
  const strongest = tints.at(-1);
  const xs = vertexPositions(series, xScale(options.axis, plot));
  const curves: Curve[] = [
    {
      ...curve(series, row, xs, plot, options),
      line: strongest?.line ?? palette.ink,
      fill: strongest === undefined ? null : `${strongest.line}${VEIL}`,
      lineWidth: 2,
    },
  ];
  if (row > 0) {
    curves.push({ ...curve(series, 0, xs, plot, options), line: palette.ink, dash: true });
  }
  const step: Label = {
    x: plot.right,
    y: plot.top - 10,
    text: `step ${formatStep(series.steps[row] ?? 0)}`,
    color: palette.ink,
    align: "right",
    strong: true,
    ground: palette.ground,
  };
  const legend =
    row > 0 ? ghostLegend(plot.right - LEGEND_OFFSET, plot.top - 10, palette) : NO_LEGEND;
  const nonFinite = series.nonFinite[row] === 1;
  return {
    rules: legend.rules,
    curves,
    hatches: nonFinite ? [{ ...plot, top: plot.bottom - 6, color: palette.alarm }] : [],
    labels: [
      ...legend.labels,
      step,
      ...offScaleLabels(series, row, options.axis, plot, plot.top + 8, palette),
    ],
    clip: plot,
  };
}
