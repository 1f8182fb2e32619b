import { clamp } from "../model/clamp";
import type { Palette } from "../model/colors";
import { formatStep } from "../model/format";
import type { Matrix } from "../model/matrix";
import { strongLabel } from "./labels";
import { type Cell, type MapScene, type Outline, stepTicks } from "./map";
import { labelledRows, longestLabel, nameLabels } from "./maplabels";
import type { MapLayout, Spot } from "./maplayout";
import { type Box, emptyScene, type Label } from "./scene";
import { CHARACTER } from "./text";

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
  const clip: Box = { left: 0, top: 0, right: size.width, bottom: size.height };
  const outlines: Outline[] = [];
  const labels: Label[] = [];
  const cells: Cell[] = [];
  const width = (text: string) => text.length * CHARACTER + 4;
  const cover = (x: number, y: number, wide: number) =>
    cells.push({
      left: x - wide / 2,
      right: x + wide / 2,
      top: y - 8,
      bottom: y + 8,
      color: palette.ground,
    });
  const outline = (box: Box, width = 1) =>
    outlines.push({ ...box, line: palette.ink, halo: palette.ground, width });
  const columnBox = (panel: number, from: number, to: number): Box => ({
    left: layout.xOf(panel, from),
    right: layout.xOf(panel, to + 1),
    top,
    bottom,
  });
  const stepLabel = (panel: number, column: number) => {
    const text = formatStep(matrix.columns[column] ?? 0);
    const middle = (layout.xOf(panel, column) + layout.xOf(panel, column + 1)) / 2;
    const last = layout.size.width - width(text) / 2;
    const x = clamp(middle, layout.gutter, last);
    // Numbers below that it would cut are covered whole.
    for (const tick of stepTicks(matrix.columns, layout, panel, palette.faint)) {
      const reach = (width(tick.text) + width(text)) / 2;
      if (Math.abs(tick.x - x) < reach + 4) cover(tick.x, tick.y, width(tick.text));
    }
    labels.push(strongLabel(x, top - 9, text, palette, "center"));
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
      const middle = from + rowHeight / 2;
      const name = nameLabels(named, longestLabel(named, layout), layout, middle, palette);
      // Names that this one would cut are covered whole.
      for (const near of labelledRows(matrix.rows, rowHeight)) {
        const y = layout.yOf(near) - scrolled + rowHeight / 2;
        if (Math.abs(y - middle) < 14) cover((layout.gutter - 2) / 2, y, layout.gutter - 2);
      }
      cover((layout.gutter - 2) / 2, middle, layout.gutter - 2);
      labels.push(...name.map((one) => ({ ...one, color: palette.ink })));
    }
  }
  if (marks.band !== null) {
    const { panel, from, to } = marks.band;
    const [low, high] = from < to ? [from, to] : [to, from];
    outline(columnBox(panel, low, high), 2);
    stepLabel(panel, low);
    if (high > low) stepLabel(panel, high);
  }
  return { ...emptyScene(clip), cells, outlines, labels };
}
