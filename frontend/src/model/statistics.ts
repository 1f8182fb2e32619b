import type { Statistic } from "./address";
import { formatCount, formatGuess, formatShare, formatValue } from "./format";
import type { Series } from "./series";

/** The statistics of the map: their numbers for each row of a series, and what they are called. */

/** `log`: positive and spanning decades; `signed`: either side of zero; `share`: part of a whole; `flag`: yes or no. */
export type Spacing = "log" | "signed" | "share" | "flag";

export interface StatisticWords {
  /** In a list of choices and in a read-out. */
  name: string;
  /** What it is, in plain words. */
  meaning: string;
  spacing: Spacing;
  /** How well the log tells it. */
  certainty: "guess" | "at most" | "at least";
}

export const STATISTIC_WORDS: Record<Statistic, StatisticWords> = {
  std: {
    name: "spread",
    meaning: "standard deviation of the values",
    spacing: "log",
    certainty: "guess",
  },
  rms: {
    name: "root mean square",
    meaning: "typical size of a value, whatever its sign",
    spacing: "log",
    certainty: "guess",
  },
  mean: {
    name: "mean",
    meaning: "mean of the values",
    spacing: "signed",
    certainty: "guess",
  },
  largest: {
    name: "largest size",
    meaning: "largest size of a value, whatever its sign",
    spacing: "log",
    certainty: "at most",
  },
  near_zero: {
    name: "near zero",
    meaning: "share of values no further from zero than 1 % of the root mean square",
    spacing: "share",
    certainty: "guess",
  },
  distance_first: {
    name: "distance from the first step",
    meaning: "how far the distribution has moved since the first step shown, in spreads there",
    spacing: "log",
    certainty: "guess",
  },
  distance_previous: {
    name: "change since the previous step",
    meaning:
      "how far the distribution has moved since the step shown before, in spreads at the first",
    spacing: "log",
    certainty: "guess",
  },
  update_ratio: {
    name: "update ratio",
    meaning: "size of a step beside that of the values, usually 0.001",
    spacing: "log",
    certainty: "at least",
  },
  non_finite: {
    name: "NaN or ∞",
    meaning: "records that show NaN or infinity among the values",
    spacing: "flag",
    certainty: "at least",
  },
};

/** How far one series has moved, by step. */
export interface Distances {
  first: ReadonlyMap<number, number>;
  previous: ReadonlyMap<number, number>;
  updateRatio: ReadonlyMap<number, number>;
  /** What it is at most; infinite where that isn't known. */
  mostUpdateRatio: ReadonlyMap<number, number>;
}

export function isDistance(statistic: Statistic): boolean {
  return statistic === "distance_first" || statistic === "distance_previous";
}

/** Whether the densities don't bring the statistic. */
export function isMeasured(statistic: Statistic): boolean {
  return isDistance(statistic) || statistic === "update_ratio";
}

/** Below this part of the median spread a spread is the rounding of a constant. */
const NEGLIGIBLE = 1e-6;

/** The first row that has a spread to measure distances by: biases often start out all alike. */
export function referenceRow(series: Series): number {
  const spreads = series.std.filter((std) => std > 0 && Number.isFinite(std)).sort();
  const least = (spreads[spreads.length >> 1] ?? 0) * NEGLIGIBLE;
  return series.std.findIndex((std) => std > least && Number.isFinite(std));
}

/** The statistic of every row; NaN where there is none. Distances are in spreads of `referenceRow`. */
export function valuesOf(
  series: Series,
  statistic: Statistic,
  distances?: Distances,
): Float64Array {
  const { length, std, mean, min, max, nearZero, nonFinite, steps } = series;
  const each = (value: (row: number) => number) =>
    Float64Array.from({ length }, (_, i) => value(i));
  const at = (numbers: ArrayLike<number>, row: number) => numbers[row] ?? Number.NaN;
  switch (statistic) {
    case "std":
      return each((row) => at(std, row));
    case "rms":
      return each((row) => Math.hypot(at(mean, row), at(std, row)));
    case "mean":
      return each((row) => at(mean, row));
    case "largest":
      return each((row) => Math.max(Math.abs(at(min, row)), Math.abs(at(max, row))));
    case "near_zero":
      return each((row) => at(nearZero, row));
    case "non_finite":
      return each((row) => at(nonFinite, row));
    case "update_ratio":
      return each((row) => distances?.updateRatio.get(at(steps, row)) ?? Number.NaN);
    default: {
      const unit = at(std, referenceRow(series));
      const known = statistic === "distance_first" ? distances?.first : distances?.previous;
      return each((row) => (known?.get(at(steps, row)) ?? Number.NaN) / unit);
    }
  }
}

/** Bounds no further apart than this part of them leave no doubt about what is shown. */
const CLOSE = 1e-5;

/** Whether a number is as good as its bound. */
export function isSame(value: number, most: number): boolean {
  return most - value <= CLOSE * value;
}

/** A number of the statistic as it stands on the legend. */
export function formatStatistic(statistic: Statistic, value: number): string {
  if (statistic === "near_zero") return formatShare(value);
  return formatValue(value);
}

/** A number of the statistic with what is certain of it: `≈ 0.04`, `at most 0.3`. */
export function statisticText(
  statistic: Statistic,
  value: number,
  unitStep?: number,
  most = Number.POSITIVE_INFINITY,
): string {
  if (Number.isNaN(value)) return "none";
  if (statistic === "non_finite") return value > 0 ? "seen" : "none seen";
  const text = formatStatistic(statistic, value);
  const { certainty } = STATISTIC_WORDS[statistic];
  if (certainty === "at most") return `at most ${text}`;
  if (certainty === "at least" && !Number.isFinite(most)) return `at least ${text}`;
  if (isSame(value, most)) return text;
  const unit = unitStep === undefined ? "" : ` × the spread at step ${formatCount(unitStep)}`;
  return formatGuess(text) + unit;
}
