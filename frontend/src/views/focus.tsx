import { signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { fetchDensities, fetchHistogram, type Histogram } from "../api";
import { pixelRatio } from "../host";
import { formatCount } from "../model/format";
import { parameterTitle } from "../model/names";
import { rowAtStep, type Series } from "../model/series";
import { barsScene } from "../scene/bars";
import type { ChartOptions } from "../scene/chart";
import type { Size } from "../scene/scene";
import {
  change,
  densities,
  densityQuestion,
  focus,
  reading,
  selectedRuns,
  shownTags,
  step,
} from "../state";
import { RunMark, useChartOptions } from "./card";
import { Chart, paintSoon } from "./chart";
import { px } from "./px";
import { Numbers } from "./quantities";
import { useSize } from "./size";
import { SaveChart } from "./takeable";

const BARS_HEIGHT = 150;

/** One parameter at full size: all its steps, the exact buckets at one of them, and its numbers. */
export function Focus() {
  const series = useComputed((): Series | null => {
    if (focus.value === null) return null;
    const { run, tag } = focus.value;
    const ofRun = densities.value.get(run)?.value?.series ?? [];
    return ofRun.find((one) => one.tag === tag) ?? null;
  });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    heading.current?.focus();
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  const shown = series.value;
  return (
    <section class="focus" aria-label="One parameter at full size">
      <header>
        <button
          type="button"
          onClick={() => change({ focus: null })}
          title="Back to all layers (Esc)"
        >
          ← All layers
        </button>
        <h2 ref={heading} tabIndex={-1}>
          {shown === null ? (
            focus.value?.tag
          ) : (
            <>
              <b>{shown.layer}</b> {parameterTitle(shown)} <RunMark run={shown.run} />
            </>
          )}
        </h2>
        <button type="button" onClick={() => goTo(-1)} title="Previous parameter (K)">
          ↑ Previous
        </button>
        <button type="button" onClick={() => goTo(1)} title="Next parameter (J)">
          ↓ Next
        </button>
        {shown !== null && (
          <SaveChart parameter={shown} run={shown.run} label="Save…" finer={finest} />
        )}
      </header>
      {shown === null ? (
        <p class="hint centred" role="status">
          {isAwaited() ? "Reading this parameter …" : "This parameter is not in the selected runs."}
        </p>
      ) : (
        <Panels key={`${shown.run} ${shown.tag}`} series={shown} />
      )}
    </section>
  );
}

/** Whether the answer that may hold the opened parameter is still on its way. */
function isAwaited(): boolean {
  const run = focus.value?.run ?? "";
  return selectedRuns.value.includes(run) && (densities.value.get(run)?.pending ?? true);
}

function onKey(event: KeyboardEvent): void {
  if (event.target instanceof HTMLInputElement && event.target.type === "search") return;
  if (event.key === "Escape") change({ focus: null });
  else if (event.key === "j") goTo(1);
  else if (event.key === "k") goTo(-1);
}

/** Opens the parameter so many places further down the network. */
function goTo(places: number): void {
  const opened = focus.value;
  if (opened === null) return;
  const tags = shownTags(opened.run);
  const tag = tags[tags.indexOf(opened.tag) + places];
  if (tag !== undefined) change({ focus: { run: opened.run, tag } });
}

/** At full size there is room for more bins, more steps and finer heights than the answer for all layers brings. */
const FINE = { bins: 256, steps: 200, bits: 16 } as const;

/** The series as finely as it is known, once it has come. */
function useFine(series: Series): Series {
  const fine = useSignal<Series | null>(null);
  const question = densityQuestion.value;
  useEffect(() => {
    const abort = new AbortController();
    const { run, tag } = series;
    fine.value = null;
    fetchDensities({ run, tags: [tag], ...question, ...FINE }, abort.signal).then(
      (answer) => {
        fine.value = answer.series[0] ?? null;
      },
      // The coarser one is there, and whatever is wrong is said where all layers are asked for.
      () => {},
    );
    return () => abort.abort();
  }, [series, question]);
  return fine.value ?? series;
}

/** The opened parameter as it is drawn. */
const finest = signal<Series | null>(null);

function Panels({ series: known }: { series: Series }) {
  const series = useFine(known);
  useEffect(() => {
    finest.value = series;
  }, [series]);
  const { run, tag } = series;
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const histogram = useSignal<Histogram | null>(null);
  const failure = useSignal("");
  const read = reading.value;
  const at = series.steps[rowAtStep(series, step.value)] ?? 0;
  useEffect(() => {
    const abort = new AbortController();
    fetchHistogram({ run, tag, step: at, read }, abort.signal).then(
      (answer) => {
        histogram.value = answer;
        failure.value = "";
      },
      (error: unknown) => {
        if (!abort.signal.aborted) failure.value = String((error as Error).message);
      },
    );
    return () => abort.abort();
  }, [known, run, tag, at, read]);
  const chart = { width: size.value.width, height: size.value.height - BARS_HEIGHT - 32 };
  return (
    <div class="panels">
      <div class="plots" ref={box}>
        {size.value.width > 0 && <Plots series={series} size={chart} histogram={histogram.value} />}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section class="numbers" aria-label="Numbers" tabIndex={0}>
        {failure.value !== "" && <p class="alarm">{failure.value}</p>}
        {histogram.value !== null && <Numbers series={series} histogram={histogram.value} />}
      </section>
    </div>
  );
}

function Plots(props: { series: Series; size: Size; histogram: Histogram | null }) {
  const { series, size, histogram } = props;
  const options = useChartOptions(series, size);
  return (
    <>
      <Chart series={series} options={options} />
      <h3>
        {histogram === null
          ? "Buckets as logged"
          : `${formatCount(histogram.buckets.length)} buckets as logged at step ${formatCount(histogram.step)}`}
      </h3>
      {histogram !== null && <Bars histogram={histogram} options={options} />}
    </>
  );
}

function Bars({ histogram, options }: { histogram: Histogram; options: ChartOptions }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useMemo(() => ({ width: options.size.width, height: BARS_HEIGHT }), [options]);
  const ratio = pixelRatio.value;
  useEffect(() => {
    const { axis, style } = options;
    const tint = style.tints.at(-1);
    if (canvas.current === null || tint === undefined) return;
    paintSoon(canvas.current, size, () =>
      barsScene(histogram.buckets, axis, size, style.palette, tint),
    );
  }, [histogram, options, size, ratio]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={`The ${histogram.buckets.length} buckets as logged`}
      style={px(size)}
    />
  );
}
