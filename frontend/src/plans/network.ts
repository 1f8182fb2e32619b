import { computed } from "@preact/signals";
import { scaling } from "../chosen";
import { theme } from "../host";
import type { ValueAxis } from "../model/axis";
import { PALETTES } from "../model/colors";
import { fullTitle, parameterKey } from "../model/names";
import type { Parameter, Series } from "../model/series";
import { chartAxis, chartPeak } from "../scene/chart";
import { valueAxis } from "../scene/frame";
import { placeMark } from "../scene/labels";
import { type Box, emptyScene, type Chart as Plan, type Scene, type Size } from "../scene/scene";
import { linesAt, stack } from "../scene/stack";
import { rowsInSight, type Tall } from "../scene/tall";
import { keyOf, seriesByParameter, step } from "../state";
import { newestTint, referenceOf } from "./chart";
import { ownAxes, rowsAxis, scalingFor, seriesIn, shownParameters } from "./parameters";

/** The network of a run as one tall ridgeline. */

/** Beside the plots: for the numbers at the ends of rows that have axes of their own, and for what lies beyond. */
const END_WIDTH = 54;
const NARROW_END_WIDTH = 14;
const LEAST_PLOT = 120;

/** Whether a column has no room for numbers beside its plot. */
export const isNarrow = (width: number) => width < LEAST_PLOT + 2 * END_WIDTH;

function plotIn({ width, height }: Size): Box {
  const end = isNarrow(width) ? NARROW_END_WIDTH : END_WIDTH;
  return { left: end, top: 0, right: width - end, bottom: height };
}

interface RowScale {
  axis: ValueAxis;
  /** The height that a row is measured by: over its steps heights can be compared. */
  peak: number;
}

/** The scales of the rows are looked up at every step, and rest on the series and the view alone. */
const rowScales = computed(() => {
  const { heights } = scaling.value;
  const ofRuns = seriesByParameter.value;
  const shared = rowsAxis.value;
  const isOwn = ownAxes.value;
  const scales = new WeakMap<Series, RowScale>();
  return (series: Series): RowScale => {
    const before = scales.get(series);
    if (before !== undefined) return before;
    const axis = isOwn
      ? chartAxis(
          [series],
          [...(ofRuns.get(keyOf(series.run, series))?.values() ?? [])],
          shared,
          scaling.value,
        )
      : shared;
    const made = { axis, peak: chartPeak([series], axis, heights) };
    scales.set(series, made);
    return made;
  };
});

export function columnPlan(run: string, size: Size, place: Tall, scrolled: number): Plan {
  const parameters = shownParameters.value;
  const [from, to] = rowsInSight(place, parameters.length, scrolled, size.height);
  const at = step.value;
  const tint = newestTint(run);
  const there = parameters.slice(from, to).flatMap((parameter, i) => {
    const series = seriesIn(run, parameter);
    const baseline = place.baselineOf(from + i) - scrolled;
    return series === undefined ? [] : [{ series, baseline, parameter }];
  });
  const lines = linesAt(
    there.map(({ series }) => ({
      series,
      tint,
      name: fullTitle(series),
    })),
    at,
  );
  const rows = lines.map((line, i) => ({
    line,
    baseline: there[i]?.baseline ?? 0,
    ghost: true,
    reference: referenceOf(parameterKey(there[i]?.parameter as Parameter), run),
  }));
  const scaleOf = rowScales.value;
  const options = {
    ...scalingFor(size),
    plot: plotIn(size),
    bare: isNarrow(size.width),
    lift: place.lift,
    step: at,
    named: false,
    peakOf: (line: { series: Series }) => scaleOf(line.series).peak,
    ...(ownAxes.value ? { axisOf: (line: { series: Series }) => scaleOf(line.series).axis } : {}),
  };
  return stack(rows, options);
}

/** A value axis and nothing else, with a mark at a place on it. */
export function stripOf(width: number, at: number | null): Scene {
  const palette = PALETTES[theme.value];
  const plot = plotIn({ width, height: 2 });
  const mark = placeMark(at, rowsAxis.value, plot, palette);
  const axis = valueAxis(rowsAxis.value, plot, palette);
  return { ...emptyScene(plot), ...axis, labels: [...axis.labels, ...mark.labels] };
}
