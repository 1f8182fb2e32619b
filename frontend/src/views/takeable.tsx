import type { ReadonlySignal } from "@preact/signals";
import { formatStep } from "../model/format";
import { pageHeading, pageLine } from "../model/heading";
import { parameterKey, parameterTitle } from "../model/names";
import type { Shown } from "../model/rows";
import { type Parameter, rowAtStep, type Series } from "../model/series";
import { chartName, summary } from "../model/words";
import { chartOf } from "../scene/chart";
import type { Size } from "../scene/scene";
import type { Drawing } from "../scene/sheet";
import { chartView, selectedRuns, seriesByParameter, shownLayers, step } from "../state";
import { chartOptions } from "./options";
import { SaveMenu } from "./save";

/** The size at which a chart is taken away, whatever the window's width made of it. */
const ALONE: Size = { width: 640, height: 400 };
const ON_PAGE: Size = { width: 340, height: 208 };

/** Saves one chart, of a finer series where there is one. */
export function SaveChart(props: {
  parameter: Parameter;
  run: string;
  label?: string;
  finer?: ReadonlySignal<Series | null>;
}) {
  const { parameter, run, label, finer } = props;
  const series = () => {
    const fine = finer?.value;
    if (fine?.run === run && fine.tag === parameter.tag) return fine;
    return seriesByParameter.value.get(parameterKey(parameter))?.get(run);
  };
  const title = `${parameter.layer} ${parameterTitle(parameter)}`;
  const present = () => [series()].filter((one) => one !== undefined);
  return (
    <SaveMenu
      name={`${title}, run ${run}`}
      {...(label !== undefined && { label })}
      file={() => [run, parameter.layer, parameterTitle(parameter), stepPart(series())]}
      charts={() => present().map((one) => ({ ...drawingOf(one, ALONE), subtitle: lineOf(one) }))}
      series={() => present().map((one) => ({ series: one }))}
      link={{ focus: { run, tag: parameter.tag } }}
    />
  );
}

/** Saves all charts that the filters show, in sight or not. */
export function SavePage() {
  return (
    <SaveMenu
      name="all charts"
      label="Save…"
      file={() => ["layer weights", ...selectedRuns.value, stepPart(shownSeries()[0]?.series)]}
      charts={() => shownSeries().map(({ series }) => drawingOf(series, ON_PAGE))}
      series={shownSeries}
      page={() => ({
        heading: pageHeading(selectedRuns.value),
        lines: [pageLine(shownSeries(), step.value)],
        unit: selectedRuns.value.length,
      })}
    />
  );
}

function shownSeries(): Shown[] {
  return shownLayers.value
    .flatMap(({ parameters }) => parameters)
    .flatMap((parameter) => {
      const ofRuns = seriesByParameter.value.get(parameterKey(parameter));
      return selectedRuns.value.flatMap((run) => ofRuns?.get(run) ?? []);
    })
    .map((series) => ({ series }));
}

/** The marked step in a sentence; on a page the heading says which one it is. */
function lineOf(series: Series): string {
  const row = rowAtStep(series, step.value);
  return `step ${formatStep(series.steps[row] ?? 0)}: ${summary(series, row)}`;
}

function stepPart(series: Series | undefined): string {
  if (series === undefined) return "";
  return `step ${series.steps[rowAtStep(series, step.value)] ?? 0}`;
}

function drawingOf(series: Series, size: Size): Drawing {
  const row = rowAtStep(series, step.value);
  return {
    title: `${series.layer} ${parameterTitle(series)} · ${series.run}`,
    subtitle: summary(series, row),
    name: chartName(series, row, chartView.value),
    size,
    scenes: () => {
      const chart = chartOf(series, chartOptions(series, size));
      return [chart.scene, chart.cursor(row)];
    },
  };
}
