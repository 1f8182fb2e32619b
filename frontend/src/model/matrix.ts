import type { Statistic } from "./address";
import { type Domain, domainOf } from "./domain";
import { blockOf, parameterKey, parameterTitle } from "./names";
import type { LayerRow } from "./outline";
import { FAR_ABOVE, FAR_BELOW, SHADES } from "./ramps";
import type { Series } from "./series";
import { type Distances, STATISTIC_WORDS, valuesOf } from "./statistics";

/** The map before it is drawn: parameters by steps, for each run, with a number in each cell. */

export interface MatrixRow {
  key: string;
  layer: string;
  parameter: string;
  startsLayer: boolean;
  startsBlock: boolean;
}

export interface Panel {
  run: string;
  /** The series of each row; `null` where the run has none. */
  series: (Series | null)[];
  /** [row * columns + column], the record shown there, as a row of the series; -1 where there is none. */
  records: Int32Array;
  /** [row * columns + column], NaN where there is none. */
  values: Float64Array;
}

export interface Matrix {
  rows: readonly MatrixRow[];
  /** Steps. */
  columns: readonly number[];
  panels: Panel[];
}

export function matrixRows(layers: readonly LayerRow[]): MatrixRow[] {
  const rows: MatrixRow[] = [];
  let block: string | null = null;
  for (const { layer, parameters } of layers) {
    for (const [index, parameter] of parameters.entries()) {
      rows.push({
        key: parameterKey(parameter),
        layer,
        parameter: parameterTitle(parameter),
        startsLayer: index === 0,
        startsBlock: blockOf(layer) !== block,
      });
      block = blockOf(layer);
    }
  }
  return rows;
}

/**
 * The record that a series shows at each step: the last one until then. A series that is logged more seldom than others
 * has no gaps thus; before its first record and after its last there is none.
 */
export function recordsAt(steps: ArrayLike<number>, columns: readonly number[]): Int32Array {
  const last = steps[steps.length - 1] ?? Number.NEGATIVE_INFINITY;
  let record = -1;
  return Int32Array.from(columns, (column) => {
    while (record + 1 < steps.length && (steps[record + 1] ?? 0) <= column) record++;
    return column <= last ? record : -1;
  });
}

export interface MatrixQuestion {
  rows: readonly MatrixRow[];
  columns: readonly number[];
  runs: readonly string[];
  statistic: Statistic;
  seriesOf(key: string, run: string): Series | undefined;
  distancesOf(series: Series): Distances | undefined;
}

export function matrixOf(question: MatrixQuestion): Matrix {
  const { rows, columns, runs, statistic, seriesOf, distancesOf } = question;
  const panels = runs.map((run): Panel => {
    const series = rows.map(({ key }) => seriesOf(key, run) ?? null);
    const records = new Int32Array(rows.length * columns.length).fill(-1);
    const values = new Float64Array(records.length).fill(Number.NaN);
    for (const [row, one] of series.entries()) {
      if (one === null) continue;
      const start = row * columns.length;
      const numbers = valuesOf(one, statistic, distancesOf(one));
      for (const [column, record] of recordsAt(one.steps, columns).entries()) {
        records[start + column] = record;
        values[start + column] = numbers[record] ?? Number.NaN;
      }
    }
    return { run, series, records, values };
  });
  return { rows, columns, panels };
}

/** Shades beyond those of the ramp. */
export const BLANK = 255;
export const BROKEN = 254;

export interface Shaded {
  /** One for each panel, [row * columns + column]: a place on the ramp, `BLANK` or `BROKEN`. */
  shades: Uint8Array[];
  /** What the ramp means; `null` where it means something else in each row. */
  domain: Domain | null;
  hasBroken: boolean;
  hasBlank: boolean;
}

function shadeOf(domain: Domain, value: number): number {
  const far = domain.far(value);
  if (far !== 0) return far > 0 ? FAR_ABOVE : FAR_BELOW;
  return Math.round(domain.place(value) * SHADES);
}

/** The colour of every cell, on one scale for all, or each row, in all runs, on its own. */
export function shadesOf(matrix: Matrix, statistic: Statistic, mode: "all" | "row"): Shaded {
  const { panels, rows, columns } = matrix;
  const { spacing } = STATISTIC_WORDS[statistic];
  const every = (cut: (panel: Panel) => Float64Array) => {
    const parts = panels.map(cut);
    const values = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      values.set(part, offset);
      offset += part.length;
    }
    return values;
  };
  const shared =
    mode === "all"
      ? domainOf(
          every(({ values }) => values),
          spacing,
          true,
        )
      : null;
  const shades = panels.map(({ values }) => new Uint8Array(values.length));
  const seen = { broken: false, blank: false };
  for (let row = 0; row < rows.length; row++) {
    const from = row * columns.length;
    const to = from + columns.length;
    const domain =
      shared ??
      domainOf(
        every(({ values }) => values.subarray(from, to)),
        spacing,
        false,
      );
    for (const [p, { series, records, values }] of panels.entries()) {
      const target = shades[p];
      const nonFinite = series[row]?.nonFinite;
      for (let cell = from; target !== undefined && cell < to; cell++) {
        const record = records[cell] ?? -1;
        const value = values[cell] ?? Number.NaN;
        if (record >= 0 && nonFinite?.[record] === 1) {
          target[cell] = BROKEN;
          seen.broken = true;
        } else if (Number.isNaN(value)) {
          target[cell] = BLANK;
          seen.blank = true;
        } else target[cell] = shadeOf(domain, value);
      }
    }
  }
  return { shades, domain: shared, hasBroken: seen.broken, hasBlank: seen.blank };
}
