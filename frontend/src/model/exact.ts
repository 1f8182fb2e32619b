import type { Trend } from "./address";
import type { Column, Histogram, Statistics } from "./logged";
import { isoTime, NAMES, namesOf, type Records } from "./records";
import type { Series } from "./series";
import type { Behind } from "./shown";

/** The numbers of the charts at full size, to the last digit that the server gave. */

/** A line for each bucket as it was logged. */
export function behindBuckets(series: Series, histogram: Histogram): Behind {
  const names = [...namesOf(series), histogram.step];
  const rows = histogram.buckets.map((bucket) => [...names, ...bucket]);
  const records = { heads: [...NAMES, "step", "left", "right", "count"], rows };
  return { records, json: histogram };
}

/** What the server calls the numbers that a trend shows. */
function numbersOf(choice: Trend) {
  return choice === "quantiles" ? (["min", "quantiles", "max", "mean"] as const) : [choice];
}

/** A line for each step and number, with its bounds. */
export function behindTrend(series: Series, found: Statistics, choice: Trend): Behind {
  const names = namesOf(series);
  const numbers = numbersOf(choice);
  const columns = numbers.flatMap((key) => {
    const sides = [found[key], found.low[key], found.high[key]];
    const add = (number: string, of: (side: unknown) => Column) => ({
      number,
      sides: sides.map(of),
      quality: found.quality[key],
    });
    if (key !== "quantiles") return [add(key, (side) => side as Column)];
    const orders = Object.keys(found.quantiles).sort((a, b) => Number(a) - Number(b));
    return orders.map((q) => add(`q${q}`, (side) => (side as Record<string, Column>)[q] ?? []));
  });
  const rows: Records["rows"] = found.step.flatMap((step, row) =>
    columns.map(({ number, sides, quality }) => [
      ...names,
      step,
      isoTime(found.wall_time[row]),
      number,
      ...sides.map((side) => side[row] ?? null),
      quality,
    ]),
  );
  const picked = (from: object) =>
    Object.fromEntries(Object.entries(from).filter(([key]) => numbers.some((one) => one === key)));
  const { step, wall_time, low, high, quality } = found;
  return {
    records: {
      heads: [...NAMES, "step", "wall_time", "number", "value", "low", "high", "quality"],
      rows,
    },
    json: {
      ...Object.fromEntries(NAMES.map((name) => [name, series[name]])),
      step,
      wall_time,
      ...picked(found),
      low: picked(low),
      high: picked(high),
      quality: picked(quality),
    },
  };
}
