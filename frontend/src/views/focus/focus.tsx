import { signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { densities, selectedRuns } from "../../answers";
import { change, focus, isOfSteps } from "../../chosen";
import { parameterTitle } from "../../model/names";
import type { Series } from "../../model/series";
import { nameOf, summaryOf } from "../../plans/said";
import { keyOf, parametersOfRuns, unreadable } from "../../state";
import { ParameterChart } from "../charts/card";
import { goTo } from "../goto";
import { RunMark } from "../names";
import { SaveChart } from "../save/savechart";
import { showAll } from "../show";
import { useSize } from "../size";
import { useFine, useHistogram } from "./asked";
import { Buckets } from "./buckets";
import { Numbers } from "./quantities";
import { Trends } from "./trends";

const LOWER_HEIGHT = 172;
const HEADING = 32;
const GAP = 24;
const LEAST_HEIGHT = 240;
const COMPANION_HEADING = 24;

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
              <ParameterChart
                parameterKey={keyOf(known.run, known)}
                run={known.run}
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

/** The gradients or updates of a parameter, beside it. */
function Companion({ series, width, height }: { series: Series; width: number; height: number }) {
  const fine = useFine(series);
  const { run, tag } = series;
  const key = keyOf(run, series);
  return (
    <div class="companion">
      <header>
        <button type="button" class="plain" onClick={() => change({ focus: { run, tag } })}>
          {parameterTitle(series)}
        </button>
        <SaveChart
          parameter={series}
          run={run}
          opens={run}
          finer={fine}
          name={() => nameOf(key, run, fine.value)}
          summary={() => summaryOf(key, run)}
        />
      </header>
      <ParameterChart
        parameterKey={key}
        run={run}
        fine={fine}
        width={width}
        height={height - COMPANION_HEADING}
      />
    </div>
  );
}
