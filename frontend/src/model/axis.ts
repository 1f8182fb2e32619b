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
  return binEdge(axis, grid, bin + 0.5);
}

/** The value where a bin begins; of `grid.bins`, where the last one ends. */
export function binEdge(axis: ValueAxis, grid: Grid, bin: number): number {
  const low = axis.toUnit(grid.low);
  return axis.fromUnit(low + (bin / grid.bins) * (axis.toUnit(grid.high) - low));
}

/** At most about five values to mark on the axis, zero among them where it lies inside. */
export function valueTicks(axis: ValueAxis, most = 5): number[] {
  if (axis.threshold === 0) return linearTicks(axis.low, axis.high, most - 1);
  const powers = spread(axis, [1], most);
  return powers.length >= 3 ? powers : spread(axis, [1, 2, 5], most);
}

/** Zero and multiples of powers of ten, from zero outwards, as many as keep their distance along the axis. */
function spread(axis: ValueAxis, multiples: readonly number[], most: number): number[] {
  const largest = Math.max(Math.abs(axis.low), Math.abs(axis.high));
  const candidates = [0];
  for (let power = Math.floor(Math.log10(largest)) - 6; 10 ** power <= largest; power++) {
    for (const multiple of multiples) {
      const value = Number(`${multiple}e${power}`);
      candidates.push(value, -value);
    }
  }
  const gap = (axis.toUnit(axis.high) - axis.toUnit(axis.low)) / (most + 1);
  const chosen: number[] = [];
  for (const value of candidates) {
    const isFree = chosen.every(
      (other) => Math.abs(axis.toUnit(value) - axis.toUnit(other)) >= gap,
    );
    if (value >= axis.low && value <= axis.high && isFree) chosen.push(value);
  }
  return chosen.sort((a, b) => a - b);
}
