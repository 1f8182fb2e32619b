import { formatBeside, formatCount, formatGuess, formatShare, formatValue } from "./format";
import type { MatrixRow } from "./matrix";
import { rowAtStep, type Series } from "./series";

/** All parameters at one step, as a table. */

export interface TableRow {
  name: MatrixRow;
  run: string;
  tag: string;
  /** `null` while it is being read. */
  series: Series | null;
  /** The record at the step, as a row of the series. */
  record: number;
}

export interface Column {
  key: string;
  title: string;
  meaning: string;
  isText: boolean;
  /** What the rows are sorted by; NaN stands last in either direction. */
  value(row: TableRow): number | string;
  text(row: TableRow): string;
}

type Measure = (series: Series, record: number) => number;

const at = (numbers: ArrayLike<number>, record: number) => numbers[record] ?? Number.NaN;
const rms: Measure = ({ mean, std }, record) => Math.hypot(at(mean, record), at(std, record));

function text(key: string, title: string, value: (row: TableRow) => string): Column {
  return { key, title, meaning: "", isText: true, value, text: value };
}

function number(
  key: string,
  title: string,
  meaning: string,
  measure: Measure,
  format: (value: number, series: Series, record: number) => string,
): Column {
  return {
    key,
    title,
    meaning,
    isText: false,
    value: ({ series, record }) => (series === null ? Number.NaN : measure(series, record)),
    text: ({ series, record }) => {
      if (series === null) return "";
      const value = measure(series, record);
      return Number.isNaN(value) ? "none" : format(value, series, record);
    },
  };
}

const beside = (value: number, { std }: Series, record: number) =>
  formatGuess(formatBeside(value, at(std, record)));

const NUMBERS: Column[] = [
  number(
    "count",
    "values",
    "How many the histogram counts",
    (one, i) => at(one.count, i),
    formatCount,
  ),
  number("mean", "mean", "Estimated from the buckets", (one, i) => at(one.mean, i), beside),
  number(
    "std",
    "spread",
    "Standard deviation, estimated from the buckets",
    (one, i) => at(one.std, i),
    beside,
  ),
  number("rms", "rms", "Root mean square, estimated from the buckets", rms, beside),
  number(
    "min",
    "smallest",
    "No value is below: the outermost edge of a bucket",
    (one, i) => at(one.min, i),
    (value) => `≥ ${formatValue(value)}`,
  ),
  number(
    "max",
    "largest",
    "No value is above: the outermost edge of a bucket",
    (one, i) => at(one.max, i),
    (value) => `≤ ${formatValue(value)}`,
  ),
  number(
    "near_zero",
    "near zero",
    "Share no further from zero than 1 % of the root mean square, estimated from the buckets",
    (one, i) => at(one.nearZero, i),
    (value) => formatGuess(formatShare(value)),
  ),
  number(
    "non_finite",
    "NaN or ∞",
    "Whether the record shows some; a writer may drop them",
    (one, i) => at(one.nonFinite, i),
    (value) => (value > 0 ? "seen" : "none seen"),
  ),
  number("buckets", "buckets", "As logged", (one, i) => at(one.buckets, i), formatCount),
  number("step", "step", "Of the record", (one, i) => at(one.steps, i), formatCount),
];

export function columnsOf(hasRuns: boolean): Column[] {
  const names = [
    text("layer", "layer", ({ name }) => name.layer),
    text("parameter", "parameter", ({ name }) => name.parameter),
  ];
  if (hasRuns) names.push(text("run", "run", ({ run }) => run));
  return [...names, ...NUMBERS];
}

/** The row with the record at a step; `null`: at the newest. */
export function atStep(row: TableRow, step: number | null): TableRow {
  return { ...row, record: row.series === null ? -1 : rowAtStep(row.series, step) };
}

export interface Sorting {
  key: string;
  descending: boolean;
}

/** The next sorting when a column's head is pressed: numbers from the largest, names from A; then back; then none. */
export function nextSorting(now: Sorting | null, column: Column): Sorting | null {
  const first = { key: column.key, descending: !column.isText };
  if (now?.key !== column.key) return first;
  return now.descending === first.descending ? { ...first, descending: column.isText } : null;
}

const names = new Intl.Collator(undefined, { numeric: true });

/** The rows by a column; rows that are alike in it, and all without a sorting, stay in the order they came in. */
export function sorted(rows: readonly TableRow[], column: Column, descending: boolean): TableRow[] {
  const sign = descending ? -1 : 1;
  const isNone = (value: number | string) => typeof value === "number" && Number.isNaN(value);
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort(({ value: a }, { value: b }) => {
      if (isNone(a) || isNone(b)) return Number(isNone(a)) - Number(isNone(b));
      if (typeof a === "string" || typeof b === "string")
        return sign * names.compare(String(a), String(b));
      return sign * (a - b);
    })
    .map(({ row }) => row);
}
