import type { ValueAxis } from "../model/axis";
import type { Palette, Tint } from "../model/colors";
import { valueAxis } from "./frame";
import { xScale } from "./scale";
import { type Box, type Curve, emptyScene, type Scene, type Size, within } from "./scene";

const MARGIN = { left: 10, top: 8, right: 54, bottom: 22 };

/** Where the blocks lie. */
export const barsPlot = (size: Size): Box => within(size, MARGIN);

/**
 * The buckets of one histogram exactly as logged: a block for each, its area the share of values it counts.
 * No two numbers of the log are joined by a curve here.
 *
 * @param place - From a value to its place on the axis.
 */
export function barsScene(
  buckets: readonly (readonly [number, number, number])[],
  axis: ValueAxis,
  place: (value: number) => number,
  size: Size,
  palette: Palette,
  tint: Tint,
): Scene {
  const plot = barsPlot(size);
  const scale = xScale(axis, plot);
  const width = (left: number, right: number) => axis.toUnit(right) - axis.toUnit(left);
  const drawn = buckets
    .filter(([left, right, count]) => count > 0 && right > left)
    .map(([left, right, count]) => [place(left), place(right), count] as const);
  // A bucket too narrow to be seen as a block may be any height: it counts by what its pixel holds of such buckets, and
  // is cut off where it is higher than that, rather than flatten the rest.
  const held = new Map<number, number>();
  let highest = 0;
  for (const [left, right, count] of drawn) {
    const pixels = scale(right) - scale(left);
    const pixel = Math.floor(scale(left));
    const there = (held.get(pixel) ?? 0) + count;
    if (pixels < 1) held.set(pixel, there);
    highest = Math.max(highest, (pixels < 1 ? there * pixels : count) / width(left, right));
  }
  const curves = drawn.map(([left, right, count], line): Curve => {
    const y = plot.bottom - (count / width(left, right) / highest) * (plot.bottom - plot.top);
    const x1 = scale(left);
    const x2 = scale(right);
    return {
      line,
      baseline: plot.bottom,
      xs: Float32Array.of(x1, x1, x2, x2),
      ys: Float32Array.of(plot.bottom, y, y, plot.bottom),
      from: 0,
      to: 4,
      color: tint.line,
      width: 0.75,
      dash: false,
      smooth: false,
      fill: tint.fill,
    };
  });
  return { ...emptyScene(plot), ...valueAxis(axis, plot, palette), curves };
}
