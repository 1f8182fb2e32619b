import type { Box, Dash, Rule } from "./scene";

/** A level line from one side to the other. */
export function across(
  { left, right }: Pick<Box, "left" | "right">,
  y: number,
  color: string,
  dash: Dash = false,
): Rule {
  return { x1: left, y1: y, x2: right, y2: y, color, dash };
}

export function upright(
  x: number,
  top: number,
  bottom: number,
  color: string,
  dash: Dash = false,
): Rule {
  return { x1: x, y1: top, x2: x, y2: bottom, color, dash };
}
