import { clamp } from "../model/clamp";
import type { MatrixRow } from "../model/matrix";
import { blockOf, shortName } from "../model/names";
import type { Size } from "./scene";
import { guessed, LABEL_SIZE, type Measure } from "./text";

/** Where the cells of the map lie. All lengths in CSS pixels; `y` counts from the top of the first screen. */
export interface MapLayout {
  size: Size;
  /** Width of the names, left of the first panel. */
  gutter: number;
  /** Height of what stands above the first row and never scrolls. */
  top: number;
  rowHeight: number;
  /** Of all rows and what is above them. */
  height: number;
  /** How many columns a panel has. */
  columns: number;
  panels: { left: number; right: number }[];
  measure: Measure;
  xOf(panel: number, column: number): number;
  yOf(row: number): number;
}

export interface Spot {
  panel: number;
  row: number;
  column: number;
}

export const MIN_ROW = 7;
const MAX_ROW = 28;
const MAX_COLUMN = 96;
/** Columns at least this wide are all equally wide. */
const EVEN_COLUMN = 4;
const PANEL_GAP = 16;
const BOTTOM = 12;
const TICKS = 20;
const RUN_NAMES = 24;
const MIN_GUTTER = 88;
const GUTTER_SHARE = 0.34;
export const INDENT = 10;

export interface LayerLabel {
  text: string;
  indent: number;
}

/** The name of a row's layer: whole where its block begins, its last part below that. */
export function layerLabel(row: MatrixRow): LayerLabel {
  if (row.startsBlock || blockOf(row.layer) === "") return { text: row.layer, indent: 0 };
  return { text: shortName(row.layer), indent: INDENT };
}

function labelWidth(row: MatrixRow, measure: Measure): number {
  const { text, indent } = layerLabel(row);
  return indent + measure(text, LABEL_SIZE, true) + measure(row.parameter, LABEL_SIZE, false) + 20;
}

export function layOutMap(
  rows: readonly MatrixRow[],
  columns: number,
  runs: number,
  size: Size,
  measure: Measure = guessed,
): MapLayout {
  const top = TICKS + (runs > 1 ? RUN_NAMES : 0);
  const fit = Math.floor((size.height - top - BOTTOM) / Math.max(1, rows.length));
  const rowHeight = clamp(fit, MIN_ROW, MAX_ROW);
  const longest = rows.reduce((most, row) => Math.max(most, labelWidth(row, measure)), MIN_GUTTER);
  const gutter = Math.round(Math.min(longest, size.width * GUTTER_SHARE));
  const room = (size.width - gutter - PANEL_GAP * (runs - 1)) / Math.max(1, runs);
  const exact = Math.min(MAX_COLUMN, room / Math.max(1, columns));
  const columnWidth = exact >= EVEN_COLUMN ? Math.floor(exact) : exact;
  const width = Math.floor(columnWidth * columns);
  const panels = Array.from({ length: runs }, (_, panel) => {
    const left = gutter + panel * (width + PANEL_GAP);
    return { left, right: left + width };
  });
  return {
    size,
    gutter,
    top,
    rowHeight,
    height: top + rows.length * rowHeight + BOTTOM,
    columns,
    panels,
    measure,
    xOf: (panel, column) => (panels[panel]?.left ?? 0) + Math.round(column * columnWidth),
    yOf: (row) => top + row * rowHeight,
  };
}

/** The cell at a place on the screen; above the rows and left of the panels, `null`. */
export function spotAt(
  layout: MapLayout,
  rows: number,
  scrolled: number,
  x: number,
  y: number,
): Spot | null {
  const column = columnAt(layout, x);
  const row = Math.floor((y - layout.top + scrolled) / layout.rowHeight);
  if (column === null || y < layout.top || row < 0 || row >= rows) return null;
  return { ...column, row };
}

/** The panel and column below or above a place; `null` beside the panels. */
export function columnAt(layout: MapLayout, x: number): { panel: number; column: number } | null {
  const panel = layout.panels.findIndex(({ left, right }) => x >= left && x < right);
  return panel < 0 ? null : { panel, column: columnIn(layout, panel, x) };
}

/** The column of a panel nearest to a place. */
export function columnIn(layout: MapLayout, panel: number, x: number): number {
  const { left, right } = layout.panels[panel] ?? { left: 0, right: 1 };
  const column = Math.floor(((x - left) / Math.max(1, right - left)) * layout.columns);
  return clamp(column, 0, layout.columns - 1);
}

/** How far to scroll for a row to be in sight. */
export function scrolledTo(layout: MapLayout, row: number, scrolled: number): number {
  const from = row * layout.rowHeight;
  const room = layout.size.height - layout.top - layout.rowHeight - BOTTOM;
  return Math.max(0, Math.min(scrolled, from), from - room);
}
