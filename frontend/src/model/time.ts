import type { View } from "./address";
import { formatStep } from "./format";
import type { Series } from "./series";

const HOUR = 3600;
const DAY = 24 * HOUR;
const day = { month: "short", day: "numeric" } as const;
const minute = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const second = { ...minute, second: "2-digit" } as const;
const clocks = [
  day,
  { ...day, ...minute },
  minute,
  second,
  { ...second, fractionalSecondDigits: 1 } as const,
].map((options) => new Intl.DateTimeFormat(undefined, options));

/** Of a moment as much as tells it from its neighbours: the day, the minute, the second or tenths. */
function clockOf(span: number, gap: number): Intl.DateTimeFormat | undefined {
  if (gap >= DAY) return clocks[0];
  if (span >= DAY) return clocks[1];
  return clocks[gap >= 60 ? 2 : gap >= 1 ? 3 : 4];
}

const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** A span of time in little room: `42 s`, `3.5 min`, `2.1 h`, `4.2 d`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "none";
  const size = Math.abs(seconds);
  if (size < 120) return `${number.format(seconds)} s`;
  if (size < 2 * HOUR) return `${number.format(seconds / 60)} min`;
  if (size < 2 * DAY) return `${number.format(seconds / HOUR)} h`;
  return `${number.format(seconds / DAY)} d`;
}

/** What the step of a row is called: its number, the time since the first one, or the moment. */
export function stepLabel(series: Series, row: number, time: View["time"]): string {
  const at = series.wallTimes[row] ?? Number.NaN;
  const first = series.wallTimes[0] ?? Number.NaN;
  if (time === "step" || !Number.isFinite(at)) return formatStep(series.steps[row] ?? 0);
  if (time === "relative") return formatDuration(at - first);
  const span = (series.wallTimes[series.length - 1] ?? at) - first;
  return clockOf(span, span / Math.max(1, series.length - 1))?.format(at * 1000) ?? "";
}

/** What the numbers at the steps are. */
export const TIME_WORDS: Record<View["time"], string> = {
  step: "step",
  relative: "after",
  wall: "at",
};
