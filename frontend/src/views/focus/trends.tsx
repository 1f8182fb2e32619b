import { computed, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { fetchStatistics, type Statistics } from "../../api";
import { change, reading, scaling, trend } from "../../chosen";
import { theme } from "../../host";
import type { Trend as Choice } from "../../model/address";
import { PALETTES } from "../../model/colors";
import { formatShare, formatStep, formatTick, formatValue } from "../../model/format";
import { fullTitle } from "../../model/names";
import type { Series } from "../../model/series";
import { formatDuration } from "../../model/time";
import { newestTint } from "../../plans/chart";
import type { Size } from "../../scene/scene";
import { type Trend, trendChart } from "../../scene/trend";
import { step } from "../../state";
import { Painting } from "../charts/chart";
import { pointer } from "../charts/pointer";
import { px } from "../px";
import { showStep } from "../show";

const CHOICES: [Choice, string][] = [
  ["quantiles", "Quantiles"],
  ["std", "Spread (std)"],
  ["mean", "Mean"],
  ["rms", "Root mean square"],
  ["near_zero", "Share near zero"],
  ["kurtosis", "Kurtosis"],
  ["max_sigma", "Farthest, in spreads"],
  ["distance_first", "Distance from the first step"],
  ["distance_previous", "Change since the previous step"],
];

const QUALITIES = {
  exact: "exact",
  bound: "a bound",
  estimated: "estimated; the band is what it may be",
} as const;

const LEGEND = "median, middle 50 % and 90 %, mean and ends";

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

const known = (column: (number | null)[] | undefined) =>
  (column ?? []).map((one) => one ?? Number.NaN);

function trendOf(found: Statistics, choice: Choice, at: Float64Array): Trend {
  if (choice === "quantiles") {
    const quantile = (q: string) => known(found.quantiles[q]);
    return {
      at,
      lines: [
        { values: known(found.min), strong: false },
        { values: known(found.max), strong: false },
        { values: known(found.mean), strong: false },
        { values: quantile("0.5"), strong: true },
      ],
      bands: [
        { low: quantile("0.05"), high: quantile("0.95") },
        { low: quantile("0.25"), high: quantile("0.75") },
      ],
      guides: [],
    };
  }
  return {
    at,
    lines: [{ values: known(found[choice]), strong: true }],
    bands:
      found.quality[choice] === "exact"
        ? []
        : [{ low: known(found.low[choice]), high: known(found.high[choice]) }],
    guides: choice === "kurtosis" ? [3] : [],
  };
}

/** The numbers of a series over all its steps; a press chooses a step, drawing over some chooses these. */
export function Trends({ series, size }: { series: Series; size: Size }) {
  const answer = useStatistics(series);
  const pressed = useSignal<{ from: number; to: number } | null>(null);
  const { width, height } = size;
  const chartNow = () => {
    const found = answer.value;
    if (found === null) return null;
    const { time } = scaling.value;
    const times = Float64Array.from(known(found.wall_time));
    const start = times[0] ?? 0;
    const inTime = time !== "step" && times.every(Number.isFinite);
    const at = inTime ? times.map((one) => one - start) : Float64Array.from(found.step);
    return trendChart(trendOf(found, trend.value, at), {
      size: { width, height },
      palette: PALETTES[theme.value],
      tint: newestTint(series.run),
      isWhole: !inTime,
      labelOf: inTime ? formatDuration : formatStep,
      format: (value, ticks) =>
        trend.value === "near_zero" ? formatShare(value) : formatTick(value, ticks),
    });
  };
  const chart = useMemo(() => computed(chartNow), [series.run, width, height]);
  const shown = useComputed(() => {
    const steps = answer.value?.step ?? [];
    const now = pointer.value?.step ?? step.value ?? Number.POSITIVE_INFINITY;
    return Math.max(
      0,
      steps.findLastIndex((one) => one <= now),
    );
  });
  const base = useMemo(() => () => chart.value?.scene ?? null, [chart]);
  const marks = useMemo(() => () => chart.value?.cursor(shown.value) ?? null, [chart]);
  const picture = useMemo(() => ({ width, height }), [width, height]);
  const stepAt = (event: PointerEvent) => {
    const bounds = (event.currentTarget as Element).getBoundingClientRect();
    const index = chart.peek()?.indexAt(event.clientX - bounds.left) ?? 0;
    return answer.peek()?.step[index] ?? 0;
  };
  const words = CHOICES.find(([name]) => name === trend.value)?.[1] ?? "";
  return (
    <section class="trends" aria-label="Over the steps">
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
      <div
        class="trend"
        role="img"
        aria-label={`${fullTitle(series)}: ${words} over the steps`}
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
  const at = `at step ${formatStep(found.step[index] ?? 0)}`;
  if (choice === "quantiles") {
    const of = (q: string) => formatValue(found.quantiles[q]?.[index] ?? Number.NaN);
    const text = `median ${of("0.5")}, half in ${of("0.25")} … ${of("0.75")}, ${at}`;
    return <small title={`${text}. Drawn: ${LEGEND}.`}>≈ {text}</small>;
  }
  const value = found[choice][index];
  const text =
    value == null ? "none" : choice === "near_zero" ? formatShare(value) : formatValue(value);
  const quality = found.quality[choice];
  const note =
    choice === "distance_first" || choice === "distance_previous"
      ? " The weights moved at least so far on average."
      : "";
  return (
    <small>
      {quality === "exact" ? text : `≈ ${text}`} {at} ({QUALITIES[quality]}).{note}
    </small>
  );
}
