import { theme } from "../host";
import { PALETTES, runColor, stepTints } from "../model/colors";
import { parameterKey } from "../model/names";
import type { Series } from "../model/series";
import { type ChartOptions, chartScale } from "../scene/chart";
import type { Size } from "../scene/scene";
import { chartView, colorIndex, heights, scale, seriesByParameter } from "../state";

/** The chart options of a series in the current view. */
export function chartOptions(series: Series, { width, height }: Size): ChartOptions {
  const ofAllRuns = seriesByParameter.value.get(parameterKey(series));
  const color = runColor(colorIndex(series.run), theme.value);
  const scaled = chartScale(series, [...(ofAllRuns?.values() ?? [series])], scale.value);
  const palette = PALETTES[theme.value];
  const tints = stepTints(color, series.length, theme.value);
  const drawn = { view: chartView.value, heights: heights.value };
  return { ...drawn, ...scaled, style: { palette, tints }, size: { width, height } };
}
