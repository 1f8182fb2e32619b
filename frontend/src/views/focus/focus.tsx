import { computed, signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { densities, selectedRuns } from "../../answers";
import { fetchDensities, fetchHistogram, type Histogram } from "../../api";
import { change, densityQuestion, focus, isOfSteps, reading } from "../../chosen";
import { theme } from "../../host";
import { onAxis } from "../../model/axis";
import { PALETTES } from "../../model/colors";
import { formatCount } from "../../model/format";
import { parameterTitle } from "../../model/names";
import { rowAtStep, type Series } from "../../model/series";
import { newestTint, planOf, scalingOf } from "../../plans/chart";
import { nameOf, summaryOf } from "../../plans/said";
import { barsPlot, barsScene } from "../../scene/bars";
import { placeMark } from "../../scene/labels";
import { emptyScene, type Size } from "../../scene/scene";
import { keyOf, parametersOfRuns, step, unreadable } from "../../state";
import { Chart, Painting } from "../charts/chart";
import { pointer } from "../charts/pointer";
import { goTo } from "../goto";
import { RunMark } from "../names";
import { px } from "../px";
import { SaveChart } from "../save/savechart";
import { showAll } from "../show";
import { useSize } from "../size";
import { Numbers } from "./quantities";
import { Trends } from "./trends";

const LOWER_HEIGHT = 172;
const HEADING = 32;
const GAP = 24;
const LEAST_HEIGHT = 240;

/** One parameter at full size: all its steps, the exact buckets at one of them, and its numbers. */
export function Focus() {
  const series = useComputed((): Series | null => {
    if (focus.value === null) return null;
    const { run, tag } = focus.value;
    return seriesOf(run).find((one) => one.tag === tag) ?? null;
  });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const shown = series.value;
  return (
    <section class="focus" aria-label="One parameter at full size">
      <header>
        <button type="button" onClick={showAll} title="Back to all layers (Esc)">
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
          <SaveChart
            parameter={shown}
            run={shown.run}
            opens={shown.run}
            label="Save"
            finer={finest}
            name={() => nameOf(keyOf(shown.run, shown), shown.run, finest.value)}
            summary={() => summaryOf(keyOf(shown.run, shown), shown.run)}
          />
        )}
      </header>
      {shown === null ? (
        <p class="hint centred" role="status">
          {lack()}
        </p>
      ) : (
        <Panels key={`${shown.run} ${shown.tag}`} series={shown} />
      )}
    </section>
  );
}

/** Those that hold a step. */
const seriesOf = (run: string) =>
  (densities.value.get(run)?.value?.series ?? []).filter(({ length }) => length > 0);

/** Why nothing is shown of the opened parameter. */
function lack(): string {
  const { run = "", tag = "" } = focus.value ?? {};
  const known = parametersOfRuns.value.get(run)?.values() ?? [];
  if (!selectedRuns.value.includes(run)) return "This parameter is not in the selected runs.";
  if (densities.value.get(run)?.pending ?? true) return "Reading this parameter …";
  const broken = unreadable.value.find((one) => one.run === run && one.tag === tag);
  if (broken !== undefined) return broken.text;
  return [...known].some((one) => one.tag === tag)
    ? "Nothing is logged of it in these steps."
    : "This parameter is not in the selected runs.";
}

/** At full size there is room for more bins, more steps and finer heights than the answer for all layers brings. */
const FINE = { bins: 256, steps: 200, bits: 16 } as const;

/** The series as finely as it is known, once it has come; after a reload the one before until then. */
function useFine(series: Series) {
  const fine = useSignal<Series | null>(null);
  const question = densityQuestion.value;
  useEffect(() => {
    fine.value = null;
  }, [question]);
  useEffect(() => {
    const abort = new AbortController();
    const { run, tag } = series;
    const set = (found: Series | undefined) => {
      if (!abort.signal.aborted) fine.value = found ?? null;
    };
    fetchDensities({ run, tags: [tag], ...question, ...FINE }, abort.signal).then(
      (answer) => set(answer.series.find(({ length }) => length > 0)),
      // The coarser one is there, and whatever is wrong is said where all layers are asked for.
      () => set(undefined),
    );
    return () => abort.abort();
  }, [series, question]);
  return fine;
}

/** The exact histogram of a series at the scrubber's step. */
function useHistogram(series: Series) {
  const histogram = useSignal<Histogram | null>(null);
  const failure = useSignal("");
  const { run, tag } = series;
  const read = reading.value;
  const at = series.exactSteps[rowAtStep(series, step.value)] ?? 0n;
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
  }, [series, run, tag, at, read]);
  return { histogram: histogram.value, failure: failure.value };
}

/** The same parameter in its other roles: what is logged of its gradients and updates. */
function companionsOf(series: Series): Series[] {
  return seriesOf(series.run).filter(
    (one) =>
      one.layer === series.layer &&
      one.parameter === series.parameter &&
      one.role !== series.role &&
      ["weight", "gradient", "update", "optimizer"].includes(one.role),
  );
}

/** The opened parameter as finely as it is drawn. */
const finest = signal<Series | null>(null);

function Panels({ series: known }: { series: Series }) {
  const fine = useFine(known);
  const series = fine.value ?? known;
  useEffect(() => {
    finest.value = fine.value;
  }, [fine.value]);
  const { histogram, failure } = useHistogram(series);
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box).value;
  const beside = isOfSteps() ? companionsOf(known).slice(0, 2) : [];
  const upper = Math.max(LEAST_HEIGHT, height - LOWER_HEIGHT - HEADING);
  const share = (parts: number) => Math.floor((width - GAP * (parts - 1)) / parts);
  const half = { width: share(2), height: LOWER_HEIGHT };
  return (
    <div class="panels">
      <div class="plots" ref={box}>
        {width > 0 && (
          <>
            <div class="abreast">
              <FullChart
                series={known}
                fine={fine}
                width={share(1 + beside.length)}
                height={upper}
              />
              {beside.map((one) => (
                <Companion
                  key={one.tag}
                  series={one}
                  width={share(1 + beside.length)}
                  height={upper}
                />
              ))}
            </div>
            <div class="abreast">
              <Buckets series={series} histogram={histogram} size={half} />
              <Trends series={known} size={half} />
            </div>
          </>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section class="numbers" aria-label="Numbers" tabIndex={0}>
        {failure !== "" && <p class="alarm">{failure}</p>}
        {histogram !== null && <Numbers series={series} histogram={histogram} />}
      </section>
    </div>
  );
}

function FullChart(props: {
  series: Series;
  fine: ReturnType<typeof useFine>;
  width: number;
  height: number;
}) {
  const { series, fine, width, height } = props;
  const key = keyOf(series.run, series);
  const size = useMemo((): Size => ({ width, height }), [width, height]);
  const plan = useMemo(() => planOf(key, series.run, size, fine), [key, series.run, size, fine]);
  const name = useMemo(
    () => computed(() => nameOf(key, series.run, fine.value)),
    [key, series.run, fine],
  );
  return <Chart plan={plan} size={size} name={name} />;
}

/** The gradients or updates of a parameter, beside it. */
function Companion({ series, width, height }: { series: Series; width: number; height: number }) {
  const fine = useFine(series);
  return (
    <div class="companion">
      <button
        type="button"
        class="plain"
        onClick={() => change({ focus: { run: series.run, tag: series.tag } })}
      >
        {parameterTitle(series)}
      </button>
      <FullChart series={series} fine={fine} width={width} height={height - 20} />
    </div>
  );
}

function Buckets(props: { series: Series; histogram: Histogram | null; size: Size }) {
  const { series, histogram, size } = props;
  const { width, height } = size;
  const picture = useMemo(() => ({ width, height }), [width, height]);
  const scene = useMemo(
    () => () => {
      if (histogram === null) return null;
      const { axis } = scalingOf([series], keyOf(series.run, series), picture);
      const row = rowAtStep(series, histogram.step);
      const place = (value: number) => onAxis(axis, series, row, value);
      const palette = PALETTES[theme.value];
      return barsScene(histogram.buckets, axis, place, picture, palette, newestTint(series.run));
    },
    [series, histogram, picture],
  );
  const marks = useMemo(
    () => () => {
      const { axis } = scalingOf([series], keyOf(series.run, series), picture);
      const palette = PALETTES[theme.value];
      const plot = barsPlot(picture);
      return { ...emptyScene(plot), ...placeMark(pointer.value?.at ?? null, axis, plot, palette) };
    },
    [series, picture],
  );
  const text =
    histogram === null
      ? "Buckets as logged"
      : `${formatCount(histogram.buckets.length)} buckets as logged at step ${formatCount(histogram.step)}`;
  return (
    <section aria-label={text}>
      <h3>{text}</h3>
      <div class="bars" role="img" aria-label={text} style={px({ width, height })}>
        <Painting size={picture} scene={scene} />
        <Painting size={picture} scene={marks} />
      </div>
    </section>
  );
}
