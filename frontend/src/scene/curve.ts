import { axisOf, type ValueAxis } from "../model/axis";
import type { Tint } from "../model/colors";
import type { Series } from "../model/series";
import type { XScale } from "./scale";
import type { Curve } from "./scene";

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
 * Densities at the vertices of a row, per unit of `axis` rather than of the grid's own. The two differ only where
 * symlog charts with different thresholds share one axis: there d(own unit)/d(shared unit) stretches the curve.
 */
export function rowDensities(series: Series, row: number, axis: ValueAxis): Float32Array {
  const { grid, density, levels } = series;
  const densities = new Float32Array(grid.bins + 2);
  const perLevel = (series.peaks[row] ?? 0) / levels;
  const start = row * grid.bins;
  for (let bin = 0; bin < grid.bins; bin++) {
    densities[bin + 1] = (density[start + bin] ?? 0) * perLevel;
  }
  if (grid.axis === "linear" || grid.threshold === axis.threshold) return densities;
  const own = axisOf(grid);
  const low = own.toUnit(grid.low);
  const width = (own.toUnit(grid.high) - low) / grid.bins;
  return densities.map((one, vertex) => {
    const value = own.fromUnit(low + (vertex - 0.5) * width);
    return one * Math.sqrt((value ** 2 + axis.threshold ** 2) / (value ** 2 + grid.threshold ** 2));
  });
}

/** The curve of densities above a baseline, `perDensity` pixels high for each unit. */
export function curveOf(
  row: number,
  xs: Float32Array,
  densities: Float32Array,
  baseline: number,
  perDensity: number,
  tint: Tint | undefined,
): Curve {
  const ys = new Float32Array(densities.length);
  let first = -1;
  let last = -1;
  for (let i = 0; i < densities.length; i++) {
    const density = densities[i] ?? 0;
    ys[i] = baseline - density * perDensity;
    if (density > 0) {
      if (first < 0) first = i;
      last = i;
    }
  }
  // Only what is above zero is drawn, and a vertex to either side.
  const from = Math.max(0, first - 1);
  const to = first < 0 ? 0 : Math.min(ys.length, last + 2);
  const line = tint?.line ?? "";
  const fill = tint?.fill ?? null;
  return { row, baseline, xs, ys, from, to, line, lineWidth: 1, dash: false, smooth: true, fill };
}
