import { axisOf, binEdge } from "./axis";
import { sharesBelow } from "./mass";
import { csvText, isoTime, jsonText, NAMES, namesOf, type Records } from "./records";
import { densityAt, type Series } from "./series";
import { rowsOf, type Shown } from "./shown";

/** The numbers behind charts, as files for other programs. */

/** The numbers of a row, under the names of the server's answers. */
const COLUMNS: { name: string; of(series: Series, row: number): number | string | null }[] = [
  { name: "step", of: ({ steps }, row) => steps[row] ?? null },
  { name: "wall_time", of: ({ wallTimes }, row) => isoTime(wallTimes[row]) },
  { name: "count", of: ({ count }, row) => maybeNumber(count[row]) },
  { name: "mean", of: ({ mean }, row) => single(mean[row]) },
  { name: "std", of: ({ std }, row) => single(std[row]) },
  { name: "min", of: ({ min }, row) => single(min[row]) },
  { name: "max", of: ({ max }, row) => single(max[row]) },
  { name: "near_zero", of: ({ nearZero }, row) => single(nearZero[row]) },
  { name: "below", of: ({ below }, row) => single(below[row]) },
  { name: "above", of: ({ above }, row) => single(above[row]) },
  { name: "non_finite", of: ({ nonFinite }, row) => nonFinite[row] ?? null },
  { name: "buckets", of: ({ buckets }, row) => buckets[row] ?? null },
];

/** A table with a header and one line for each (run, tag, step). */
export function csvOf(shown: readonly Shown[]): string {
  const rows = shown.flatMap((one) => {
    const names = namesOf(one.series);
    return rowsOf(one).map((row) => [...names, ...COLUMNS.map(({ of }) => of(one.series, row))]);
  });
  return csvText({ heads: [...NAMES, ...COLUMNS.map(({ name }) => name)], rows });
}

/** The histograms themselves: one line for each bin that holds anything, and for what lies off the grid. */
export function binsCsvOf(shown: readonly Shown[]): string {
  const rows: Records["rows"][number][] = [];
  for (const one of shown) {
    const { series } = one;
    const { grid } = series;
    const axis = axisOf(grid);
    const edges = Array.from({ length: grid.bins + 1 }, (_, edge) => binEdge(axis, grid, edge));
    const names = namesOf(series);
    for (const row of rowsOf(one)) {
      const start = [...names, series.steps[row] ?? null];
      const add = (left: number | null, right: number | null, share: number) => {
        if (share > 0) rows.push([...start, left, right, rounded(share)]);
      };
      const below = sharesBelow(series, row);
      const [first = 0, last = 0] = [edges[0], edges.at(-1)];
      if ((series.count[row] ?? 0) === 0) continue;
      add(null, rounded(first), series.below[row] ?? 0);
      for (let bin = 0; bin < grid.bins; bin++) {
        const [left, right] = [edges[bin] ?? 0, edges[bin + 1] ?? 0];
        const isHeld = densityAt(series, row, bin) > 0;
        if (isHeld) add(rounded(left), rounded(right), below(right) - below(left));
      }
      add(rounded(last), null, series.above[row] ?? 0);
    }
  }
  return csvText({ heads: [...NAMES, "step", "left", "right", "share"], rows });
}

/** The same and the densities with their grids, as strict JSON: a number that does not exist is `null`. */
export function jsonOf(shown: readonly Shown[]): string {
  const series = shown.map((one) => {
    const rows = rowsOf(one);
    const columns = COLUMNS.map(({ name, of }) => [name, rows.map((row) => of(one.series, row))]);
    return {
      ...Object.fromEntries(NAMES.map((name) => [name, one.series[name]])),
      grid: gridOf(one.series),
      ...Object.fromEntries(columns),
      density: rows.map((row) => densities(one.series, row)),
    };
  });
  return jsonText({ series });
}

function gridOf({ grid }: Series) {
  const { axis, bins, low, high, threshold } = grid;
  const edges = Array.from({ length: bins + 1 }, (_, edge) =>
    rounded(binEdge(axisOf(grid), grid, edge)),
  );
  return { axis, bins, low, high, threshold, edges };
}

/** The densities of a row, per unit of its grid's axis. */
function densities(series: Series, row: number): (number | null)[] {
  return Array.from({ length: series.grid.bins }, (_, bin) => rounded(densityAt(series, row, bin)));
}

function maybeNumber(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function rounded(value: number): number | null {
  return maybeNumber(Number(value.toPrecision(6)));
}

/** A float32 in as few digits as tell it from its neighbours: `0.1` and not `0.10000000149011612`. */
function single(value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
