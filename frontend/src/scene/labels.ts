import type { ValueAxis } from "../model/axis";
import { onAxis } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatShare, formatTick, formatValue } from "../model/format";
import { offScale } from "../model/mass";
import type { Series } from "../model/series";
import { xScale } from "./scale";
import type { Box, Label, Line, Rule, Scene } from "./scene";

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

/** What an outline is, with a piece of its line. */
export function legend(
  x: number,
  y: number,
  text: string,
  color: string,
  { faint }: Palette,
): Pick<Scene, "rules" | "labels"> {
  return {
    rules: [{ x1: x, y1: y, x2: x + 14, y2: y, color, dash: true }],
    labels: [label(x + 18, y, text, faint)],
  };
}

/** Room that a mark needs beside the curve. */
const MARK_WIDTH = 56;
const GAP = 4;

/**
 * The share of a row beyond either end of what is drawn of it, marked where the curve stops: beside it if the axis goes on
 * there, else inside the plot's edge.
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
  const from = scale(onAxis(axis, series, row, series.grid.low));
  const to = scale(onAxis(axis, series, row, series.grid.high));
  const { below, above } = offScale(series, row, axis);
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

/** The largest share of a curve beyond either end of the axis. */
export function mostOffScale(
  lines: readonly Line[],
  axis: ValueAxis,
  plot: Box,
  { faint }: Palette,
): Label[] {
  const shares = lines.map(({ series, row }) => offScale(series, row, axis));
  const below = Math.max(0, ...shares.map((share) => share.below));
  const above = Math.max(0, ...shares.map((share) => share.above));
  const upTo = lines.length > 1 ? "up to " : "";
  const y = plot.top + 6;
  return [
    ...(below > 0 ? [label(plot.left + 2, y, `\u25c2 ${upTo}${formatShare(below)}`, faint)] : []),
    ...(above > 0
      ? [label(plot.right, y, `${upTo}${formatShare(above)} \u25b8`, faint, "right")]
      : []),
  ];
}

/** Where the pointer stands on the value axis, in this and in every other chart. */
export function placeMark(
  at: number | null,
  axis: ValueAxis,
  plot: Box,
  palette: Palette,
): { rules: Rule[]; labels: Label[] } {
  if (at === null || at < axis.low || at > axis.high) return { rules: [], labels: [] };
  const x = xScale(axis, plot)(at);
  const text = axis.kind === "sigma" ? `${formatTick(at, [at])} σ` : formatValue(at);
  const rule = { x1: x, y1: plot.top, x2: x, y2: plot.bottom, color: palette.faint, dash: true };
  const mark = label(x, plot.bottom + 14, text, palette.ink, "center");
  return { rules: [rule], labels: [{ ...mark, ground: palette.ground }] };
}
