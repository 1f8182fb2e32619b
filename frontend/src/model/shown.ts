import type { Records } from "./records";
import type { Series } from "./series";

/** What is shown, as far as it can be had in numbers. */

/** A series of which something is shown: every row, or certain ones. */
export interface Shown {
  series: Series;
  rows?: readonly number[];
}

/** The numbers behind charts: of series as they are drawn, else tables as the server gave them. */
export type Behind = { shown: readonly Shown[] } | { records: Records; json: unknown };

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
