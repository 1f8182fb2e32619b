import { axisOf, binEdge } from "../src/model/axis";
import { densityAt, type Series } from "../src/model/series";
import { safetensors } from "./safetensors";

/** The numbers that the page asks for beside the densities, from what the densities tell. */

const MOMENTS = ["mean", "std", "rms", "min", "max", "near_zero", "kurtosis", "max_sigma"] as const;
const RANKS = [0.05, 0.25, 0.5, 0.75, 0.95];

/** The numbers of a row; what the densities don't tell is that of a normal distribution. */
function numbersOf(series: Series, row: number) {
  const at = (column: ArrayLike<number>) => maybe(column[row]);
  const [mean, std] = [at(series.mean) ?? 0, at(series.std) ?? 0];
  const first = Math.hypot(mean - (series.mean[0] ?? 0), std - (series.std[0] ?? 0));
  const before = Math.max(0, row - 1);
  const previous = Math.hypot(mean - (series.mean[before] ?? 0), std - (series.std[before] ?? 0));
  return {
    count: at(series.count),
    mean: at(series.mean),
    std: at(series.std),
    rms: maybe(Math.hypot(mean, std)),
    min: at(series.min),
    max: at(series.max),
    near_zero: at(series.nearZero),
    kurtosis: 3,
    max_sigma: 4,
    distance_first: maybe(first),
    distance_previous: row === 0 ? null : maybe(previous),
    update_ratio: row === 0 ? null : maybe(previous / Math.hypot(mean, std)),
    non_finite: at(series.nonFinite),
  };
}

const maybe = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? value : null;

export function statisticsOf(series: Series) {
  const rows = Array.from({ length: series.length }, (_, row) => numbersOf(series, row));
  const names = Object.keys(numbersOf(series, 0)) as (keyof ReturnType<typeof numbersOf>)[];
  const quantiles = Object.fromEntries(
    RANKS.map((rank) => [
      String(rank),
      rows.map(({ mean, std }) =>
        maybe((mean ?? 0) + (std ?? 0) * 2 * Math.log(rank / (1 - rank)) * 0.28),
      ),
    ]),
  );
  const side = (factor: number) => ({
    ...Object.fromEntries(
      names.map((name) => [
        name,
        rows.map((row) => {
          const value = row[name];
          return value === null ? null : value + factor * 0.01 * Math.abs(value);
        }),
      ]),
    ),
    quantiles,
  });
  const { tag, layer, parameter, role } = series;
  return {
    ...{ tag, layer, parameter, role },
    step: [...series.steps],
    wall_time: [...series.wallTimes].map(maybe),
    ...side(0),
    low: side(-1),
    high: side(1),
    quality: Object.fromEntries([...names, "quantiles"].map((name) => [name, "estimated"])),
  };
}

/** The same numbers as arrays over the rows of all series, as if all were exact. */
export function statisticsBytes(
  run: string,
  series: readonly Series[],
  names: readonly string[],
): ArrayBuffer {
  const rows = series.flatMap((one) =>
    Array.from({ length: one.length }, (_, row) => ({ one, row, numbers: numbersOf(one, row) })),
  );
  let row = 0;
  const offset = Int32Array.from([0, ...series.map(({ length }) => (row += length))]);
  const column = (name: string) =>
    Float32Array.from(rows, ({ numbers }) => numbers[name as keyof typeof numbers] ?? Number.NaN);
  const described = series.map(({ tag, layer, parameter, role }) => ({
    ...{ tag, layer, parameter, role },
    quality: Object.fromEntries(names.map((name) => [name, "estimated"])),
  }));
  const answer = {
    run,
    series: described,
    unreadable: [],
    unfinished: [],
    notices: [],
    quantiles: [],
  };
  return safetensors(
    {
      offset,
      step: BigInt64Array.from(rows, ({ one, row: at }) => BigInt(one.steps[at] ?? 0)),
      wall_time: Float64Array.from(rows, ({ one, row: at }) => one.wallTimes[at] ?? Number.NaN),
      ...Object.fromEntries(
        names.flatMap((name) => ["", "_low", "_high"].map((side) => [name + side, column(name)])),
      ),
    },
    { answer: JSON.stringify(answer) },
  );
}

/** One histogram whose buckets are the bins; `null` if there is none of the tag at the step. */
export function histogramOf(
  series: readonly Series[],
  tag: string | null,
  step: number,
): object | null {
  const one = series.find((each) => each.tag === tag);
  const row = one?.steps.indexOf(step) ?? -1;
  if (one === undefined || row < 0) return null;
  const { grid } = one;
  const axis = axisOf(grid);
  const width = (axis.toUnit(grid.high) - axis.toUnit(grid.low)) / grid.bins;
  const count = one.count[row] ?? 0;
  const numbers = numbersOf(one, row);
  const quantity = (value: number | null) => ({ value, low: value, high: value, quality: "exact" });
  const guess = (value: number | null) => ({ value, low: null, high: null, quality: "estimated" });
  return {
    run: one.run,
    tag,
    step,
    wall_time: maybe(one.wallTimes[row]),
    buckets: Array.from({ length: grid.bins }, (_, bin) => [
      binEdge(axis, grid, bin),
      binEdge(axis, grid, bin + 1),
      densityAt(one, row, bin) * width * count,
    ]),
    count: quantity(count),
    non_finite: quantity(one.nonFinite[row] ?? 0),
    moments: Object.fromEntries(MOMENTS.map((name) => [name, guess(numbers[name])])),
    quantiles: [{ q: 0.5, ...guess(numbers.mean) }],
  };
}
