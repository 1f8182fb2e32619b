import { formatCount, formatTime } from "./format";
import { rowsOf, type Shown } from "./shown";

/** What all charts of a page have in common, in words that stand on their own once the page is taken away. */

export function pageHeading(runs: readonly string[]): string {
  return `Layer weights of ${runs.length === 1 ? "run" : `${runs.length} runs:`} ${runs.join(", ")}`;
}

/** The steps, the one that is marked, and when they were logged. */
export function pageLine(shown: readonly Shown[], marked: number | null): string {
  let steps = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let times = steps;
  const widened = (range: number[], value: number) =>
    Number.isFinite(value)
      ? [Math.min(range[0] ?? value, value), Math.max(range[1] ?? value, value)]
      : range;
  for (const one of shown) {
    for (const row of rowsOf(one)) {
      steps = widened(steps, one.series.steps[row] ?? Number.NaN);
      times = widened(times, one.series.wallTimes[row] ?? Number.NaN);
    }
  }
  return [
    between(steps, formatCount, ["step", "steps"]),
    marked === null ? "" : `step ${formatCount(marked)} marked`,
    between(times, formatTime, ["logged", "logged"]),
  ]
    .filter((text) => text !== "")
    .join(" · ");
}

function between(
  [low = Number.NaN, high = Number.NaN]: number[],
  format: (value: number) => string,
  [one, several]: readonly [string, string],
): string {
  if (!Number.isFinite(low)) return "";
  const [from, to] = [format(low), format(high)];
  return from === to ? `${one} ${from}` : `${several} ${from} to ${to}`;
}
