import { theme } from "../host";
import { onAxis } from "../model/axis";
import { PALETTES } from "../model/colors";
import { formatCount } from "../model/format";
import type { Histogram } from "../model/logged";
import { rowAtStep, type Series } from "../model/series";
import { barsPlot, barsScene } from "../scene/bars";
import { placeMark } from "../scene/labels";
import { emptyScene, type Scene, type Size } from "../scene/scene";
import { keyOf } from "../state";
import { axisFor, newestTint } from "./chart";

/** The buckets of one histogram, on the axis of the parameter's other charts. */

const axisOf = (series: Series) => axisFor([series], keyOf(series.run, series));

export function bucketsScene(series: Series, histogram: Histogram, size: Size): Scene {
  const axis = axisOf(series);
  const row = rowAtStep(series, histogram.step);
  const place = (value: number) => onAxis(axis, series, row, value);
  const palette = PALETTES[theme.value];
  return barsScene(histogram.buckets, axis, place, size, palette, newestTint(series.run));
}

/** Where the pointer stands, in this chart or another. */
export function bucketsMarks(series: Series, at: number | null, size: Size): Scene {
  const plot = barsPlot(size);
  return { ...emptyScene(plot), ...placeMark(at, axisOf(series), plot, PALETTES[theme.value]) };
}

export function bucketsWords({ buckets, step }: Histogram): string {
  return `${formatCount(buckets.length)} buckets as logged at step ${formatCount(step)}`;
}
