import { axisOf, binCentre, binEdge } from "./axis";
import {
  formatBeside,
  formatCount,
  formatShare,
  formatStep,
  formatTick,
  formatValue,
} from "./format";
import { fullTitle } from "./names";
import { densityAt, type Series } from "./series";

/** What the charts show, in words. */

/** Rows of so few buckets are known no finer than them. */
const COARSE_BUCKETS = 32;

function noun(series: Series): string {
  if (series.role === "gradient") return "gradients";
  if (series.role === "activation") return "activations";
  if (series.role === "update") return "updates";
  if (series.role !== "weight") return "values";
  return series.parameter.includes("bias") ? "biases" : "weights";
}

/** The first step whose record shows NaN or infinity; `null` if none does. */
export function firstNonFinite(series: Series): number | null {
  const row = series.nonFinite.indexOf(1);
  return row < 0 ? null : (series.steps[row] ?? null);
}

/** The last sentence of each series: the card and the name of its chart say the same at each step. */
const said = new WeakMap<Series, { row: number; text: string }>();

/** One row in a sentence: `512 weights, mean 0.00, spread 0.04, 3 % near zero · 30 buckets`. */
export function summary(series: Series, row: number): string {
  const last = said.get(series);
  if (last?.row === row) return last.text;
  const text = sentence(series, row);
  said.set(series, { row, text });
  return text;
}

function sentence(series: Series, row: number): string {
  const count = series.count[row] ?? 0;
  if (count === 0) {
    return series.nonFinite[row] === 1 ? "only NaN or infinity" : "no values";
  }
  const buckets = series.buckets[row] ?? 0;
  const mean = series.mean[row] ?? Number.NaN;
  const std = series.std[row] ?? Number.NaN;
  return (
    [
      `${formatCount(count)} ${noun(series)}`,
      `mean ${formatBeside(mean, std)}`,
      `spread ${formatBeside(std, std)}`,
      `${formatShare(series.nearZero[row] ?? Number.NaN)} near zero`,
    ].join(", ") + (buckets > 1 && buckets <= COARSE_BUCKETS ? ` · ${buckets} buckets` : "")
  );
}

/** A span of steps: `51 steps from 0 to 2,000`. */
export function stepsWords(series: Series): string {
  const first = formatStep(series.steps[0] ?? 0);
  const last = formatStep(series.steps[series.length - 1] ?? 0);
  return series.length === 1 ? `step ${first}` : `${series.length} steps from ${first} to ${last}`;
}

function alarm(series: Series): string {
  const broken = firstNonFinite(series);
  return broken === null ? "" : ` NaN or infinity since step ${formatStep(broken)}.`;
}

/** A chart of steps for whoever can't see it; begins with the layer and the parameter. */
export function chartName(series: Series, row: number, view: string): string {
  return (
    `${fullTitle(series)}, run ${series.run}: ${view} of ${stepsWords(series)}. ` +
    `At step ${formatStep(series.steps[row] ?? 0)}: ${summary(series, row)}.${alarm(series)}`
  );
}

/** A chart of several series, each at one row, for whoever can't see it. */
export function chartNameOf(
  lines: readonly { series: Series; row: number }[],
  view: string,
): string {
  const first = lines[0]?.series;
  if (first === undefined) return "No chart";
  const each = lines.map(
    ({ series, row }) =>
      `${series.run} at step ${formatStep(series.steps[row] ?? 0)}: ${summary(series, row)}.${alarm(series)}`,
  );
  return `${fullTitle(first)}: ${view}. ${each.join(" ")}`;
}

/** What lies under a pointer that stands beyond an end of the grid, at a value that no bin counts. */
export function readoutBeyond(
  series: Series,
  row: number,
  value: number,
  side: "left" | "right",
): { term: string; text: string }[] {
  const share = (side === "left" ? series.below : series.above)[row] ?? 0;
  return [
    { term: "step", text: formatCount(series.steps[row] ?? 0) },
    { term: "value", text: formatValue(value) },
    {
      term: side === "left" ? "off the scale below" : "off the scale above",
      text: formatShare(share),
    },
  ];
}

/** What lies under the pointer. */
export function readout(
  series: Series,
  row: number,
  bin: number,
): { term: string; text: string }[] {
  const { grid } = series;
  const axis = axisOf(grid);
  const density = densityAt(series, row, bin);
  const width = (axis.toUnit(grid.high) - axis.toUnit(grid.low)) / grid.bins;
  const ends = [binEdge(axis, grid, bin), binEdge(axis, grid, bin + 1)];
  const perUnit = grid.axis === "linear" ? "" : " per axis unit";
  return [
    { term: "step", text: formatCount(series.steps[row] ?? 0) },
    { term: "value", text: formatValue(binCentre(axis, grid, bin)) },
    { term: "density", text: formatValue(density) + perUnit },
    {
      term: `share in ${ends.map((end) => formatTick(end, ends)).join(" \u2026 ")}`,
      text: formatShare(density * width),
    },
  ];
}
