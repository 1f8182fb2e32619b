import { ticks as linearTicks } from "d3-array";
import type { Palette } from "../model/colors";
import { formatStep } from "../model/format";
import { BLANK, BROKEN, type Matrix, type Shaded } from "../model/matrix";
import { label } from "./labels";
import { rowLabels } from "./maplabels";
import type { MapLayout } from "./maplayout";
import { across } from "./rule";
import { type Box, emptyScene, type Label, type Rule, type Scene } from "./scene";
import { CHARACTER } from "./text";

export interface Cell extends Box {
  color: string;
}

/** A box that is seen on any colour: a line with a halo of the ground. */
export interface Outline extends Box {
  line: string;
  halo: string;
  width: number;
}

/** A scene below whose rules and labels lie cells, and above whose rules, outlines. */
export interface MapScene extends Scene {
  cells: Cell[];
  outlines: Outline[];
}

export interface MapColors {
  palette: Palette;
  /** The shades of the ramp. */
  ramp: readonly string[];
}

/** Rows at least this high have a gap between them. */
const GAPPED = 14;
const TICK_ROOM = 72;

/** The rows that are in sight, from the first to the last (exclusive). */
function mapRows(layout: MapLayout, rows: number, scrolled: number): [number, number] {
  const first = Math.floor(scrolled / layout.rowHeight);
  const room = layout.size.height - layout.top;
  return [Math.max(0, first), Math.min(rows, Math.ceil((scrolled + room) / layout.rowHeight))];
}

/** The part of the map in sight when it is scrolled down by so many pixels. */
export function mapScene(
  matrix: Matrix,
  shaded: Shaded,
  layout: MapLayout,
  scrolled: number,
  colors: MapColors,
): MapScene {
  const { palette } = colors;
  const [first, last] = mapRows(layout, matrix.rows.length, scrolled);
  const scene: MapScene = {
    ...emptyScene({
      left: 0,
      top: layout.top,
      right: layout.size.width,
      bottom: layout.size.height,
    }),
    cells: [],
    outlines: [],
  };
  for (let row = first; row < last; row++) {
    const top = layout.yOf(row) - scrolled;
    const bottom = top + layout.rowHeight - (layout.rowHeight >= GAPPED ? 1 : 0);
    for (const [panel, shades] of shaded.shades.entries()) {
      addCells(scene, layout, panel, row, shades, { top, bottom }, colors);
    }
    if (row > 0 && matrix.rows[row]?.startsBlock)
      scene.rules.push(...separator(layout, top, palette));
  }
  scene.labels.push(...rowLabels(matrix.rows, layout, scrolled, palette));
  for (const panel of layout.panels.keys()) {
    scene.labels.push(...stepTicks(matrix.columns, layout, panel, palette.faint));
  }
  return scene;
}

/** Neighbours of one shade are one cell. */
function addCells(
  scene: MapScene,
  layout: MapLayout,
  panel: number,
  row: number,
  shades: Uint8Array,
  { top, bottom }: { top: number; bottom: number },
  { palette, ramp }: MapColors,
): void {
  const { columns } = layout;
  const start = row * columns;
  for (let from = 0; from < columns; ) {
    const shade = shades[start + from] ?? BLANK;
    let to = from + 1;
    while (to < columns && shades[start + to] === shade) to++;
    const box = { left: layout.xOf(panel, from), right: layout.xOf(panel, to), top, bottom };
    if (shade === BROKEN) scene.hatches.push({ ...box, color: palette.alarm });
    else if (shade !== BLANK) scene.cells.push({ ...box, color: ramp[shade] ?? palette.ground });
    from = to;
  }
}

/** A hairline of the ground between two blocks. */
function separator(layout: MapLayout, top: number, { ground }: Palette): Rule[] {
  return layout.panels.map(({ left, right }) =>
    across({ left, right: right - 1 }, top - 1, ground),
  );
}

/** A few steps above a panel: the first, the last, and between them round ones, or evenly spread ones where none is round. */
export function stepTicks(
  columns: readonly number[],
  layout: MapLayout,
  panel: number,
  color: string,
): Label[] {
  const last = columns.length - 1;
  const place = layout.panels[panel];
  if (last < 0 || place === undefined) return [];
  const most = Math.floor((place.right - place.left) / TICK_ROOM);
  const round = linearTicks(columns[0] ?? 0, columns[last] ?? 0, most)
    .map((tick) => columns.indexOf(tick))
    .filter((column) => column > 0 && column < last);
  const even = Array.from({ length: Math.max(0, most - 1) }, (_, i) =>
    Math.round(((i + 1) * last) / most),
  );
  const labels: Label[] = [];
  const taken: { from: number; to: number }[] = [];
  for (const column of new Set([0, last, ...(round.length > 0 ? round : even)])) {
    const text = formatStep(columns[column] ?? 0);
    const half = (text.length * CHARACTER) / 2;
    const middle = (layout.xOf(panel, column) + layout.xOf(panel, column + 1)) / 2;
    const x = Math.max(place.left + half, Math.min(middle, place.right - half));
    if (taken.some(({ from, to }) => x + half + 8 > from && x - half - 8 < to)) continue;
    taken.push({ from: x - half, to: x + half });
    labels.push(label(x, layout.top - 9, text, color, "center"));
  }
  return labels;
}
