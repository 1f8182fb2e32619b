import { clamp } from "../model/clamp";

/** Where the rows of a tall ridgeline lie: one for each parameter of a network. All lengths in CSS pixels. */

const LEAST_SPACING = 26;
/** Plots this many times as wide as their rows are high look flat, */
const FLAT = 14;
/** but so many rows are in sight at least. */
const LEAST_IN_SIGHT = 28;
const MOST_SPACING = 96;
const PADDING = 12;

export interface Tall {
  spacing: number;
  /** How far a ridge of full height reaches. */
  lift: number;
  /** Of all rows, scrolled or not. */
  height: number;
  /** The baseline of a row, from the top of the first. */
  baselineOf(row: number): number;
}

/**
 * As much room as the window has for all rows, within bounds; a ridge of full height reaches over `overlap` rows.
 *
 * @param width - Of the plots: wide ones have higher rows.
 */
export function tall(rows: number, windowHeight: number, overlap: number, width = 0): Tall {
  const fitting = (windowHeight - 2 * PADDING) / (Math.max(rows - 1, 0) + Math.max(overlap, 1));
  const shapely = Math.min(width / FLAT, windowHeight / LEAST_IN_SIGHT);
  const spacing = clamp(Math.max(fitting, shapely), LEAST_SPACING, MOST_SPACING);
  const lift = spacing * overlap;
  const top = PADDING + Math.max(lift, spacing);
  return {
    spacing,
    lift,
    height: top + Math.max(rows - 1, 0) * spacing + PADDING,
    baselineOf: (row) => top + row * spacing,
  };
}

const COLUMN_GAP = 16;
/** Less says nothing: then the columns are scrolled sideways. */
const LEAST_COLUMN = 140;
const LEAST_NAMES = 120;
/** Beside the names. */
const NAMES_GAP = 16;

/** Where the names and the columns of the runs lie, `longest` pixels being what the longest name needs. */
export function columnsIn(width: number, longest: number, runs: number) {
  const names = Math.round(clamp(longest + NAMES_GAP, LEAST_NAMES, 0.3 * width));
  const free = (width - names - COLUMN_GAP * (runs - 1)) / Math.max(1, runs);
  const column = Math.max(LEAST_COLUMN, Math.floor(free));
  const leftOf = (run: number) => names + run * (column + COLUMN_GAP);
  return { names, column, whole: leftOf(runs) - COLUMN_GAP, leftOf };
}

/** The rows that touch the window: `[from, to)`. */
export function rowsInSight(
  { spacing, lift, baselineOf }: Tall,
  rows: number,
  scrolled: number,
  windowHeight: number,
): [number, number] {
  const first = baselineOf(0);
  const from = Math.floor((scrolled - first) / spacing);
  const to = Math.ceil((scrolled + windowHeight + lift - first) / spacing) + 1;
  return [Math.max(0, from), Math.min(rows, Math.max(0, to))];
}
