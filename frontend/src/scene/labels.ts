import type { ValueAxis } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatShare } from "../model/format";
import type { Series } from "../model/series";
import { xScale } from "./scale";
import type { Box, Label, Scene } from "./scene";

/** A plain label; `strong` ones stand out and cover what lies behind them. */
export function label(
  x: number,
  y: number,
  text: string,
  color: string,
  align: Label["align"] = "left",
): Label {
  return { x, y, text, color, align, strong: false, ground: null };
}

export function strongLabel(
  x: number,
  y: number,
  text: string,
  { ink, ground }: Palette,
  align: Label["align"] = "left",
): Label {
  return { x, y, text, color: ink, align, strong: true, ground };
}

/** What the dashed outline is, where there is more than one step. */
export function ghostLegend(
  series: Series,
  x: number,
  y: number,
  { ink, faint }: Palette,
): Pick<Scene, "rules" | "labels"> {
  if (series.length < 2) return { rules: [], labels: [] };
  return {
    rules: [{ x1: x, y1: y, x2: x + 14, y2: y, color: ink, dash: true }],
    labels: [label(x + 18, y, "first", faint)],
  };
}

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
  { faint, ground }: Palette,
): Label[] {
  const scale = xScale(axis, plot);
  const from = scale(series.grid.low);
  const to = scale(series.grid.high);
  const below = series.below[row] ?? 0;
  const above = series.above[row] ?? 0;
  const labels: Label[] = [];
  if (below > 0) {
    const text = `\u25c2 ${formatShare(below)}`;
    const fits = from - plot.left > MARK_WIDTH;
    labels.push(
      fits ? label(from - GAP, y, text, faint, "right") : label(plot.left, y, text, faint),
    );
  }
  if (above > 0) {
    const text = `${formatShare(above)} \u25b8`;
    const fits = plot.right - to > MARK_WIDTH;
    labels.push(
      fits ? label(to + GAP, y, text, faint) : label(plot.right, y, text, faint, "right"),
    );
  }
  return labels.map((one) => ({ ...one, ground }));
}
