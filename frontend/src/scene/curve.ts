import { axisOf, onAxis, standardised, type ValueAxis } from "../model/axis";
import { clamp } from "../model/clamp";
import type { Tint } from "../model/colors";
import type { Series } from "../model/series";
import { type XScale, xScale } from "./scale";
import type { Box, Curve, Dash, Line } from "./scene";

/**
 * Positions along its own axis of the vertices of a series' curves, in own units: the middles of the bins, and
 * a vertex half a bin beyond either end, where the curve comes down.
 */
function vertexUnits(series: Series): { low: number; width: number; count: number } {
  const { grid } = series;
  const axis = axisOf(grid);
  const low = axis.toUnit(grid.low);
  return { low, width: (axis.toUnit(grid.high) - low) / grid.bins, count: grid.bins + 2 };
}

/** Pixel positions of the vertices of a row's curve. Only in standard deviations do those of two rows differ. */
export function vertexPositions(
  series: Series,
  row: number,
  axis: ValueAxis,
  scale: XScale,
): Float32Array {
  const own = axisOf(series.grid);
  const { low, width, count } = vertexUnits(series);
  return Float32Array.from({ length: count }, (_, vertex) =>
    scale(onAxis(axis, series, row, own.fromUnit(low + (vertex - 0.5) * width))),
  );
}

/** The bin that a vertex stands for; the vertices beyond the ends stand for the outermost bins. */
export function binOfVertex(series: Series, vertex: number): number {
  return clamp(vertex - 1, 0, series.grid.bins - 1);
}

/** By how many units along an axis one goes for each unit of a value. */
function slope(axis: ValueAxis, value: number, perSigma: number): number {
  if (axis.kind === "symlog") return 1 / Math.hypot(value, axis.threshold);
  return axis.kind === "sigma" ? perSigma : 1;
}

/** Whether densities per unit of the grid's own axis are densities per unit of another one. */
function isAlike(own: ValueAxis, axis: ValueAxis): boolean {
  return own.kind === axis.kind && own.threshold === axis.threshold;
}

/** Densities at the vertices of a row, per unit of `axis` rather than of the grid's own. */
export function rowDensities(series: Series, row: number, axis: ValueAxis): Float32Array {
  const { grid, density, levels } = series;
  const own = axisOf(grid);
  const densities = new Float32Array(grid.bins + 2);
  const perLevel = (series.peaks[row] ?? 0) / levels;
  const start = row * grid.bins;
  for (let bin = 0; bin < grid.bins; bin++) {
    densities[bin + 1] = (density[start + bin] ?? 0) * perLevel;
  }
  if (isAlike(own, axis)) return densities;
  const { factor } = standardised(series, row);
  const { low, width } = vertexUnits(series);
  return densities.map((one, vertex) => {
    const value = own.fromUnit(low + (vertex - 0.5) * width);
    return (one * slope(own, value, factor)) / slope(axis, value, factor);
  });
}

/** The highest density of a row on an axis. */
export function rowPeak(series: Series, row: number, axis: ValueAxis): number {
  const peak = series.peaks[row] ?? 0;
  const { axis: kind, threshold } = series.grid;
  if (kind === axis.kind && threshold === axis.threshold) return peak;
  if (kind === "linear" && axis.kind === "sigma") return peak / standardised(series, row).factor;
  return highestOf(rowDensities(series, row, axis), 0);
}

function highestOf(densities: Float32Array, least: number): number {
  let highest = least;
  for (let i = 0; i < densities.length; i++) highest = Math.max(highest, densities[i] ?? 0);
  return highest;
}

/** The curve of densities above a baseline, `perDensity` pixels high for each unit. */
export function curveOf(
  line: number,
  xs: Float32Array,
  densities: Float32Array,
  baseline: number,
  perDensity: number,
  tint: Tint,
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
  const { line: color, fill } = tint;
  return { line, baseline, xs, ys, from, to, color, width: 1, dash: false, smooth: true, fill };
}

export interface Drawn {
  axis: ValueAxis;
  plot: Box;
  /** The density that stands at full height. 0: every curve is drawn at full height. */
  peak: number;
  /** Pixels of that height. */
  lift: number;
  /** Whether what is higher is drawn to fit; else it goes on to the edge of the plot. */
  fit: boolean;
}

interface Placed {
  axis: ValueAxis;
  left: number;
  right: number;
  xs: Float32Array;
}

/** Where the vertices of a series were last: all its rows have them in the same places, at every step. */
const placed = new WeakMap<Series, Placed>();

function positions(series: Series, row: number, axis: ValueAxis, plot: Box): Float32Array {
  const { left, right } = plot;
  if (axis.kind === "sigma") return vertexPositions(series, row, axis, xScale(axis, plot));
  const last = placed.get(series);
  if (last?.axis === axis && last.left === left && last.right === right) return last.xs;
  const xs = vertexPositions(series, row, axis, xScale(axis, plot));
  placed.set(series, { axis, left, right, xs });
  return xs;
}

/** The curve of a row on a baseline. */
export function lineCurve(index: number, line: Line, baseline: number, drawn: Drawn): Curve {
  const { series, row, tint } = line;
  const { axis, plot, peak, lift, fit } = drawn;
  const densities = rowDensities(series, row, axis);
  const highest = fit || peak === 0 ? highestOf(densities, peak) : peak;
  const perDensity = highest > 0 ? lift / highest : 0;
  const xs = positions(series, row, axis, plot);
  return curveOf(index, xs, densities, baseline, perDensity, tint);
}

/** The same curve as an outline: a reference, not the thing itself. */
export function outlined(curve: Curve, color: string, dash: Dash = true): Curve {
  return { ...curve, color, width: 1, fill: null, dash };
}
