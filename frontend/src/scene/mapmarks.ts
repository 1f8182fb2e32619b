import type { Palette } from "../model/colors";
import { formatStep } from "../model/format";
import type { Matrix } from "../model/matrix";
import { strongLabel } from "./labels";
import type { MapScene, Outline } from "./map";
import { nameLabels } from "./maplabels";
import type { MapLayout, Spot } from "./maplayout";
import type { Box, Label } from "./scene";

/** What moves over the map: the scrubber's step, the cell that is pointed at, the steps that are being chosen. */
export interface Marks {
  /** The column of the scrubber's step; `null`: it is not shown. */
  column: number | null;
  spot: Spot | null;
  /** The columns between which the pointer is drawn, in either order. */
  band: { panel: number; from: number; to: number } | null;
}

export function marksScene(
  matrix: Matrix,
  layout: MapLayout,
  scrolled: number,
  marks: Marks,
  palette: Palette,
): MapScene {
  const { size, top, rowHeight } = layout;
  const bottom = Math.min(size.height, layout.yOf(matrix.rows.length) - scrolled);
  const clip: Box = { left: 0, top, right: size.width, bottom: size.height };
  const outlines: Outline[] = [];
  const labels: Label[] = [];
  const outline = (box: Box, width = 1) =>
    outlines.push({ ...box, line: palette.ink, halo: palette.ground, width });
  const columnBox = (panel: number, from: number, to: number): Box => ({
    left: layout.xOf(panel, from),
    right: layout.xOf(panel, to + 1),
    top,
    bottom,
  });
  const stepLabel = (panel: number, column: number) => {
    // The spaces cover what is left of the numbers below.
    const text = `\u2002${formatStep(matrix.columns[column] ?? 0)}\u2002`;
    const x = (layout.xOf(panel, column) + layout.xOf(panel, column + 1)) / 2;
    labels.push(strongLabel(Math.max(x, layout.gutter), top - 9, text, palette, "center"));
  };
  for (const panel of layout.panels.keys()) {
    const at = marks.spot?.column ?? marks.column;
    if (marks.column !== null) outline(columnBox(panel, marks.column, marks.column));
    if (at !== null) stepLabel(panel, at);
  }
  if (marks.spot !== null) {
    const { panel, row, column } = marks.spot;
    const from = layout.yOf(row) - scrolled;
    const across = { top: from, bottom: from + rowHeight };
    const [first, last] = [layout.panels[0], layout.panels.at(-1)];
    outline({ left: first?.left ?? 0, right: last?.right ?? 0, ...across });
    outline({ ...columnBox(panel, column, column), ...across }, 2);
    const named = matrix.rows[row];
    if (named !== undefined && from >= top) {
      const name = nameLabels(named, layout, from + rowHeight / 2, palette, false);
      labels.push(...name.map((one) => ({ ...one, color: palette.ink, ground: palette.ground })));
    }
  }
  if (marks.band !== null) {
    const { panel, from, to } = marks.band;
    const [low, high] = from < to ? [from, to] : [to, from];
    outline(columnBox(panel, low, high), 2);
    stepLabel(panel, low);
    if (high > low) stepLabel(panel, high);
  }
  return { cells: [], outlines, rules: [], curves: [], hatches: [], labels, clip };
}
