import { computed, type ReadonlySignal } from "@preact/signals";
import { colorIndex } from "../answers";
import { drawing, scaling } from "../chosen";
import { theme } from "../host";
import { evenAxis, layersAxis, padded, sharedAxis, type ValueAxis } from "../model/axis";
import { PALETTES, runColor, stepTints, type Tint } from "../model/colors";
import { parameterKey } from "../model/names";
import { rowAtStep, type Series } from "../model/series";
import { stepLabel } from "../model/time";
import { chartAxis, chartPeak } from "../scene/chart";
import { compare } from "../scene/compare";
import { overlay, stepsOverlay } from "../scene/overlay";
import { type Reference, ridgeline, type Scaling } from "../scene/ridgeline";
import type { Chart, Line, Size } from "../scene/scene";
import { linesAt, runsChart } from "../scene/stack";
import { kinOf, picks, seriesByParameter, shownLayers, step } from "../state";
import { measure } from "./measure";

/** From what the person chose to the charts: each rests on just the signals that it reads. */

export function colorOf(run: string): string {
  return runColor(colorIndex(run), theme.value);
}

/** The tint of a run's newest step. */
export function newestTint(run: string): Tint {
  return stepTints(colorOf(run), 1, theme.value)[0] as Tint;
}

/** Every series that is shown, of all selected runs. */
export const shownSeries = computed((): Series[] =>
  shownLayers.value.flatMap(({ parameters }) =>
    parameters.flatMap((one) => kinOf(parameterKey(one))),
  ),
);

/** The axis that all layers share. */
export const sharedByLayers = computed((): ValueAxis => {
  const grids = shownSeries.value.map(({ grid }) => grid);
  if (grids.length === 0) return evenAxis(0, 1, "linear");
  return padded(scaling.value.range === "full" ? sharedAxis(grids) : layersAxis(grids));
});

/** The run that is the reference, unless it is the chart's own. */
export function referenceOf(key: string, run: string | null): Reference | null {
  const { baseline } = scaling.value;
  if (baseline === null || baseline === run) return null;
  const series = seriesByParameter.value.get(key)?.get(baseline);
  return series === undefined ? null : { series, color: newestTint(baseline).line };
}

export function axisFor(drawn: readonly Series[], key: string): ValueAxis {
  const kin = [...(seriesByParameter.value.get(key)?.values() ?? [])];
  return chartAxis(drawn, kin, sharedByLayers.value, scaling.value);
}

export function scalingOf(drawn: readonly Series[], key: string, size: Size): Scaling {
  const { heights, overlap } = scaling.value;
  const axis = axisFor(drawn, key);
  const peak = chartPeak(drawn, axis, heights);
  const palette = PALETTES[theme.value];
  return { size, axis, palette, heights, overlap, peak, measure: measure.value };
}

/** All steps of a series as lines of a chart, tinted from the oldest to the newest. */
export function stepLines(series: Series): Line[] {
  const tints = stepTints(colorOf(series.run), series.length, theme.value);
  const { time } = scaling.value;
  return tints.map((tint, row) => ({ series, row, tint, name: stepLabel(series, row, time) }));
}

function stepsChart(series: Series, key: string, scaled: Scaling): Chart {
  const { time } = scaling.value;
  const options = { ...scaled, time, reference: referenceOf(key, series.run) };
  const lines = stepLines(series);
  return drawing.value.kind === "overlay"
    ? stepsOverlay(lines, options)
    : ridgeline(lines, options);
}

function ofRuns(drawn: readonly Series[], key: string, scaled: Scaling): Chart {
  const at = step.value;
  const options = { ...scaled, step: at };
  const lines = linesAt(
    drawn.map((series) => ({ series, tint: newestTint(series.run), name: series.run })),
    at,
  );
  if (drawing.value.kind === "overlay") {
    return overlay(lines, { ...options, reference: referenceOf(key, null), names: 8 });
  }
  return runsChart(
    lines,
    drawn.map(({ run }) => referenceOf(key, run)),
    options,
  );
}

/** The two lines of a parameter that are compared, A in the ink of a reference; `null` where one is missing. */
export function comparedLines(key: string): [Line, Line] | null {
  const chosen = picks.value;
  if (chosen === null) return null;
  const [a, b] = [chosen.a, chosen.b].map((pick, index): Line | null => {
    const series = seriesByParameter.value.get(key)?.get(pick.run);
    if (series === undefined) return null;
    const row = rowAtStep(series, pick.step ?? step.value);
    const at = stepLabel(series, row, scaling.value.time);
    const tint = newestTint(pick.run);
    const sameRun = chosen.a.run === chosen.b.run;
    const word = scaling.value.time === "step" ? "step " : "";
    const name = sameRun ? word + at : `${pick.run}, ${at}`;
    const faint = { ...tint, line: PALETTES[theme.value].faint };
    return { series, row, tint: index === 0 && sameRun ? faint : tint, name };
  });
  return a && b ? [a, b] : null;
}

/** The series that the chart of a parameter shows: of one run where its rows are steps, else of all that it has. */
function drawnIn(key: string, run: string | null, finer: Series | null): Series[] {
  const { kind, rows } = drawing.value;
  const ofRuns = seriesByParameter.value.get(key);
  if (kind === "compare") {
    const { a, b } = picks.value ?? {};
    return [a, b].flatMap((pick) => (pick && ofRuns?.get(pick.run)) ?? []);
  }
  if (rows === "runs") return kinOf(key);
  const series = finer ?? (run === null ? undefined : ofRuns?.get(run));
  return series === undefined ? [] : [series];
}

/** The chart of a parameter; `null` while it is awaited. */
export function chartOf(
  key: string,
  run: string | null,
  size: Size,
  finer: Series | null,
  scaled = scalingOf(drawnIn(key, run, finer), key, size),
): Chart | null {
  const { kind, rows } = drawing.value;
  if (kind === "compare") {
    const lines = comparedLines(key);
    return lines && compare(...lines, scaled);
  }
  const drawn = drawnIn(key, run, finer);
  const [first] = drawn;
  if (first === undefined) return null;
  return rows === "runs" ? ofRuns(drawn, key, scaled) : stepsChart(first, key, scaled);
}

/** A signal of the chart, computed anew when what it rests on changes; its scales rest on no step. */
export function planOf(
  key: string,
  run: string | null,
  size: Size,
  finer?: ReadonlySignal<Series | null>,
): ReadonlySignal<Chart | null> {
  const scaled = computed(() => scalingOf(drawnIn(key, run, finer?.value ?? null), key, size));
  return computed(() => chartOf(key, run, size, finer?.value ?? null, scaled.value));
}
