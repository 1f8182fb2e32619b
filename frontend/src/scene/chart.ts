import type { View } from "../model/address";
import { axisOf, padded, sharedAxis, sigmaAxis, type ValueAxis } from "../model/axis";
import { centralRange } from "../model/mass";
import { type Grid, rowAtStep, type Series } from "../model/series";
import { rowPeak } from "./curve";

/** The scales of charts: which values lie where, and which density stands how high. */

/** A row this many times as high as the median row is not what the others are measured by. */
const TALLEST = 2.5;

/**
 * The density that stands at full height: the highest of all, unless that is an exception. Biases that all
 * start at zero are one spike, on whose scale every later step would be a flat line.
 */
export function referencePeak(peaks: readonly number[]): number {
  const some = peaks.filter((peak) => peak > 0 && Number.isFinite(peak)).sort((a, b) => a - b);
  const middle = some[some.length >> 1] ?? 0;
  return Math.min(some.at(-1) ?? 0, TALLEST * middle);
}

/** The highest densities of all rows of some series. */
export function peaksOf(series: readonly Series[], axis: ValueAxis): number[] {
  return series.flatMap((one) =>
    Array.from({ length: one.length }, (_, row) => rowPeak(one, row, axis)),
  );
}

/** The highest densities of some series at a step, one each. */
export function peaksAt(
  series: readonly Series[],
  axis: (series: Series) => ValueAxis,
  step: number | null,
): number[] {
  return series.map((one) => rowPeak(one, rowAtStep(one, step), axis(one)));
}

/** Of a normal distribution that is an eighth as wide as its axis, the density at the mean. */
const NORMAL_PEAK = 8 / Math.sqrt(2 * Math.PI);

/** The density that stands at full height where equal shares have equal areas, in every chart of one width. */
export function areaPeak(axis: ValueAxis): number {
  return NORMAL_PEAK / (axis.toUnit(axis.high) - axis.toUnit(axis.low));
}

export type AxisChoice = Pick<View, "axis" | "range" | "scale" | "window">;

/** Runs so many times as wide as the narrowest of them share an axis for the bulk of their values alone. */
const WIDER = 3;
const BULK = 0.01;

/**
 * The grids that a shared axis is to cover. A run that explodes would leave the others a spike: of what is much wider
 * than the rest, only the central 98 % of every row have a say; what that leaves out is stated as off the scale.
 */
function fairGrids(series: readonly Series[]): Grid[] {
  const widths = series.map(({ grid }) => {
    const axis = axisOf(grid);
    return axis.toUnit(grid.high) - axis.toUnit(grid.low);
  });
  const narrowest = widths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return series.map((one, i) =>
    (widths[i] ?? 0) > WIDER * narrowest ? { ...one.grid, ...centralRange(one, BULK) } : one.grid,
  );
}

/**
 * The value axis of a chart.
 *
 * @param drawn - The series in it.
 * @param kin - The same parameter in all runs.
 * @param ofLayers - The axis of all layers.
 */
export function chartAxis(
  drawn: readonly Series[],
  kin: readonly Series[],
  ofLayers: ValueAxis,
  { axis, range, scale, window }: AxisChoice,
): ValueAxis {
  const covered = scale === "own" ? drawn : [...drawn, ...kin];
  const whole =
    axis === "sigma"
      ? sigmaAxis(covered, range === "full")
      : scale === "layers"
        ? ofLayers
        : padded(
            sharedAxis(range === "full" ? covered.map(({ grid }) => grid) : fairGrids(covered)),
          );
  return window === null ? whole : { ...whole, low: window[0], high: window[1] };
}

export function chartPeak(
  series: readonly Series[],
  axis: ValueAxis,
  heights: View["heights"],
): number {
  return heights === "area" ? areaPeak(axis) : referencePeak(peaksOf(series, axis));
}
