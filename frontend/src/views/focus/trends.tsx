import { computed, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { fetchStatistics } from "../../api";
import { change, reading, trend } from "../../chosen";
import type { Trend as Choice } from "../../model/address";
import { behindTrend } from "../../model/exact";
import type { Statistics } from "../../model/logged";
import { fullTitle, parameterTitle } from "../../model/names";
import type { Series } from "../../model/series";
import { paintScene } from "../../paint/paint";
import type { Drawing } from "../../paint/sheet";
import { CHOICES, QUANTILES_LEGEND, rowOf, trendPlan, trendWords, wordOf } from "../../plans/trend";
import type { Size } from "../../scene/scene";
import { step } from "../../state";
import { Painting } from "../charts/chart";
import { pixelOf, pointer } from "../charts/pointer";
import { px } from "../px";
import { SaveMenu } from "../save/save";
import { ALONE } from "../save/savechart";
import { showStep } from "../show";

/** The statistics of a series, once they have come. */
function useStatistics(series: Series) {
  const answer = useSignal<Statistics | null>(null);
  const { run, tag } = series;
  const read = reading.value;
  useEffect(() => {
    const abort = new AbortController();
    fetchStatistics({ run, tag, read }, abort.signal).then(
      (found) => {
        answer.value = found;
      },
      // Whatever is wrong is said where all layers are asked for.
      () => {},
    );
    return () => abort.abort();
  }, [series, run, tag, read]);
  return answer;
}

/** The numbers of a series over all its steps; a press chooses a step, drawing over some chooses these. */
export function Trends({ series, size }: { series: Series; size: Size }) {
  const answer = useStatistics(series);
  const pressed = useSignal<{ from: number; to: number } | null>(null);
  const { width, height } = size;
  const chart = useMemo(
    () =>
      computed(() => {
        const found = answer.value;
        return found && trendPlan(found, trend.value, series.run, { width, height });
      }),
    [series.run, width, height],
  );
  const shown = useComputed(() => {
    const now = pointer.value?.step ?? step.value ?? Number.POSITIVE_INFINITY;
    return answer.value === null ? 0 : rowOf(answer.value, now);
  });
  const base = useMemo(() => () => chart.value?.scene ?? null, [chart]);
  const marks = useMemo(() => () => chart.value?.cursor(shown.value) ?? null, [chart]);
  const picture = useMemo(() => ({ width, height }), [width, height]);
  const stepAt = (event: PointerEvent) => {
    const index = chart.peek()?.indexAt(pixelOf(event).x) ?? 0;
    return answer.peek()?.step[index] ?? 0;
  };
  return (
    <section class="trends" aria-label="Over the steps">
      <header>
        <h3>
          <select
            aria-label="Number over the steps"
            value={trend.value}
            onChange={({ currentTarget }) => {
              change({ trend: currentTarget.value as Choice });
            }}
          >
            {CHOICES.map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </select>{" "}
          <TrendLegend found={answer.value} choice={trend.value} index={shown.value} />
        </h3>
        {answer.value !== null && <SaveTrend series={series} found={answer.value} />}
      </header>
      <div
        class="trend"
        role="img"
        aria-label={`${fullTitle(series)}: ${wordOf(trend.value)} over the steps`}
        style={px(size as unknown as Record<string, number>)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          const at = stepAt(event);
          pressed.value = { from: at, to: at };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          const at = stepAt(event);
          pointer.value = { at: null, step: at };
          if (pressed.value !== null) pressed.value = { ...pressed.value, to: at };
        }}
        onPointerLeave={() => {
          pointer.value = null;
        }}
        onPointerUp={() => {
          const chosen = pressed.value;
          pressed.value = null;
          if (chosen === null) return;
          const { from, to } = chosen;
          if (from === to) showStep(from);
          else change({ between: [Math.min(from, to), Math.max(from, to)] });
        }}
        onPointerCancel={() => {
          pressed.value = null;
        }}
        onDblClick={() => change({ between: null })}
      >
        <Painting size={picture} scene={base} />
        <Painting size={picture} scene={marks} />
      </div>
    </section>
  );
}

function TrendLegend(props: { found: Statistics | null; choice: Choice; index: number }) {
  const { found, choice, index } = props;
  if (found === null) return <small role="status">reading …</small>;
  const text = trendWords(found, choice, index);
  if (choice !== "quantiles") return <small>{text}</small>;
  return <small title={`${text}. Drawn: ${QUANTILES_LEGEND}.`}>{text}</small>;
}

/** Takes away what is drawn over the steps. */
function SaveTrend({ series, found }: { series: Series; found: Statistics }) {
  const title = fullTitle(series);
  const drawing = (): Drawing => {
    const row = rowOf(found, step.value ?? Number.POSITIVE_INFINITY);
    const choice = trend.value;
    const legend = choice === "quantiles" ? QUANTILES_LEGEND : trendWords(found, choice, row);
    const words = `${wordOf(choice)} over the steps`;
    return {
      title: `${title} · ${series.run}`,
      subtitle: `${words}: ${legend}`,
      name: `${title}, run ${series.run}: ${words}, ${trendWords(found, choice, row)}`,
      size: ALONE,
      paint: (on) => {
        const { scene, cursor } = trendPlan(found, choice, series.run, ALONE);
        paintScene(on, scene);
        paintScene(on, cursor(row));
      },
    };
  };
  return (
    <SaveMenu
      name={`numbers over the steps of ${title}, run ${series.run}`}
      file={() => [series.run, series.layer, parameterTitle(series), trend.value, "over steps"]}
      charts={() => [drawing()]}
      line="number"
      behind={() => behindTrend(series, found, trend.value)}
    />
  );
}
