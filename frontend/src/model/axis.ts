import { ticks as linearTicks } from "d3-array";
import type { Grid } from "./series";

/** A value axis: values to positions along it and back. */
export interface ValueAxis {
  /** Along the axis, not pixels: the value itself (linear) or asinh(value / threshold) (symlog). */
  toUnit(value: number): number;
  fromUnit(unit: number): number;
  low: number;
  high: number;
  threshold: number;
}

/** The axis of a grid. */
export function axisOf(grid: Grid): ValueAxis {
  const { low, high, threshold } = grid;
  if (grid.axis === "linear") {
    return { toUnit: (value) => value, fromUnit: (unit) => unit, low, high, threshold: 0 };
  }
  return {
    toUnit: (value) => Math.asinh(value / threshold),
    fromUnit: (unit) => threshold * Math.sinh(unit),
    low,
    high,
    threshold,
  };
}

/** One axis that covers all grids, for charts that are compared by eye. All grids are of one kind. */
export function sharedAxis(grids: readonly Grid[]): ValueAxis {
  const [first] = grids;
  if (first === undefined)
    return axisOf({ axis: "linear", bins: 1, low: 0, high: 1, threshold: 0 });
  return axisOf({
    axis: first.axis,
    bins: first.bins,
    low: Math.min(...grids.map((grid) => grid.low)),
    high: Math.max(...grids.map((grid) => grid.high)),
    threshold: Math.min(...grids.map((grid) => grid.threshold)),
  });
}

/** The axis with a little room at either end, so that curves that stop there are seen to stop. */
export function padded(axis: ValueAxis): ValueAxis {
  const low = axis.toUnit(axis.low);
  const high = axis.toUnit(axis.high);
  const room = 0.02 * (high - low);
  return { ...axis, low: axis.fromUnit(low - room), high: axis.fromUnit(high + room) };
}

/** The value at the middle of a bin. */
export function binCentre(axis: ValueAxis, grid: Grid, bin: number): number {
  const low = axis.toUnit(grid.low);
  return axis.fromUnit(low + ((bin + 0.5) / grid.bins) * (axis.toUnit(grid.high) - low));
}

/** At most about five values to mark on the axis, zero among them where it lies inside. */
export function valueTicks(axis: ValueAxis, most = 5): number[] {
  if (axis.threshold === 0) return linearTicks(axis.low, axis.high, most - 1);
  const largest = Math.max(Math.abs(axis.low), Math.abs(axis.high));
  const powers: number[] = [];
  for (let power = Math.floor(Math.log10(largest)); 10 ** power > axis.threshold; power--) {
    powers.push(10 ** power);
  }
  const side = Math.max(1, Math.floor((most - 1) / 2));
  const stride = Math.max(1, Math.ceil(powers.length / side));
  const shown = powers.filter((_, i) => i % stride === 0);
  return [...shown.map((value) => -value), 0, ...shown.reverse()].filter(
    (value) => value >= axis.low && value <= axis.high,
  );
}
