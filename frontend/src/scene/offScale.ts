import type { ValueAxis } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatShare } from "../model/format";
import type { Series } from "../model/series";
import { xScale } from "./frame";
import type { Box, Label } from "./scene";

/** Room that a mark needs beside the curve. */
const MARK_WIDTH = 56;
const GAP = 4;

/**
 * The share of a row beyond either end of its grid, marked where the curve stops: beside it if the axis goes on there,
 * else inside the plot's edge.
 */
export function offScaleLabels(
  series: Series,
  row: number,
  axis: ValueAxis,
  plot: Box,
  y: number,
  { faint: color, ground }: Palette,
): Label[] {
  const scale = xScale(axis, plot);
  const from = scale(series.grid.low);
  const to = scale(series.grid.high);
  const label = (x: number, text: string, align: Label["align"]): Label => ({
    x,
    y,
    text,
    color,
    align,
    strong: false,
    ground,
  });
  const below = series.below[row] ?? 0;
  const above = series.above[row] ?? 0;
  const labels: Label[] = [];
  if (below > 0) {
    const text = `\u25c2 ${formatShare(below)}`;
    const fits = from - plot.left > MARK_WIDTH;
    labels.push(fits ? label(from - GAP, text, "right") : label(plot.left, text, "left"));
  }
  if (above > 0) {
    const text = `${formatShare(above)} \u25b8`;
    const fits = plot.right - to > MARK_WIDTH;
    labels.push(fits ? label(to + GAP, text, "left") : label(plot.right, text, "right"));
  }
  return labels;
}
