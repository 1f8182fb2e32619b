import { axisOf, fromAxis, type ValueAxis } from "./axis";
import type { Series } from "./series";

/** Shares of a row's values, from its densities: whatever is drawn or not drawn adds up to one. */

/** The share of a row that lies below a value, on or off the grid. */
export function shareBelow(series: Series, row: number, value: number): number {
  const { grid, density, levels } = series;
  const axis = axisOf(grid);
  const low = axis.toUnit(grid.low);
  const width = (axis.toUnit(grid.high) - low) / grid.bins;
  const at = (axis.toUnit(value) - low) / width;
  if (at <= 0) return series.below[row] ?? 0;
  const perLevel = ((series.peaks[row] ?? 0) / levels) * width;
  const start = row * grid.bins;
  const whole = Math.min(Math.floor(at), grid.bins);
  let sum = 0;
  for (let bin = 0; bin < whole; bin++) sum += density[start + bin] ?? 0;
  if (whole < grid.bins) sum += (at - whole) * (density[start + whole] ?? 0);
  return Math.min(1, (series.below[row] ?? 0) + sum * perLevel);
}

/** Shares that are told from nothing: of fewer values than these, heights in whole levels know nothing. */
const LEAST = 1e-4;

/** The shares of a row beyond either end of an axis. */
export function offScale(
  series: Series,
  row: number,
  axis: ValueAxis,
): { below: number; above: number } {
  const { grid } = series;
  if ((series.count[row] ?? 0) === 0) return { below: 0, above: 0 };
  const low = fromAxis(axis, series, row, axis.low);
  const high = fromAxis(axis, series, row, axis.high);
  const rounded = (share: number) => (share < LEAST ? 0 : share);
  return {
    below: low <= grid.low ? (series.below[row] ?? 0) : rounded(shareBelow(series, row, low)),
    above:
      high >= grid.high ? (series.above[row] ?? 0) : rounded(1 - shareBelow(series, row, high)),
  };
}
