import { ticks as linearTicks } from "d3-array";
import type { Axis, Grid, Series } from "./series";

/** A value axis: values to positions along it and back. */
export interface ValueAxis {
  /** What its values are: of `sigma`, a row's own standard deviations from its own mean. */
  kind: Axis | "sigma";
  /** Along the axis, not pixels: the value itself (linear) or asinh(value / threshold) (symlog). */
  toUnit(value: number): number;
  fromUnit(unit: number): number;
  low: number;
  high: number;
  threshold: number;
}

const same = (value: number) => value;

/** An axis whose values are evenly spaced. */
export function evenAxis(low: number, high: number, kind: "linear" | "sigma"): ValueAxis {
  return { kind, toUnit: same, fromUnit: same, low, high, threshold: 0 };
}

/** The axis of a grid. */
export function axisOf(grid: Grid): ValueAxis {
  const { low, high, threshold } = grid;
  if (grid.axis === "linear") return evenAxis(low, high, "linear");
  return {
    kind: "symlog",
    toUnit: (value) => Math.asinh(value / threshold),
    fromUnit: (unit) => threshold * Math.sinh(unit),
    low,
    high,
    threshold,
  };
}

/**
 * One axis that covers all grids, for charts that are compared by eye. While an answer is on its way some may still be
 * of another kind than the first: they have no say.
 */
export function sharedAxis(grids: readonly Grid[]): ValueAxis {
  const [first] = grids;
  if (first === undefined) return evenAxis(0, 1, "linear");
  const shared = { ...first };
  for (const { axis, low, high, threshold } of grids) {
    if (axis !== first.axis) continue;
    shared.low = Math.min(shared.low, low);
    shared.high = Math.max(shared.high, high);
    shared.threshold = Math.min(shared.threshold, threshold);
  }
  return axisOf(shared);
}

/** The share of layers that may be wider than the axis they share: one must not flatten the others. */
const WIDER = 0.1;

/** One axis for all layers: it covers nine tenths of them whole, and what of the others lies in its range. */
export function layersAxis(grids: readonly Grid[]): ValueAxis {
  const all = sharedAxis(grids);
  if (grids.length < 10) return all;
  const lows = grids.map(({ low }) => low).sort((a, b) => b - a);
  const highs = grids.map(({ high }) => high).sort((a, b) => a - b);
  const last = Math.floor((1 - WIDER) * (grids.length - 1));
  const thresholds = grids.map(({ threshold }) => threshold).sort((a, b) => a - b);
  const { axis, bins } = grids[0] as Grid;
  const threshold = thresholds[grids.length >> 1] ?? 0;
  return axisOf({ axis, bins, low: lows[last] ?? 0, high: highs[last] ?? 1, threshold });
}

/** Standard deviations to either side of the mean that are shown; a normal distribution ends well within. */
const SIGMAS = 5;
const MOST_SIGMAS = 40;

/** The axis in standard deviations: five to either side, or as far as the values of the series reach. */
export function sigmaAxis(series: readonly Series[], full: boolean): ValueAxis {
  if (!full) return evenAxis(-SIGMAS, SIGMAS, "sigma");
  let reach = 1;
  for (const one of series) {
    for (let row = 0; row < one.length; row++) {
      for (const end of [one.min, one.max]) {
        const far = Math.abs(place(one, row, end[row] ?? 0));
        if (far > reach) reach = far;
      }
    }
  }
  reach = Math.min(reach, MOST_SIGMAS);
  return evenAxis(-reach, reach, "sigma");
}

/** The axis with a little room at either end, so that curves that stop there are seen to stop. */
export function padded(axis: ValueAxis): ValueAxis {
  const low = axis.toUnit(axis.low);
  const high = axis.toUnit(axis.high);
  const room = 0.02 * (high - low);
  return { ...axis, low: axis.fromUnit(low - room), high: axis.fromUnit(high + room) };
}

/** Of a row that is one value all over, how many standard deviations its grid is drawn wide. */
const POINT_WIDTH = 0.2;

/** How a row's values become those of an axis in standard deviations: minus the mean, times the factor. */
export function standardised(series: Series, row: number): { mean: number; factor: number } {
  const { low, high } = series.grid;
  const mean = series.mean[row] ?? 0;
  const std = series.std[row] ?? 0;
  const binWidth = (high - low) / series.grid.bins;
  const factor = std > 1e-3 * binWidth ? 1 / std : POINT_WIDTH / (high - low);
  return { mean: Number.isFinite(mean) ? mean : 0, factor };
}

function place(series: Series, row: number, value: number): number {
  const { mean, factor } = standardised(series, row);
  return (value - mean) * factor;
}

/** A row's value on the axis of its chart. */
export function onAxis(axis: ValueAxis, series: Series, row: number, value: number): number {
  return axis.kind === "sigma" ? place(series, row, value) : value;
}

/** The value of a row that stands at a place of its chart's axis. */
export function fromAxis(axis: ValueAxis, series: Series, row: number, at: number): number {
  if (axis.kind !== "sigma") return at;
  const { mean, factor } = standardised(series, row);
  return mean + at / factor;
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
  const even = () => linearTicks(axis.low, axis.high, most - 1);
  if (axis.kind !== "symlog") return even();
  const powers = spread(axis, [1], most);
  if (powers.length >= 3) return powers;
  const round = spread(axis, [1, 2, 5], most);
  return round.length >= 2 ? round : even();
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
