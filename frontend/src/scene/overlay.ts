import { ticks as linearTicks } from "d3-array";
import { formatStep, formatTick } from "../model/format";
import type { Series } from "../model/series";
import { curveOf, rowDensities, vertexPositions } from "./curve";
import { valueAxis } from "./frame";
import { ghostLegend, label, offScaleLabels, strongLabel } from "./labels";
import type { RidgelineOptions } from "./ridgeline";
import { xScale } from "./scale";
import type { Chart, Curve, Scene } from "./scene";

const MARGIN = { left: 44, top: 18, right: 12, bottom: 22 };
/** Left of the step, whose number may be long. */
const LEGEND_OFFSET = 124;
/** The alpha of the fill, in hexadecimal: the curves of other steps stay visible through it. */
const VEIL = "4d";

/** All steps of a series as curves on one baseline, with a density axis; the marked step filled, the first one dashed. */
export function overlay(series: Series, options: RidgelineOptions): Chart {
  const { axis, peak, size } = options;
  const { palette, tints } = options.style;
  const plot = {
    left: MARGIN.left,
    top: MARGIN.top,
    right: size.width - MARGIN.right,
    bottom: size.height - MARGIN.bottom,
  };
  const xs = vertexPositions(series, xScale(axis, plot));
  const perDensity = peak > 0 ? (plot.bottom - plot.top) / peak : 0;
  const curve = (row: number): Curve => ({
    ...curveOf(row, xs, rowDensities(series, row, axis), plot.bottom, perDensity, tints[row]),
    fill: null,
  });
  const values = valueAxis(axis, plot, palette);
  const ticks = linearTicks(0, peak, 3);
  const captionY = plot.top - 10;
  const legend = ghostLegend(series, plot.right - LEGEND_OFFSET, captionY, palette);
  const scene = {
    rules: [...values.rules, ...legend.rules],
    labels: [
      ...values.labels,
      ...legend.labels,
      ...ticks.map((density) => {
        const text = formatTick(density, ticks);
        return label(
          plot.left - 6,
          plot.bottom - density * perDensity,
          text,
          palette.faint,
          "right",
        );
      }),
      label(2, captionY, "density", palette.faint),
    ],
    curves: Array.from({ length: series.length }, (_, row) => curve(row)),
    hatches: [],
    clip: plot,
  };
  const first = { ...curve(0), line: palette.ink, dash: true };
  const strongest = tints.at(-1)?.line ?? palette.ink;
  const cursor = (row: number): Scene => {
    const step = `step ${formatStep(series.steps[row] ?? 0)}`;
    const current = { ...curve(row), line: strongest, fill: `${strongest}${VEIL}`, lineWidth: 2 };
    const nonFinite = series.nonFinite[row] === 1;
    return {
      rules: [],
      curves: row > 0 ? [current, first] : [current],
      hatches: nonFinite ? [{ ...plot, top: plot.bottom - 6, color: palette.alarm }] : [],
      labels: [
        strongLabel(plot.right, captionY, step, palette, "right"),
        ...offScaleLabels(series, row, axis, plot, plot.top + 8, palette),
      ],
      clip: plot,
    };
  };
  return { scene, cursor };
}
