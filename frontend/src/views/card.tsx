import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { theme } from "../host";
import { PALETTES, runColor, stepTints } from "../model/colors";
import { formatStep } from "../model/format";
import { parameterTitle, shortName } from "../model/names";
import { type Parameter, rowAtStep, type Series } from "../model/series";
import { firstNonFinite, summary } from "../model/words";
import { type ChartOptions, chartScale } from "../scene/chart";
import type { Size } from "../scene/scene";
import {
  change,
  chartView,
  colorIndex,
  heights,
  keyOf,
  scale,
  selectedRuns,
  seriesByParameter,
  step,
} from "../state";
import { Chart } from "./chart";
import { px } from "./px";

/** One parameter of one run. */
export interface CardKey {
  run: string;
  parameter: Parameter;
  /** The layer's own name is enough below the header of its block. */
  inBlock: boolean;
}

/** The chart options of a series in the current view, kept while nothing that they rest on changes. */
export function useChartOptions(series: Series, size: Size): ChartOptions {
  const ofAllRuns = seriesByParameter.value.get(keyOf(series.run, series));
  const color = runColor(colorIndex(series.run), theme.value);
  const { width, height } = size;
  return useMemo(() => {
    const scaled = chartScale(series, [...(ofAllRuns?.values() ?? [series])], scale.value);
    const palette = PALETTES[theme.value];
    const tints = stepTints(color, series.length, theme.value);
    const drawn = { view: chartView.value, heights: heights.value };
    return { ...drawn, ...scaled, style: { palette, tints }, size: { width, height } };
  }, [
    series,
    ofAllRuns,
    chartView.value,
    heights.value,
    scale.value,
    color,
    theme.value,
    width,
    height,
  ]);
}

const TITLE_HEIGHT = 44;

export function Card({ card, width, height }: { card: CardKey; width: number; height: number }) {
  const { run, parameter, inBlock } = card;
  const series = seriesByParameter.value.get(keyOf(run, parameter))?.get(run);
  const layer = inBlock ? shortName(parameter.layer) : parameter.layer;
  const full = `${parameter.layer} ${parameterTitle(parameter)}`;
  return (
    <figure class="card" style={px({ width, height })} aria-label={`${full}, run ${run}`}>
      <figcaption>
        <h3 title={`${full}\ntag ${parameter.tag}\nrun ${run}`}>
          <button
            type="button"
            class="plain"
            onClick={() => change({ focus: { run, tag: parameter.tag } })}
            aria-label={`Open ${full}, run ${run}, at full size`}
          >
            <MiddleCut text={layer} /> <span class="parameter">{parameterTitle(parameter)}</span>
          </button>
          {selectedRuns.value.length > 1 && <RunMark run={run} />}
        </h3>
        {series !== undefined && <Summary series={series} />}
      </figcaption>
      {series === undefined ? (
        <div class="awaited" style={px({ height: height - TITLE_HEIGHT })} />
      ) : (
        <SizedChart series={series} size={{ width, height: height - TITLE_HEIGHT }} />
      )}
    </figure>
  );
}

function SizedChart({ series, size }: { series: Series; size: Size }) {
  return <Chart series={series} options={useChartOptions(series, size)} />;
}

const ESTIMATED =
  "Mean, spread and share near zero are estimated from the logged buckets; at full size each has its bounds.";

function Summary({ series }: { series: Series }) {
  const broken = firstNonFinite(series);
  const text = useMemo(
    () => computed(() => summary(series, rowAtStep(series, step.value))),
    [series],
  );
  const title = useMemo(() => computed(() => `${text.value}\n${ESTIMATED}`), [text]);
  return (
    <p class="summary" title={title}>
      {broken !== null && <strong class="alarm">NaN or ∞ since step {formatStep(broken)}. </strong>}
      {text}
    </p>
  );
}

/** The run's colour and name, at the line. */
export function RunMark({ run }: { run: string }) {
  return (
    <span class="run-mark" title={run}>
      <i style={{ background: runColor(colorIndex(run), theme.value) }} />
      <MiddleCut text={run} />
    </span>
  );
}

/** So many characters at the end of a name stay. */
const LEAST_END = 14;
/** A space that is kept at either end of a text. */
const NO_BREAK = "\u00a0";

/** A name that loses its middle where room is short, never its end; `title` is `null` where an element around it has one. */
export function MiddleCut({ text, title = text }: { text: string; title?: string | null }) {
  const end = [...shortName(text)].slice(-LEAST_END).join("");
  const start = text.slice(0, text.length - end.length);
  return (
    <bdi class="cut" title={title ?? undefined}>
      {start !== "" && <span class="start">{start.replace(/\s$/, NO_BREAK)}</span>}
      <span class="end">{end.replace(/^\s/, NO_BREAK)}</span>
    </bdi>
  );
}
