import { scaling } from "../chosen";
import { theme } from "../host";
import type { Trend as Choice } from "../model/address";
import { PALETTES } from "../model/colors";
import { formatShare, formatStep, formatTick, formatValue } from "../model/format";
import type { Column, Statistics } from "../model/logged";
import { isSame } from "../model/statistics";
import { formatDuration } from "../model/time";
import type { Size } from "../scene/scene";
import { type Trend, type TrendChart, trendChart } from "../scene/trend";
import { newestTint } from "./chart";

/** A number of a series over its steps. */

export const CHOICES: readonly [Choice, string][] = [
  ["quantiles", "Quantiles"],
  ["std", "Spread (std)"],
  ["mean", "Mean"],
  ["rms", "Root mean square"],
  ["near_zero", "Share near zero"],
  ["kurtosis", "Kurtosis"],
  ["max_sigma", "Farthest, in spreads"],
  ["distance_first", "Distance from the first step"],
  ["distance_previous", "Change since the previous step"],
  ["update_ratio", "Update ratio, log₁₀"],
];

/** Usual for the logarithm of the update ratio. */
const USUAL = -3;

export const wordOf = (choice: Choice) => CHOICES.find(([name]) => name === choice)?.[1] ?? "";

const QUALITIES = {
  exact: "exact",
  bound: "a bound",
  estimated: "estimated; the band is what it may be",
} as const;

/** What the lines and bands of quantiles are. */
export const QUANTILES_LEGEND = "median, middle 50 % and 90 %, mean and ends";

const known = (column: Column | undefined) => (column ?? []).map((one) => one ?? Number.NaN);

/** Of nothing there is none. */
const logarithm = (value: number) => (value > 0 ? Math.log10(value) : Number.NaN);

function trendOf(found: Statistics, choice: Choice, at: Float64Array): Trend {
  if (choice === "quantiles") {
    const quantile = (q: string) => known(found.quantiles[q]);
    return {
      at,
      lines: [
        { values: known(found.min), strong: false },
        { values: known(found.max), strong: false },
        { values: known(found.mean), strong: false },
        { values: quantile("0.5"), strong: true },
      ],
      bands: [
        { low: quantile("0.05"), high: quantile("0.95") },
        { low: quantile("0.25"), high: quantile("0.75") },
      ],
      guides: [],
    };
  }
  const isRatio = choice === "update_ratio";
  const drawn = (column: Column) => (isRatio ? known(column).map(logarithm) : known(column));
  return {
    at,
    lines: [{ values: drawn(found[choice]), strong: true }],
    bands:
      found.quality[choice] === "exact"
        ? []
        : [{ low: drawn(found.low[choice]), high: drawn(found.high[choice]) }],
    guides: isRatio ? [USUAL] : choice === "kurtosis" ? [3] : [],
  };
}

export function trendPlan(found: Statistics, choice: Choice, run: string, size: Size): TrendChart {
  const { time } = scaling.value;
  const times = Float64Array.from(known(found.wall_time));
  const start = times[0] ?? 0;
  const inTime = time !== "step" && times.every(Number.isFinite);
  const at = inTime ? times.map((one) => one - start) : Float64Array.from(found.step);
  return trendChart(trendOf(found, choice, at), {
    size,
    palette: PALETTES[theme.value],
    tint: newestTint(run),
    isWhole: !inTime,
    labelOf: inTime ? formatDuration : formatStep,
    format: (value, ticks) =>
      choice === "near_zero" ? formatShare(value) : formatTick(value, ticks),
  });
}

/** The index of the row that stands for a step: the last one up to it. */
export function rowOf({ step }: Statistics, at: number): number {
  return Math.max(
    0,
    step.findLastIndex((one) => one <= at),
  );
}

/** The number at a row in words. */
export function trendWords(found: Statistics, choice: Choice, row: number): string {
  const at = `at step ${formatStep(found.step[row] ?? 0)}`;
  if (choice === "quantiles") {
    const of = (q: string) => formatValue(found.quantiles[q]?.[row] ?? Number.NaN);
    return `≈ median ${of("0.5")}, half in ${of("0.25")} … ${of("0.75")}, ${at}`;
  }
  const value = found[choice][row];
  if (value == null) return `none ${at}`;
  const isRatio = choice === "update_ratio";
  const most = found.high[choice][row] ?? Number.POSITIVE_INFINITY;
  const quality = isRatio && isSame(value, most) ? "exact" : found.quality[choice];
  const text = choice === "near_zero" ? formatShare(value) : formatValue(value);
  const size = isRatio ? `${text}, log₁₀ ${formatValue(logarithm(value))}` : text;
  const sign = isRatio && quality === "bound" ? "at least" : "≈";
  const note = choice.startsWith("distance")
    ? " The weights moved at least so far on average."
    : "";
  return `${quality === "exact" ? size : `${sign} ${size}`} ${at} (${QUALITIES[quality]}).${note}`;
}
