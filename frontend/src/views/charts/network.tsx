import {
  computed,
  type ReadonlySignal,
  useComputed,
  useSignal,
  useSignalEffect,
} from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { change, scaling } from "../../chosen";
import { theme } from "../../host";
import type { ValueAxis } from "../../model/axis";
import { PALETTES } from "../../model/colors";
import { formatStep } from "../../model/format";
import { parameterKey, parameterTitle } from "../../model/names";
import { type Parameter, rowAtStep, type Series } from "../../model/series";
import { summary } from "../../model/words";
import { chartAxis, chartPeak } from "../../scene/chart";
import { valueAxis } from "../../scene/frame";
import { placeMark } from "../../scene/labels";
import { emptyScene, type Chart as Plan, type Scene, type Size } from "../../scene/scene";
import { linesAt, STACK_OVERLAP, stack } from "../../scene/stack";
import { rowsInSight, type Tall, tall } from "../../scene/tall";
import { keyOf, selectedRuns, seriesByParameter, step } from "../../state";
import { px } from "../px";
import { sought, topmost } from "../sidebar/sought";
import { useSize } from "../size";
import { MiddleCut, RunMark } from "./card";
import { Chart, Painting } from "./chart";
import { ownAxes, rowsAxis, scalingFor, seriesIn, shownParameters } from "./parameters";
import { kinOf, newestTint, referenceOf } from "./plan";
import { pointer } from "./pointer";

const NAMES_WIDTH = 216;
const AXIS_HEIGHT = 28;
const HEADING = 28;
const GAP = 16;
const MARGIN = { left: 10, right: 12 };
/** Beside the plots of rows that have axes of their own: for the numbers at the ends. */
const END_WIDTH = 46;

/** One tall ridgeline for each run: every row a parameter, in network order. */
export function Network() {
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const scrolled = useSignal(0);
  const runs = selectedRuns.value;
  const several = runs.length > 1;
  const rows = shownParameters.value;
  const { width, height } = size.value;
  const place = useComputed(() =>
    tall(shownParameters.value.length, size.value.height, scaling.value.overlap * STACK_OVERLAP),
  );
  useSignalEffect(() => {
    const key = sought.value;
    if (key === null || scroller.current === null) return;
    const row = shownParameters.peek().findIndex((one) => parameterKey(one) === key);
    const { baselineOf, spacing } = place.peek();
    if (row >= 0) scroller.current.scrollTop = baselineOf(row) - 2 * spacing;
    sought.value = null;
  });
  useSignalEffect(() => {
    const { baselineOf, spacing } = place.value;
    const row = Math.max(0, Math.ceil((scrolled.value - baselineOf(0)) / spacing));
    const first = shownParameters.value[row];
    topmost.value = first === undefined ? null : parameterKey(first);
  });
  const column = Math.floor((width - NAMES_WIDTH - GAP * (runs.length - 1)) / runs.length);
  const [from, to] = rowsInSight(place.value, rows.length, scrolled.value, height);
  return (
    <div class="network">
      {several && (
        <div class="run-heads" style={px({ height: HEADING, "padding-left": NAMES_WIDTH })}>
          {runs.map((run) => (
            <span key={run} style={px({ width: column })}>
              <RunMark run={run} />
            </span>
          ))}
        </div>
      )}
      <div
        class="tall"
        ref={scroller}
        tabIndex={-1}
        onScroll={({ currentTarget }) => {
          scrolled.value = currentTarget.scrollTop;
        }}
      >
        <h2 class="unseen">All layers at one step</h2>
        <div class="extent" style={px({ height: place.value.height })}>
          <div class="window" style={px({ height })}>
            {width > 0 &&
              runs.map((run, i) => (
                <Column
                  key={run}
                  run={run}
                  left={NAMES_WIDTH + i * (column + GAP)}
                  width={column}
                  height={height}
                  place={place}
                  scrolled={scrolled}
                />
              ))}
          </div>
          {rows.slice(from, to).map((parameter, i) => (
            <RowName
              key={parameterKey(parameter)}
              parameter={parameter}
              top={place.value.baselineOf(from + i) - 20}
            />
          ))}
        </div>
      </div>
      <div class="axes" style={px({ height: AXIS_HEIGHT })}>
        <p class="first" aria-hidden="true">
          <i /> first step
        </p>
        {ownAxes.value ? (
          <p class="hint" style={px({ "margin-left": NAMES_WIDTH })}>
            Every row has a value axis of its own, from the number at its left to the one at its
            right.
          </p>
        ) : (
          width > 0 &&
          runs.map((run, i) => (
            <AxisStrip key={run} left={NAMES_WIDTH + i * (column + GAP)} width={column} />
          ))
        )}
      </div>
    </div>
  );
}

/** The name of a row, which opens it. What is said of it follows the step without rendering anew. */
function RowName({ parameter, top }: { parameter: Parameter; top: number }) {
  const full = `${parameter.layer} ${parameterTitle(parameter)}`;
  const key = parameterKey(parameter);
  const said = useMemo(() => {
    const words = computed(() =>
      kinOf(key).map((one) => `${one.run}: ${summary(one, rowAtStep(one, step.value))}`),
    );
    return {
      name: computed(
        () => `${full} at step ${formatStep(step.value ?? 0)}. ${words.value.join(". ")}`,
      ),
      title: computed(() => [full, ...words.value].join("\n")),
      look: computed(() => {
        const isBroken = kinOf(key).some((one) => one.nonFinite[rowAtStep(one, step.value)] === 1);
        return isBroken ? "row-name broken" : "row-name";
      }),
    };
  }, [key, full]);
  const [first] = kinOf(key);
  return (
    <figure class={said.look} style={px({ top, width: NAMES_WIDTH - 8 })} aria-label={said.name}>
      <button
        type="button"
        class="plain"
        title={said.title}
        disabled={first === undefined}
        onClick={() => first && change({ focus: { run: first.run, tag: first.tag } })}
      >
        <MiddleCut text={parameter.layer} />{" "}
        <span class="parameter">{parameterTitle(parameter)}</span>
      </button>
    </figure>
  );
}

interface ColumnProps {
  run: string;
  left: number;
  width: number;
  height: number;
  place: ReadonlySignal<Tall>;
  scrolled: ReadonlySignal<number>;
}

/** The network of one run: only the rows in sight are drawn, on a canvas as large as the window. */
function Column({ run, left, width, height, place, scrolled }: ColumnProps) {
  const size = useMemo((): Size => ({ width, height }), [width, height]);
  const plan = useMemo(
    () => computed(() => columnPlan(run, size, place.value, scrolled.value)),
    [run, size, place, scrolled],
  );
  const name = useMemo(
    () =>
      computed(
        () =>
          `${shownParameters.value.length} parameters of run ${run} at step ${formatStep(step.value ?? 0)}, one ridge each`,
      ),
    [run],
  );
  return (
    <div class="column" style={px({ left, width })}>
      <Chart plan={plan} size={size} name={name} />
    </div>
  );
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
  const scales = new WeakMap<Series, RowScale>();
  return (series: Series): RowScale => {
    const before = scales.get(series);
    if (before !== undefined) return before;
    const axis = ownAxes.value
      ? chartAxis(
          [series],
          [...(ofRuns.get(keyOf(series.run, series))?.values() ?? [])],
          rowsAxis.value,
          scaling.value,
        )
      : rowsAxis.value;
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
      name: `${series.layer} ${parameterTitle(series)}`,
    })),
    at,
  );
  const rows = lines.map((line, i) => ({
    line,
    baseline: there[i]?.baseline ?? 0,
    ghost: true,
    reference: referenceOf(parameterKey(there[i]?.parameter as Parameter), run),
  }));
  const room = ownAxes.value ? { left: END_WIDTH, right: END_WIDTH } : MARGIN;
  const plot = { left: room.left, top: 0, right: size.width - room.right, bottom: size.height };
  const scaleOf = rowScales.value;
  const options = {
    ...scalingFor(size),
    plot,
    lift: place.lift,
    step: at,
    named: false,
    peakOf: (line: { series: Series }) => scaleOf(line.series).peak,
    ...(ownAxes.value ? { axisOf: (line: { series: Series }) => scaleOf(line.series).axis } : {}),
  };
  return stack(rows, options);
}

/** The value axis that all rows share, below them. */
function AxisStrip({ left, width }: { left: number; width: number }) {
  const size = useMemo((): Size => ({ width, height: AXIS_HEIGHT }), [width]);
  const scene = useMemo(() => () => stripOf(width, pointer.value?.at ?? null), [width]);
  return (
    <div class="column" style={px({ left, width })} aria-hidden="true">
      <Painting size={size} scene={scene} />
    </div>
  );
}

/** A value axis and nothing else, with a mark at a place on it. */
export function stripOf(width: number, at: number | null): Scene {
  const palette = PALETTES[theme.value];
  const plot = { left: MARGIN.left, top: 0, right: width - MARGIN.right, bottom: 2 };
  const mark = placeMark(at, rowsAxis.value, plot, palette);
  const axis = valueAxis(rowsAxis.value, plot, palette);
  return { ...emptyScene(plot), ...axis, labels: [...axis.labels, ...mark.labels] };
}
