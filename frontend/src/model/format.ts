import { clamp } from "./clamp";

const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const percents = new Intl.NumberFormat(undefined, {
  style: "percent",
  maximumSignificantDigits: 2,
});
const MINUS = "\u2212";

const made = new Map<string, Intl.NumberFormat>();

/** A formatter, made once: to make one costs a hundred times what it costs to use it. */
function withDecimals(
  least: number,
  most: number,
  notation: "standard" | "scientific" | "compact" = "standard",
): Intl.NumberFormat {
  const key = `${least} ${most} ${notation}`;
  const decimals = { minimumFractionDigits: least, maximumFractionDigits: most };
  const format = made.get(key) ?? new Intl.NumberFormat(undefined, { notation, ...decimals });
  made.set(key, format);
  return format;
}

/** `1.2e-4`, with at most so many decimals. */
function inPowers(value: number, decimals: number): string {
  const text = withDecimals(0, decimals, "scientific").format(value);
  return text.replace("E", "e").replaceAll("-", MINUS);
}

/** A count or a step: whole, grouped as the reader's locale does. */
export function formatCount(value: number): string {
  return withDecimals(0, 0).format(value);
}

/** `2 of 12`, or `12` where that is all. */
export function formatCountOf(some: number, all: number): string {
  return some === all ? formatCount(all) : `${formatCount(some)} of ${formatCount(all)}`;
}

/** A value to three significant digits, plain where that is short (`-0.2`), else `1.2e-4`. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return "none";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return inPowers(value, 1);
  return short.format(value).replace("-", MINUS);
}

/** A value with the decimals that matter beside values of the size of `scale`: a mean beside its spread. */
export function formatBeside(value: number, scale: number): string {
  if (!(scale >= 1e-3 && scale < 1e5) || !Number.isFinite(value)) return formatValue(value);
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(scale)));
  const rounded = Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value;
  return withDecimals(decimals, decimals).format(rounded).replace("-", MINUS);
}

export interface Bounded {
  value: number | null;
  low: number | null;
  high: number | null;
}

/**
 * A number with what is certain of it: plain if all the digits shown are, else `≈ 0.12` and `between 0.11 and 0.14`.
 * `detail` has the bounds with more digits, for whoever points at it.
 */
export function formatWithin(
  { value, low, high }: Bounded,
  format: (value: number) => string,
): { text: string; between: string; detail: string | undefined } {
  if (value === null) return { text: format(Number.NaN), between: "", detail: undefined };
  const text = format(value);
  if (low === high && low !== null) return { text, between: "", detail: undefined };
  const detail = betweenOf(low, high, (end) => String(Number(end.toPrecision(9))));
  const between = betweenOf(low, high, format);
  if (low !== null && high !== null && format(low) === text && format(high) === text) {
    return { text, between: "", detail };
  }
  return { text: formatGuess(text), between, detail: detail || "The log sets no bounds." };
}

/** A number as shown that is not certain: `≈ 3 %`; `< 0.1 %` says so already. */
export function formatGuess(text: string): string {
  return text.startsWith("<") ? text : `≈ ${text}`;
}

function betweenOf(
  low: number | null,
  high: number | null,
  format: (value: number) => string,
): string {
  if (low !== null && high !== null) return `between ${format(low)} and ${format(high)}`;
  if (low !== null) return `at least ${format(low)}`;
  return high !== null ? `at most ${format(high)}` : "";
}

/** A share of the whole: `3 %` as the locale writes it; a tiny one is `< 0.1 %`, never a false zero. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return "none";
  if (share > 0 && share < 0.001) return `< ${percents.format(0.001)}`;
  return percents.format(Math.min(share, 1));
}

const precise = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 2 });

/** The order of a quantile in percent, never rounded to all or nothing: `99.9 %`. */
export function formatQuantile(q: number): string {
  return precise.format(q);
}

/** A moment in the reader's locale; empty where the log has none. */
export function formatTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  return new Date(seconds * 1000).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

/** A step in little room: `1.2M` from a hundred thousand on, unless that would be another step. */
export function formatStep(step: number): string {
  return Math.abs(step) < 1e5 || step % 1000 !== 0
    ? formatCount(step)
    : withDecimals(0, 9, "compact").format(step);
}

/** A tick's number with as many decimals as tell it from its neighbours. */
export function formatTick(value: number, ticks: readonly number[]): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const largest = Math.max(...ticks.map(Math.abs));
  const gaps = ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? 0));
  const gap = Math.min(...gaps, size);
  const decimals = Math.max(0, Math.ceil(-Math.log10(gap) - 1e-9));
  if (largest < 1e-3 || largest >= 1e5 || (gap < 1e-3 && size < 1e-3)) {
    const digits = Math.ceil(Math.floor(Math.log10(size)) - Math.log10(gap) - 1e-9);
    return inPowers(value, clamp(digits, 1, 15));
  }
  return withDecimals(0, decimals).format(value).replace("-", MINUS);
}
