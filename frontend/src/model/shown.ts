import type { Series } from "./series";

/** Which rows of which series are shown. */

/** A series of which something is shown: every row, or certain ones. */
export interface Shown {
  series: Series;
  rows?: readonly number[];
}

/** Rows of series, those of one series together, each once and in the order of the steps. */
export function shownOf(lines: Iterable<{ series: Series; row: number }>): Shown[] {
  const rowsOf = new Map<Series, Set<number>>();
  for (const { series, row } of lines) {
    rowsOf.set(series, (rowsOf.get(series) ?? new Set()).add(row));
  }
  return [...rowsOf].map(([series, rows]) => ({ series, rows: [...rows].sort((a, b) => a - b) }));
}

export function rowsOf({ series, rows }: Shown): readonly number[] {
  return rows ?? Array.from({ length: series.length }, (_, row) => row);
}
