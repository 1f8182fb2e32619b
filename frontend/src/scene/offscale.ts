import { onAxis, type ValueAxis } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatShare } from "../model/format";
import { offScale } from "../model/mass";
import { label, placeText } from "./labels";
import { upright } from "./rule";
import { xScale } from "./scale";
import type { Box, Label, Line, Rule, Scene } from "./scene";
import { CHARACTER } from "./text";

/** Marks of the mass beyond what is drawn. */

const GAP = 4;
/** What a line of words needs in height. */
const LINE = 14;

/** Words beside a triangle that points beyond the end. */
const pointed = (words: string, isBelow: boolean) =>
  (isBelow ? `\u25c2 ${words}` : `${words} \u25b8`).trim();

/** The first text that fits between the end of a curve and the edge of the plot; `null`: none does. */
function labelBeyond(
  texts: readonly string[],
  { x, edge, y }: { x: number; edge: number; y: number },
  isBelow: boolean,
  color: string,
): Label | null {
  const sign = isBelow ? -1 : 1;
  const room = sign * (edge - x) - 2 * GAP;
  const text = texts.find(({ length }) => length * CHARACTER < room);
  if (text === undefined) return null;
  return label(x + sign * GAP, y, text, color, isBelow ? "right" : "left");
}

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
    const told = formatShare(share);
    const beyond = `${told} ${isBelow ? "below" : "above"} ${placeText(axis, at)}`;
    const texts = (bare ? [""] : [beyond, told]).map((words) => pointed(words, isBelow));
    const outside = labelBeyond(texts, { x, edge, y }, isBelow, faint);
    const shortest = texts.at(-1) ?? "";
    if (outside !== null) {
      rules.push(upright(x, y - 5, baseline, faint));
      labels.push(outside);
    } else if (beside) {
      const sign = isBelow ? -1 : 1;
      labels.push(label(edge + sign * 6, edgeY, shortest, faint, isBelow ? "right" : "left"));
    } else labels.push(label(edge, edgeY, shortest, faint, isBelow ? "left" : "right"));
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

/** Between shares that are written of one side, at least. */
const SHARE_SPACING = 52;
/** Shares below this are all `< 0.1 %`: once is enough. */
const LEAST_TOLD = 0.001;

/** A row of a ridgeline and how high its marks stand. */
export interface MarkedRow extends Pick<Line, "series" | "row"> {
  y: number;
}

/**
 * The rows with mass beyond an end of what is drawn of them: each has a triangle there, the largest share is written, and
 * others as long as there is room.
 *
 * @returns The marks at a given row, whose own stand there already; its share is the one that is always written.
 */
export function offScaleColumn(
  rows: readonly MarkedRow[],
  axis: ValueAxis,
  plot: Box,
  { faint, ground }: Palette,
): (marked: MarkedRow) => Label[] {
  const scale = xScale(axis, plot);
  const sides = (["below", "above"] as const).map((side) => {
    const isBelow = side === "below";
    const beyond = rows
      .map((of) => ({ of, share: offScale(of.series, of.row, axis)[side] }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share);
    return { isBelow, beyond, edge: isBelow ? plot.left : plot.right };
  });
  return (marked) =>
    sides.flatMap(({ isBelow, beyond, edge }) => {
      const own = offScale(marked.series, marked.row, axis)[isBelow ? "below" : "above"];
      const written = own > 0 ? [marked.y] : [];
      return beyond.flatMap(({ of: { series, row, y }, share }, i): Label[] => {
        if (row === marked.row) return [];
        const least = i === 0 ? LINE : SHARE_SPACING;
        const isTold =
          (i === 0 || share >= LEAST_TOLD) &&
          written.every((other) => Math.abs(other - y) >= least);
        if (isTold) written.push(y);
        const text = pointed(isTold ? formatShare(share) : "", isBelow);
        const { low, high } = series.grid;
        const x = scale(onAxis(axis, series, row, isBelow ? low : high));
        const one =
          labelBeyond([text], { x, edge, y }, isBelow, faint) ??
          label(edge, y, text, faint, isBelow ? "left" : "right");
        return [isTold ? { ...one, halo: ground } : one];
      });
    });
}
