import type { View } from "../model/address";
import { padded, sharedAxis, type ValueAxis } from "../model/axis";
import type { Series } from "../model/series";
import { overlay } from "./overlay";
import { ridgeline } from "./ridgeline";
import type { Chart, Size, Style } from "./scene";

/** What decides a chart beside its own series. */
export interface ChartOptions {
  view: View["view"];
  heights: View["heights"];
  axis: ValueAxis;
  /** The density that stands at full height. */
  peak: number;
  style: Style;
  size: Size;
}

/** A row this many times as high as the median row is not what the others are measured by. */
const TALLEST = 2.5;

/**
 * The density that stands at full height: the highest of the series, unless that is an exception. Biases that all
 * start at zero are one spike, on whose scale every later step would be a flat line.
 */
export function referencePeak(series: Series): number {
  const peaks = series.peaks.filter((peak) => peak > 0).sort();
  const middle = peaks[Math.floor(peaks.length / 2)] ?? 0;
  return Math.min(peaks.at(-1) ?? 0, TALLEST * middle);
}

/** The scales of a chart; with `scale: runs`, on the value axis of the same parameter in all runs. */
export function chartScale(
  series: Series,
  ofAllRuns: readonly Series[],
  scale: View["scale"],
): { axis: ValueAxis; peak: number } {
  const others = scale !== "own" ? ofAllRuns.filter(({ run }) => run !== series.run) : [];
  const axis = padded(sharedAxis([series, ...others].map((one) => one.grid)));
  return { axis, peak: referencePeak(series) };
}

/** The chart of a series in the chosen view. */
export function chartOf(series: Series, options: ChartOptions): Chart {
  const { view, heights, peak } = options;
  if (view === "overlay") return overlay(series, options);
  return ridgeline(series, { ...options, peak: heights === "ridge" ? 0 : peak });
}
