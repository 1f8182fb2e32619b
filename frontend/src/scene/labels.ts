import type { ValueAxis } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatTick, formatValue } from "../model/format";
import type { Reference } from "./ridgeline";
import { across, upright } from "./rule";
import { xScale } from "./scale";
import type { Box, Dash, Label, Rule, Scene } from "./scene";
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
    rules.push(across({ left: x, right: x + width }, y, color, dash));
    labels.push(label(x + width + 4, y, text, faint));
    x += width + 18 + text.length * CHARACTER;
  };
  const { isFirst, reference } = outlines;
  if (isFirst) add("first", ink, true, 14);
  if (reference) add(`baseline ${reference.series.run}`, reference.color, "baseline", 28);
  return { rules, labels };
}

/** A place on an axis in words. */
export const placeText = (axis: ValueAxis, at: number) =>
  axis.kind === "sigma" ? `${formatTick(at, [at])} \u03c3` : formatValue(at);

/** Where the pointer stands on the value axis, in this and in every other chart. */
export function placeMark(
  at: number | null,
  axis: ValueAxis,
  plot: Box,
  palette: Palette,
): { rules: Rule[]; labels: Label[] } {
  if (at === null || at < axis.low || at > axis.high) return { rules: [], labels: [] };
  const x = xScale(axis, plot)(at);
  const rule = upright(x, plot.top, plot.bottom, palette.faint, true);
  const mark = label(x, plot.bottom + 14, placeText(axis, at), palette.ink, "center");
  return { rules: [rule], labels: [{ ...mark, ground: palette.ground }] };
}
