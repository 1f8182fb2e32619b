import { axisOf, type ValueAxis } from "../model/axis";
import { densityAt, type Series } from "../model/series";
import type { XScale } from "./frame";

/**
 * Pixel positions of the vertices of a series' curves: the middles of the bins, and a vertex on the
 * baseline half a bin beyond either end, where the curve comes down.
 */
export function vertexPositions(series: Series, scale: XScale): Float32Array {
  const { grid } = series;
  const axis = axisOf(grid);
  const low = axis.toUnit(grid.low);
  const width = (axis.toUnit(grid.high) - low) / grid.bins;
  return Float32Array.from({ length: grid.bins + 2 }, (_, vertex) =>
    scale(axis.fromUnit(low + (vertex - 0.5) * width)),
  );
}

/** The bin that a vertex stands for; the vertices beyond the ends stand for the outermost bins. */
export function binOfVertex(series: Series, vertex: number): number {
  return Math.min(Math.max(vertex - 1, 0), series.grid.bins - 1);
}

/**
 * Densities at the vertices of a row, per unit of `axis` rather than of the grid's own. The two differ only where symlog charts
 * with different thresholds share one axis: there d(own unit)/d(shared unit) stretches the curve.
 */
export function rowDensities(series: Series, row: number, axis: ValueAxis): Float32Array {
  const { grid } = series;
  const densities = new Float32Array(grid.bins + 2);
  for (let bin = 0; bin < grid.bins; bin++) densities[bin + 1] = densityAt(series, row, bin);
  if (grid.axis === "linear" || grid.threshold === axis.threshold) return densities;
  const own = axisOf(grid);
  const low = own.toUnit(grid.low);
  const width = (own.toUnit(grid.high) - low) / grid.bins;
  return densities.map((density, vertex) => {
    const value = own.fromUnit(low + (vertex - 0.5) * width);
    return (
      density * Math.sqrt((value ** 2 + axis.threshold ** 2) / (value ** 2 + grid.threshold ** 2))
    );
  });
}

/** The vertices that a curve needs: those above zero and one to either side. */
export function support(densities: Float32Array): { from: number; to: number } {
  const first = densities.findIndex((density) => density > 0);
  const last = densities.findLastIndex((density) => density > 0);
  if (first < 0) return { from: 0, to: 0 };
  return { from: Math.max(0, first - 1), to: Math.min(densities.length, last + 2) };
}
