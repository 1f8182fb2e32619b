import type { Palette } from "../model/colors";
import type { MatrixRow } from "../model/matrix";
import { cutLabel, label, strongLabel } from "./labels";
import { type LayerLabel, layerLabel, type MapLayout } from "./maplayout";
import type { Label } from "./scene";
import { LABEL_SIZE } from "./text";

/** Labels closer than this can't be read. */
const SPACING = 12;
/** Between a name and what stands beside it. */
const GAP = 8;

const labelled = new WeakMap<readonly MatrixRow[], { rowHeight: number; indexes: number[] }>();

/** The rows with room for a name: where blocks begin, then where layers begin, then the others. */
export function labelledRows(rows: readonly MatrixRow[], rowHeight: number): readonly number[] {
  const known = labelled.get(rows);
  if (known?.rowHeight === rowHeight) return known.indexes;
  const indexes = withRoom(rows, rowHeight);
  labelled.set(rows, { rowHeight, indexes });
  return indexes;
}

function withRoom(rows: readonly MatrixRow[], rowHeight: number): number[] {
  const apart = Math.ceil(SPACING / rowHeight);
  const taken = new Set<number>();
  const ranks: ((row: MatrixRow) => boolean)[] = [
    (row) => row.startsBlock,
    (row) => row.startsLayer,
    () => true,
  ];
  for (const isDue of ranks) {
    for (const [index, row] of rows.entries()) {
      if (!isDue(row) || taken.has(index)) continue;
      let free = true;
      for (let near = 1; near < apart; near++) {
        if (taken.has(index - near) || taken.has(index + near)) free = false;
      }
      if (free) taken.add(index);
    }
  }
  return [...taken].sort((a, b) => a - b);
}

/** The names of the rows in sight: layers strong and flush left, parameters beside the cells. */
export function rowLabels(
  rows: readonly MatrixRow[],
  layout: MapLayout,
  scrolled: number,
  palette: Palette,
): Label[] {
  const labels: Label[] = [];
  let above: MatrixRow | null = null;
  for (const index of labelledRows(rows, layout.rowHeight)) {
    const row = rows[index];
    const y = layout.yOf(index) - scrolled + layout.rowHeight / 2;
    if (row === undefined || y < layout.top || y > layout.size.height) continue;
    // What is above the first row in sight can't be seen, so it is named whole.
    const layer = above === null ? wholeLabel(row) : layerLabel(row);
    labels.push(...nameLabels(row, row.layer === above?.layer ? null : layer, layout, y, palette));
    above = row;
  }
  return labels;
}

function wholeLabel(row: MatrixRow): LayerLabel {
  return { text: row.layer, indent: 0 };
}

/** The layer's whole name if there is room for it, else as it stands below its block. */
export function longestLabel(row: MatrixRow, layout: MapLayout): LayerLabel {
  const fits = layout.measure(row.layer, LABEL_SIZE, true) <= roomBeside(row, layout);
  return fits ? wholeLabel(row) : layerLabel(row);
}

/** What the parameter's name leaves for the layer's. */
function roomBeside(row: MatrixRow, { gutter, measure }: MapLayout): number {
  return gutter - measure(row.parameter, LABEL_SIZE, false) - 2 * GAP;
}

/** The name of a row; of its parameter alone where the layer is named above. */
export function nameLabels(
  row: MatrixRow,
  layer: LayerLabel | null,
  layout: MapLayout,
  y: number,
  palette: Palette,
): Label[] {
  const right = layout.gutter - GAP;
  const parameter = label(right, y, row.parameter, palette.faint, "right");
  if (layer === null) return [parameter];
  const { text, indent } = layer;
  const strong = { ...strongLabel(indent, y, text, palette), ground: null };
  return [cutLabel(strong, roomBeside(row, layout) - indent, layout.measure), parameter];
}
