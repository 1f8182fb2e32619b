import { ticks as linearTicks } from "d3-array";
import { clamp } from "./clamp";
import type { Spacing } from "./statistics";

/** Numbers to places along a ramp of colours. */
export interface Domain {
  low: number;
  high: number;
  /** The smallest and the largest number there is, which may lie beyond the ends. */
  least: number;
  most: number;
  /** From 0 at `low` to 1 at `high`, and no further. */
  place(value: number): number;
  /** -1 or 1 where a number lies so far beyond an end that it must not pass for one at that end, else 0. */
  far(value: number): -1 | 0 | 1;
  /** A few numbers to mark, ascending. */
  ticks: number[];
}

/** The share of the cells at either end that need not be told apart. */
const OUTER = 0.01;
/** As in a box plot, a number this many interquartile ranges beyond the quartiles is not what the others are measured by. */
const FENCE = 3;
/** Beyond an end by this share of the whole domain is far. */
const FAR = 0.5;
/** Numbers that span less are evenly spaced. */
const DECADE = 10;

/**
 * The domain of the numbers of a statistic; NaN is none of them.
 *
 * @param robust Whether a few exceptions may lie beyond the ends, so that one exploding layer leaves the others their colours.
 */
export function domainOf(values: ArrayLike<number>, spacing: Spacing, robust: boolean): Domain {
  // Nothing seen is as neutral as zero; what is seen has no place among colours.
  if (spacing === "flag") return spaced(-1, 1, -1, 1, (value) => value, [0]);
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (spacing === "signed") return signed(sorted, robust);
  if (spacing === "share")
    return even(sorted, 0, (robust ? at(sorted, 1 - OUTER) : max(sorted)) || 1);
  const positive = sorted.subarray(sorted.findIndex((value) => value > 0) >>> 0);
  if (positive.length === 0) return even(sorted, 0, 1);
  const [low, high] = robust ? central(positive) : [min(positive), max(positive)];
  return high / low >= DECADE ? decades(sorted, low, high) : even(sorted, low, high);
}

const at = (sorted: Float64Array, share: number) =>
  sorted[Math.round(share * (sorted.length - 1))] ?? 0;
const min = (sorted: Float64Array) => sorted[0] ?? 0;
const max = (sorted: Float64Array) => sorted[sorted.length - 1] ?? 0;

/** The central 98 % of positive numbers, but no further out than the fences, which stand in factors. */
function central(positive: Float64Array): [number, number] {
  const [lower, upper] = [Math.log(at(positive, 0.25)), Math.log(at(positive, 0.75))];
  const [low, high] = [at(positive, OUTER), at(positive, 1 - OUTER)];
  const fence = FENCE * (upper - lower);
  if (fence === 0) return [low, high];
  // The outermost number within the fences, rather than the fence, at which there may be none.
  const inside = positive.filter(
    (value) => Math.log(value) >= lower - fence && Math.log(value) <= upper + fence,
  );
  return [Math.max(low, min(inside)), Math.min(high, max(inside))];
}

function even(sorted: Float64Array, low: number, high: number): Domain {
  return spaced(low, high, min(sorted), max(sorted), (value) => value, linearTicks(low, high, 4));
}

function decades(sorted: Float64Array, low: number, high: number): Domain {
  // Zero, and below, is as far down as there is.
  const toUnit = (value: number) => Math.log(Math.max(value, Number.MIN_VALUE));
  return spaced(low, high, min(sorted), max(sorted), toUnit, roundTicks(low, high));
}

/** As far to either side of zero, drawn together towards the ends where the numbers span decades. */
function signed(sorted: Float64Array, robust: boolean): Domain {
  const sizes = sorted
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort();
  const high = robust ? central(sizes)[1] : max(sizes);
  const middle = at(sizes, 0.5);
  const isWide = middle > 0 && high / middle >= DECADE;
  const toUnit = isWide ? (value: number) => Math.asinh(value / middle) : (value: number) => value;
  const positive = isWide ? roundTicks(middle, high) : linearTicks(0, high, 2).slice(1);
  const ticks = [...positive.map((tick) => -tick).reverse(), 0, ...positive];
  return spaced(-high, high, min(sorted), max(sorted), toUnit, ticks);
}

function spaced(
  low: number,
  high: number,
  least: number,
  most: number,
  toUnit: (value: number) => number,
  ticks: number[],
): Domain {
  const from = toUnit(low);
  const width = toUnit(high) - from;
  // Numbers that are all alike are in the middle.
  const position = (value: number) => (width > 0 ? (toUnit(value) - from) / width : 0.5);
  return {
    low,
    high,
    least,
    most,
    place: (value) => clamp(position(value), 0, 1),
    far: (value) => {
      const beyond = position(value);
      return beyond > 1 + FAR ? 1 : beyond < -FAR ? -1 : 0;
    },
    ticks: ticks.filter((tick) => tick >= low && tick <= high),
  };
}

/** Powers of ten from `low` to `high`, at most about four of them; steps of 1, 2 and 5 where these are fewer than two. */
function roundTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const every = Math.max(1, Math.ceil((last - first) / 5));
  const multiples = last - first <= 2 ? [1, 2, 5] : [1];
  const found: number[] = [];
  for (let power = first; power <= last; power += every) {
    for (const multiple of multiples) {
      const tick = Number(`${multiple}e${power}`);
      if (tick >= low && tick <= high) found.push(tick);
    }
  }
  return found;
}
