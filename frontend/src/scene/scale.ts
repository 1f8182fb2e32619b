import type { ValueAxis } from "../model/axis";
import type { Box } from "./scene";

export type XScale = (value: number) => number;

/** Values to pixels between the left and the right edge of the plot. */
export function xScale(axis: ValueAxis, plot: Box): XScale {
  const low = axis.toUnit(axis.low);
  const perUnit = (plot.right - plot.left) / (axis.toUnit(axis.high) - low);
  return (value) => plot.left + (axis.toUnit(value) - low) * perUnit;
}

/** The place on an axis at a pixel of a plot. */
export function placeAt(axis: ValueAxis, { left, right }: Box, x: number): number {
  const low = axis.toUnit(axis.low);
  const share = (x - left) / (right - left);
  return axis.fromUnit(low + share * (axis.toUnit(axis.high) - low));
}
