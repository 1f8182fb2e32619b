import { computed, type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { selectedRuns } from "../../answers";
import { baseline, change, scaling } from "../../chosen";
import { formatStep } from "../../model/format";
import { fullTitle, parameterKey, parameterTitle } from "../../model/names";
import { type Parameter, rowAtStep } from "../../model/series";
import { summary } from "../../model/words";
import { newestTint } from "../../plans/chart";
import { columnPlan, isNarrow, stripOf } from "../../plans/network";
import { networkWords } from "../../plans/overlaid";
import { ownAxes, shownParameters } from "../../plans/parameters";
import type { Size } from "../../scene/scene";
import { STACK_OVERLAP } from "../../scene/stack";
import { columnsIn, rowsInSight, type Tall, tall } from "../../scene/tall";
import { kinOf, step } from "../../state";
import { MiddleCut, RunMark } from "../names";
import { px } from "../px";
import { useScroller } from "../size";
import { topmost, useSought } from "../sought";
import { Drawn, Painting } from "./chart";
import { pointer } from "./pointer";

const AXIS_HEIGHT = 28;
const HEADING = 28;
/** Roughly the width of a character of a row's name. */
const CHARACTER = 6.8;

/** One tall ridgeline for each run: every row a parameter, in network order. */
export function Network() {
  const scroller = useScroller();
  const { size, scrolled, onScroll } = scroller;
  const runs = selectedRuns.value;
  const several = runs.length > 1;
  const rows = shownParameters.value;
  const { width } = size.value;
  const heading = several ? HEADING : 0;
  const height = size.value.height - heading - AXIS_HEIGHT;
  const { names, column, whole, leftOf } = columnsIn(width, longest(rows) * CHARACTER, runs.length);
  const place = useMemo(
    () =>
      computed(() =>
        tall(shownParameters.value.length, height, scaling.value.overlap * STACK_OVERLAP, column),
      ),
    [height, column],
  );
  useSought(scroller, (key) => {
    const row = shownParameters.peek().findIndex((one) => parameterKey(one) === key);
    const { baselineOf, spacing } = place.peek();
    return row < 0 ? null : baselineOf(row) - 2 * spacing;
  });
  useSignalEffect(() => {
    const { baselineOf, spacing } = place.value;
    const row = Math.max(0, Math.ceil((scrolled.value - baselineOf(0)) / spacing));
    const first = shownParameters.value[row];
    topmost.value = first === undefined ? null : parameterKey(first);
  });
  const [from, to] = rowsInSight(place.value, rows.length, scrolled.value, height);
  return (
    <div class="network">
      <div class="tall" ref={scroller.ref} tabIndex={-1} onScroll={onScroll}>
        <h2 class="unseen">All layers at one step</h2>
        {several && (
          <div class="run-heads" style={px({ height: heading, width: whole })}>
            <i style={px({ width: names })} />
            {runs.map((run, i) => (
              <span key={run} style={px({ left: leftOf(i), width: column })}>
                <RunMark run={run} />
              </span>
            ))}
          </div>
        )}
        <div class="extent" style={px({ height: place.value.height, width: whole })}>
          <div class="window" style={px({ height, top: heading })}>
            {width > 0 &&
              runs.map((run, i) => (
                <Column
                  key={run}
                  run={run}
                  left={leftOf(i)}
                  width={column}
                  height={height}
                  place={place}
                  scrolled={scrolled}
                />
              ))}
          </div>
          <div class="names" style={px({ width: names })}>
            {rows.slice(from, to).map((parameter, i) => (
              <RowName
                key={parameterKey(parameter)}
                parameter={parameter}
                top={place.value.baselineOf(from + i) - 20}
              />
            ))}
          </div>
        </div>
        <div class="axes" style={px({ height: AXIS_HEIGHT, width: whole })}>
          <p class="first" aria-hidden="true" style={px({ width: names })}>
            <i /> first step
            {baseline.value !== null && (
              <span title={baseline.value}>
                <i class="dashes" style={{ color: newestTint(baseline.value).line }} /> baseline{" "}
                {baseline.value}
              </span>
            )}
          </p>
          {ownAxes.value ? (
            <p class="hint" style={px({ left: names, width: width - names })}>
              Every row has a value axis of its own,{" "}
              {isNarrow(column)
                ? "whose ends show where you point."
                : "from the number at its left to the one at its right."}
            </p>
          ) : (
            width > 0 &&
            runs.map((run, i) => <AxisStrip key={run} left={leftOf(i)} width={column} />)
          )}
        </div>
      </div>
    </div>
  );
}

/** The length of the longest name. */
function longest(rows: readonly Parameter[]): number {
  return rows.reduce((most, one) => Math.max(most, fullTitle(one).length), 0);
}

/** The name of a row, which opens it. What is said of it follows the step without rendering anew. */
function RowName({ parameter, top }: { parameter: Parameter; top: number }) {
  const full = fullTitle(parameter);
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
    <figure class={said.look} style={px({ top })} aria-label={said.name}>
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
  return (
    <div class="column" style={px({ left, width })}>
      <Drawn
        of={[run, place, scrolled]}
        width={width}
        height={height}
        plan={(size) => computed(() => columnPlan(run, size, place.value, scrolled.value))}
        name={() => networkWords(run, ", one ridge each")}
      />
    </div>
  );
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
