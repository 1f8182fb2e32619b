import type { View } from "./address";
import { formatStep } from "./format";
import type { Series } from "./series";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const clockSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** A span of time in little room: `42 s`, `3.5 min`, `2.1 h`, `4.2 d`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "none";
  const size = Math.abs(seconds);
  if (size < 120) return `${number.format(seconds)} s`;
  if (size < 2 * 3600) return `${number.format(seconds / 60)} min`;
  if (size < 2 * 86400) return `${number.format(seconds / 3600)} h`;
  return `${number.format(seconds / 86400)} d`;
}

/** What the step of a row is called: its number, the time since the first one, or the moment. */
export function stepLabel(series: Series, row: number, time: View["time"]): string {
  const at = series.wallTimes[row] ?? Number.NaN;
  const first = series.wallTimes[0] ?? Number.NaN;
  if (time === "step" || !Number.isFinite(at)) return formatStep(series.steps[row] ?? 0);
  if (time === "relative") return formatDuration(at - first);
  const last = series.wallTimes[series.length - 1] ?? at;
  const moment = new Date(at * 1000);
  if (last - first > 86400) return day.format(moment);
  return (last - first < 300 ? clockSeconds : clock).format(moment);
}

/** What the numbers at the steps are. */
export const TIME_WORDS: Record<View["time"], string> = {
  step: "step",
  relative: "after",
  wall: "at",
};
