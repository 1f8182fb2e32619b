import { axisOf, binEdge, fromAxis, type ValueAxis } from "./axis";
import { clamp } from "./clamp";
import type { Series } from "./series";

/** Shares of a row's values, from its densities: whatever is drawn or not drawn adds up to one. */

/**
 * The share of a row that lies below a value, on or off the grid. The densities come in whole levels: what these round
 * is spread over all of them, so that the share is exact at either end of the grid.
 */
export function sharesBelow(series: Series, row: number): (value: number) => number {
  const { grid, density } = series;
  const { bins } = grid;
  const axis = axisOf(grid);
  const low = axis.toUnit(grid.low);
  const width = (axis.toUnit(grid.high) - low) / bins;
  const sums = new Float64Array(bins + 1);
  for (let bin = 0; bin < bins; bin++) {
    sums[bin + 1] = (sums[bin] ?? 0) + (density[row * bins + bin] ?? 0);
  }
  const below = series.below[row] ?? 0;
  const onGrid = 1 - below - (series.above[row] ?? 0);
  const all = sums[bins] ?? 0;
  return (value) => {
    const at = clamp((axis.toUnit(value) - low) / width, 0, bins);
    const bin = Math.min(Math.floor(at), bins - 1);
    const from = sums[bin] ?? 0;
    const sum = from + (at - bin) * ((sums[bin + 1] ?? 0) - from);
    return all > 0 ? below + (onGrid * sum) / all : below;
  };
}

/** The range that leaves at most a share of any row's values below it, and as much above. */
export function centralRange(series: Series, share: number): { low: number; high: number } {
  const { grid } = series;
  const axis = axisOf(grid);
  let from = grid.bins - 1;
  let to = 0;
  for (let row = 0; row < series.length; row++) {
    if ((series.count[row] ?? 0) === 0) continue;
    const below = sharesBelow(series, row);
    const at = (edge: number) => below(binEdge(axis, grid, edge));
    while (from > 0 && at(from) > share) from--;
    while (to < grid.bins && 1 - at(to) > share) to++;
  }
  if (to <= from) return { low: grid.low, high: grid.high };
  return { low: binEdge(axis, grid, from), high: binEdge(axis, grid, to) };
}

/** Of fewer values than these, heights in whole levels know nothing. */
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
  const below = series.below[row] ?? 0;
  const above = series.above[row] ?? 0;
  if (low <= grid.low && high >= grid.high) return { below, above };
  const share = sharesBelow(series, row);
  const rounded = (one: number) => (one < LEAST ? 0 : one);
  return {
    below: low <= grid.low ? below : rounded(share(low)),
    above: high >= grid.high ? above : rounded(1 - share(high)),
  };
}
