import { withRows } from "./changes";
import type { Part } from "./parts";
import { type Numbers, readSafetensors } from "./safetensors";

export type Axis = "linear" | "symlog";
/** Which steps an answer is about: those TensorBoard kept, or all of them, from the event files. */
export type Reading = "kept" | "every";

export type Role =
  | "weight"
  | "statistic"
  | "gradient"
  | "update"
  | "optimizer"
  | "activation"
  | "other";

export interface Notice {
  code: string;
  level: "info" | "warning" | "error";
  text: string;
  fix: string;
  tags?: string[];
  /** Of what it tells about, if that is one step. */
  step?: number;
}

/** What one tag is: a parameter of a layer, in one role. */
export interface Parameter {
  tag: string;
  layer: string;
  parameter: string;
  role: Role;
}

/** The value axis of a series' grid: `bins` cells of equal width on it, from `low` to `high`. */
export interface Grid {
  axis: Axis;
  bins: number;
  low: number;
  high: number;
  /** Symlog only: values this close to zero are spaced linearly. */
  threshold: number;
}

/** The histograms of one (run, tag) over steps, one row a step, as arrays over the rows. */
export interface Series extends Parameter {
  run: string;
  grid: Grid;
  /** How many rows there are. */
  length: number;
  steps: Float64Array;
  /** The same to the last digit, which numbers beyond 2^53 lose. */
  exactSteps: BigInt64Array;
  wallTimes: Float64Array;
  /** [row * bins + bin], 0 to `levels`; times `peaks[row] / levels` it is the density. */
  density: Uint8Array | Uint16Array;
  levels: 255 | 65535;
  peaks: Float32Array;
  below: Float32Array;
  above: Float32Array;
  count: Float64Array;
  nonFinite: Uint8Array;
  buckets: Int32Array;
  min: Float32Array;
  max: Float32Array;
  mean: Float32Array;
  std: Float32Array;
  nearZero: Float32Array;
}

export interface Densities extends Part {
  series: Series[];
  unreadable: { tag: string; text: string }[];
  notices: Notice[];
  /** What the series are views on: a later answer may leave out what of it is still the same. */
  arrays?: ReadonlyMap<string, Numbers>;
}

interface Answer {
  run: string;
  axis: Axis;
  bins: number;
  bits: 8 | 16;
  /** There if rows of an earlier answer are left out. */
  since?: string;
  series: Parameter[];
  unreadable: { tag: string; text: string }[];
  unfinished: string[];
  notices: Notice[];
}

/** The arrays of the answer with a number for each row, by what they are called in a series. */
const ROWS = {
  wallTimes: "wall_time",
  peaks: "peak",
  below: "below",
  above: "above",
  count: "count",
  nonFinite: "non_finite",
  buckets: "buckets",
  min: "min",
  max: "max",
  mean: "mean",
  std: "std",
  nearZero: "near_zero",
};

/** The series of a `densities` answer, as views on its arrays; it may leave out rows that the one `before` has. */
export function readDensities(bytes: ArrayBuffer, before?: Densities): Densities {
  const { metadata, arrays: found } = readSafetensors(bytes);
  const answer = JSON.parse(metadata.get("answer") ?? "{}") as Answer;
  const earlier = answer.since === undefined ? undefined : before?.arrays;
  const arrays = earlier === undefined ? found : withRows(earlier, found, answer.bins);
  const array = <T extends Numbers>(name: string): T => {
    const found = arrays.get(name);
    if (found === undefined) throw new Error(`The server's answer lacks the array "${name}".`);
    return found as T;
  };
  const offset = array<Int32Array>("offset");
  const range = array<Float64Array>("range");
  const threshold = array<Float64Array>("threshold");
  const exactSteps = array<BigInt64Array>("step");
  const steps = Float64Array.from(exactSteps, Number);
  const density = array<Uint8Array | Uint16Array>("density");
  const rows = Object.entries(ROWS).map(([key, name]) => [key, array(name)] as const);
  const series = answer.series.map((entry, s): Series => {
    const from = offset[s] ?? 0;
    const to = offset[s + 1] ?? from;
    return {
      run: answer.run,
      tag: entry.tag,
      layer: entry.layer,
      parameter: entry.parameter,
      role: entry.role,
      grid: {
        axis: answer.axis,
        bins: answer.bins,
        low: range[2 * s] ?? 0,
        high: range[2 * s + 1] ?? 1,
        threshold: threshold[s] ?? 0,
      },
      length: to - from,
      steps: steps.subarray(from, to),
      exactSteps: exactSteps.subarray(from, to),
      density: density.subarray(from * answer.bins, to * answer.bins),
      levels: answer.bits === 16 ? 65535 : 255,
      ...(Object.fromEntries(
        rows.map(([key, numbers]) => [key, numbers.subarray(from, to)]),
      ) as Pick<Series, keyof typeof ROWS>),
    };
  });
  const { unreadable, unfinished, notices } = answer;
  return { series, unreadable, unfinished, notices, arrays };
}

/** What is known of a run from two answers about different series of it. */
export function joined(answer: Densities, more: Densities): Densities {
  return {
    series: [...answer.series, ...more.series],
    unreadable: [...answer.unreadable, ...more.unreadable],
    unfinished: more.unfinished,
    notices: [...answer.notices, ...more.notices],
  };
}

const NAMELESS = "its name is too long to be asked for by itself.";

/** An answer that can't be had in whole, with what it lacks among what can't be read. */
export function withoutRest(answer: Densities): Densities {
  if (answer.unfinished.length === 0) return answer;
  const rest = answer.unfinished.map((tag) => ({ tag, text: NAMELESS }));
  return { ...answer, unreadable: [...answer.unreadable, ...rest], unfinished: [] };
}

/** The density of a row in a bin, per unit of the axis. */
export function densityAt(series: Series, row: number, bin: number): number {
  const quantised = series.density[row * series.grid.bins + bin] ?? 0;
  return (quantised / series.levels) * (series.peaks[row] ?? 0);
}

/** The last row whose step is not after `step` (`null`: the newest row); the first row if all are after. */
export function rowAtStep(series: Series, step: number | null): number {
  if (step === null) return series.length - 1;
  let row = 0;
  for (let i = 0; i < series.length && (series.steps[i] ?? 0) <= step; i++) row = i;
  return row;
}

/** Every step that any of the series shows, ascending. */
export function stepsOf(series: Iterable<Series>): number[] {
  const steps = new Set<number>();
  for (const one of series) for (const step of one.steps) steps.add(step);
  return [...steps].sort((a, b) => a - b);
}

/**
 * How many values each tag has: those of the newest row in which all are finite. What an answer doesn't tell is as it
 * was known `before`; NaN: what was asked of the tag tells of no size.
 */
export function sizesOf(
  { series, unreadable }: Densities,
  before: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const found = new Map(before);
  const set = (tag: string, size: number) => {
    if (size > 0) found.set(tag, size);
    else if (!found.has(tag)) found.set(tag, Number.NaN);
  };
  for (const { tag } of unreadable) set(tag, 0);
  for (const { tag, count, nonFinite } of series) set(tag, count[nonFinite.lastIndexOf(0)] ?? 0);
  return found;
}
