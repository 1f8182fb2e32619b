import type { View } from "../model/address";
import { padded, sharedAxis, type ValueAxis } from "../model/axis";
import type { Series } from "../model/series";
import { overlayCursor, overlayScene } from "./overlay";
import { ridgelineCursor, ridgelineScene } from "./ridgeline";
import type { Scene, Size, Style } from "./scene";

/** What decides a chart beside its own series. */
export interface ChartOptions {
  view: View["view"];
  heights: View["heights"];
  axis: ValueAxis;
  /** The highest density on the chart's scale. */
  peak: number;
  style: Style;
  size: Size;
}

/** The axis and the highest density of a chart; with `scale: shared`, those of the same parameter in all runs. */
export function chartScale(
  series: Series,
  ofAllRuns: readonly Series[],
  scale: View["scale"],
): { axis: ValueAxis; peak: number } {
  const compared = scale === "shared" ? ofAllRuns : [series];
  const peak = compared.reduce((most, one) => Math.max(most, ...one.peaks), 0);
  return { axis: padded(sharedAxis(compared.map((one) => one.grid))), peak };
}

/** Everything of a chart that stays while the scrubber moves. */
export function chartScene(series: Series, options: ChartOptions): Scene {
  const { view, heights, peak } = options;
  if (view === "overlay") return overlayScene(series, options);
  return ridgelineScene(series, { ...options, peak: heights === "ridge" ? null : peak });
}

/** The marks on one row, painted over the chart. */
export function cursorScene(series: Series, row: number, options: ChartOptions): Scene {
  const { view, heights, peak } = options;
  if (view === "overlay") return overlayCursor(series, row, options);
  return ridgelineCursor(series, row, { ...options, peak: heights === "ridge" ? null : peak });
}
