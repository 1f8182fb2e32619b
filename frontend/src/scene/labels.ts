import type { ValueAxis } from "../model/axis";
import { onAxis } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatShare, formatTick, formatValue } from "../model/format";
import { offScale } from "../model/mass";
import type { Reference } from "./ridgeline";
import { xScale } from "./scale";
import type { Box, Dash, Label, Line, Rule, Scene } from "./scene";
import { CHARACTER, fitted, LABEL_SIZE, type Measure } from "./text";

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

/** The label without its middle where it would be wider than `room`. */
export function cutLabel(one: Label, room: number, measure?: Measure): Label {
  const text = fitted(one.text, room, LABEL_SIZE, measure, one.strong);
  return text === one.text ? one : { ...one, text, whole: one.text };
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

/** What the outlines in a chart are, each with a piece of its line: the first steps, and the baseline run's. */
export function legend(
  x: number,
  y: number,
  outlines: { isFirst: boolean; reference: Reference | null | undefined },
  { ink, faint }: Palette,
): Pick<Scene, "rules" | "labels"> {
  const rules: Rule[] = [];
  const labels: Label[] = [];
  const add = (text: string, color: string, dash: Dash, width: number) => {
    rules.push({ x1: x, y1: y, x2: x + width, y2: y, color, dash });
    labels.push(label(x + width + 4, y, text, faint));
    x += width + 18 + text.length * CHARACTER;
  };
  const { isFirst, reference } = outlines;
  if (isFirst) add("first", ink, true, 14);
  if (reference) add(`baseline ${reference.series.run}`, reference.color, "baseline", 28);
  return { rules, labels };
}

const GAP = 4;

/** Where the marks of a row's off-scale mass stand. */
export interface MarkPlace {
  plot: Box;
  baseline: number;
  y: number;
  /** Of marks at the edges of the plot. */
  edgeY?: number;
  /** Whether there is room for them beside the plot; else they stand inside its edges. */
  beside?: boolean;
  /** Triangles alone: there is no room for numbers. */
  bare?: boolean;
}

/** A place on an axis in words. */
const placeText = (axis: ValueAxis, at: number) =>
  axis.kind === "sigma" ? `${formatTick(at, [at])} \u03c3` : formatValue(at);

/**
 * The share of a row beyond either end of what is drawn of it, marked where the curve stops: by a stop with what it means
 * if the axis goes on there, else at the plot's edge.
 */
export function offScaleMarks(
  { series, row }: Pick<Line, "series" | "row">,
  axis: ValueAxis,
  { plot, baseline, y, edgeY = y, beside = false, bare = false }: MarkPlace,
  { faint, ground }: Palette,
): Pick<Scene, "rules" | "labels"> {
  const scale = xScale(axis, plot);
  const { below, above } = offScale(series, row, axis);
  const { low, high } = series.grid;
  const rules: Rule[] = [];
  const labels: Label[] = [];
  const mark = (share: number, end: number, edge: number, isBelow: boolean) => {
    if (share <= 0) return;
    const at = onAxis(axis, series, row, end);
    const x = scale(at);
    const sign = isBelow ? -1 : 1;
    const pointed = (text: string) => (isBelow ? `\u25c2${text}` : `${text}\u25b8`);
    const short = pointed(isBelow ? ` ${formatShare(share)}` : `${formatShare(share)} `);
    const beyond = `${formatShare(share)} ${isBelow ? "below" : "above"} ${placeText(axis, at)}`;
    const texts = bare ? [pointed("")] : [pointed(isBelow ? ` ${beyond}` : `${beyond} `), short];
    const room = sign * (edge - x) - 2 * GAP;
    const text = texts.find(({ length }) => length * CHARACTER < room);
    const [outwards, inwards] = isBelow
      ? (["right", "left"] as const)
      : (["left", "right"] as const);
    if (text !== undefined) {
      rules.push({ x1: x, y1: y - 5, x2: x, y2: baseline, color: faint, dash: false });
      labels.push(label(x + sign * GAP, y, text, faint, outwards));
    } else if (beside)
      labels.push(label(edge + sign * 6, edgeY, texts.at(-1) ?? "", faint, outwards));
    else labels.push(label(edge, edgeY, texts.at(-1) ?? "", faint, inwards));
  };
  mark(below, low, plot.left, true);
  mark(above, high, plot.right, false);
  return { rules, labels: labels.map((one) => ({ ...one, halo: ground })) };
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
  // `< 0.1 %` says already that it is at most that.
  const words = (share: number) =>
    lines.length > 1 && share >= 0.001 ? `up to ${formatShare(share)}` : formatShare(share);
  const y = plot.top + 6;
  return [
    ...(below > 0 ? [label(plot.left + 2, y, `\u25c2 ${words(below)}`, faint)] : []),
    ...(above > 0 ? [label(plot.right, y, `${words(above)} \u25b8`, faint, "right")] : []),
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
  const rule = { x1: x, y1: plot.top, x2: x, y2: plot.bottom, color: palette.faint, dash: true };
  const mark = label(x, plot.bottom + 14, placeText(axis, at), palette.ink, "center");
  return { rules: [rule], labels: [{ ...mark, ground: palette.ground }] };
}
