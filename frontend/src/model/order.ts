import type { Order } from "./address";
import { axisOf } from "./axis";
import { formatBeside, formatShare, formatStep, formatValue } from "./format";
import { parameterKey } from "./names";
import type { LayerRow } from "./outline";
import { densityAt, type Series } from "./series";
import { firstNonFinite } from "./words";

/** In which order layers and parameters stand. */

interface OrderWords {
  text: string;
  hint: string;
}

export const ORDER_WORDS: Record<Order, OrderWords> = {
  network: { text: "Network order", hint: "From the input to the output" },
  name: { text: "By name", hint: "Layers by name" },
  moved: {
    text: "Most moved",
    hint: "How far the distribution has moved since the first step shown, in spreads there",
  },
  spread: { text: "Widest spread", hint: "Standard deviation at the newest step" },
  near_zero: { text: "Most near zero", hint: "Share of values near zero at the newest step" },
  broken: { text: "Broken first", hint: "NaN or infinity, the earliest first" },
};

/**
 * Rows of the network in another order: by name they stay whole, else each parameter stands alone. Of several
 * runs the worst decides; parameters without data come last, equal ones keep the network's order.
 *
 * @param seriesOf The series of a parameter's key, one for each run.
 */
export function orderRows(
  rows: readonly LayerRow[],
  order: Order,
  seriesOf: (key: string) => Iterable<Series>,
): LayerRow[] {
  if (order === "network") return [...rows];
  if (order === "name") {
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    return rows.toSorted((a, b) => compare(a.layer, b.layer));
  }
  const scored = rows.flatMap((row) =>
    row.parameters.map((parameter) => {
      const score = scoreOf(order, seriesOf(parameterKey(parameter)));
      return { row: { ...row, parameters: [parameter] }, score };
    }),
  );
  scored.sort((a, b) => {
    if (a.score === b.score) return 0;
    if (a.score === null || b.score === null) return a.score === null ? 1 : -1;
    return b.score - a.score;
  });
  return scored.map(({ row }) => row);
}

type Measured = Exclude<Order, "network" | "name">;

/** The score of the worst of the series. */
function scoreOf(order: Measured, ofRuns: Iterable<Series>): number | null {
  let worst: number | null = null;
  for (const series of ofRuns) {
    const score = SCORES[order](series);
    if (score !== null) worst = Math.max(worst ?? score, score);
  }
  return worst;
}

/** The number by which a parameter has its place in an order, for a person; empty where there is none. */
export function placeWords(order: Order, ofRuns: Iterable<Series>): string {
  if (order === "network" || order === "name") return "";
  const score = scoreOf(order, ofRuns);
  if (score === null || score === Number.NEGATIVE_INFINITY) return "";
  if (order === "near_zero") return formatShare(score);
  if (order === "broken") return `step ${formatStep(-score)}`;
  if (score === Number.POSITIVE_INFINITY) return "∞";
  return order === "moved" ? `${formatBeside(score, 0.1)}×` : formatValue(score);
}

/** The larger, the earlier it stands; `null` where the series tells nothing. */
const SCORES: Record<Measured, (series: Series) => number | null> = {
  moved: distanceMoved,
  spread: (series) => newest(series, series.std),
  near_zero: (series) => newest(series, series.nearZero),
  broken: (series) => {
    if (series.length === 0) return null;
    const step = firstNonFinite(series);
    return step === null ? Number.NEGATIVE_INFINITY : -step;
  },
};

function newest(series: Series, numbers: Float32Array): number | null {
  const row = series.count.findLastIndex((count) => count > 0);
  const value = numbers[row];
  return value === undefined || Number.isNaN(value) ? null : value;
}

const distances = new WeakMap<Series, number | null>();

/**
 * The Wasserstein-1 distance of the newest row from the first, as far as both lie on the grid, in units of the first
 * row's spread; of the newest row's where the first has none, as biases that start at zero. `null` without two
 * rows that hold values.
 */
export function distanceMoved(series: Series): number | null {
  const known = distances.get(series);
  if (known !== undefined) return known;
  const distance = measure(series);
  distances.set(series, distance);
  return distance;
}

function measure(series: Series): number | null {
  const first = series.count.findIndex((count) => count > 0);
  const last = series.count.findLastIndex((count) => count > 0);
  if (first < 0) return null;
  const { grid } = series;
  const axis = axisOf(grid);
  const low = axis.toUnit(grid.low);
  const unit = (axis.toUnit(grid.high) - low) / grid.bins;
  let distance = 0;
  let gap = (series.below[last] ?? 0) - (series.below[first] ?? 0);
  for (let bin = 0; bin < grid.bins; bin++) {
    const next = gap + (densityAt(series, last, bin) - densityAt(series, first, bin)) * unit;
    const width = axis.fromUnit(low + (bin + 1) * unit) - axis.fromUnit(low + bin * unit);
    distance += width * meanSize(gap, next);
    gap = next;
  }
  const spread = series.std[first] || series.std[last] || 0;
  return distance === 0 ? 0 : distance / spread;
}

/** The mean of |x| where x runs evenly from one number to another. */
function meanSize(from: number, to: number): number {
  const ends = Math.abs(from) + Math.abs(to);
  return from * to < 0 ? (from ** 2 + to ** 2) / (2 * ends) : ends / 2;
}
