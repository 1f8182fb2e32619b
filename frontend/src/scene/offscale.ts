import { onAxis, type ValueAxis } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatShare } from "../model/format";
import { offScale } from "../model/mass";
import { label, placeText } from "./labels";
import { xScale } from "./scale";
import type { Box, Label, Line, Rule, Scene } from "./scene";
import { CHARACTER } from "./text";

/** Marks of the mass beyond what is drawn. */

const GAP = 4;
/** What a line of words needs in height. */
const LINE = 14;

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
    return { isBelow, beyond, sign: isBelow ? -1 : 1, edge: isBelow ? plot.left : plot.right };
  });
  return (marked) =>
    sides.flatMap(({ isBelow, beyond, sign, edge }) => {
      const own = offScale(marked.series, marked.row, axis)[isBelow ? "below" : "above"];
      const written = own > 0 ? [marked.y] : [];
      return beyond.flatMap(({ of: { series, row, y }, share }, i): Label[] => {
        if (row === marked.row) return [];
        const least = i === 0 ? LINE : SHARE_SPACING;
        const isTold =
          (i === 0 || share >= LEAST_TOLD) &&
          written.every((other) => Math.abs(other - y) >= least);
        if (isTold) written.push(y);
        const words = isTold ? formatShare(share) : "";
        const text = isBelow ? `\u25c2 ${words}`.trim() : `${words} \u25b8`.trim();
        const { low, high } = series.grid;
        const x = scale(onAxis(axis, series, row, isBelow ? low : high));
        const isOutside = text.length * CHARACTER < sign * (edge - x) - 2 * GAP;
        const one = isOutside
          ? label(x + sign * GAP, y, text, faint, isBelow ? "right" : "left")
          : label(edge, y, text, faint, isBelow ? "left" : "right");
        return [isTold ? { ...one, halo: ground } : one];
      });
    });
}
