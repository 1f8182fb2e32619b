import { computed } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { theme } from "../../host";
import { evenAxis } from "../../model/axis";
import { stepTints } from "../../model/colors";
import { formatStep } from "../../model/format";
import { parameterKey, parameterTitle } from "../../model/names";
import { overlay } from "../../scene/overlay";
import type { Chart as Plan, Size } from "../../scene/scene";
import { linesAt } from "../../scene/stack";
import { keyOf, parametersOfRuns, selectedRuns, step } from "../../state";
import { px } from "../px";
import { useSize } from "../size";
import { RunMark } from "./card";
import { Chart } from "./chart";
import { rowsAxis, scalingFor, seriesIn, shownParameters } from "./parameters";
import { colorOf, newestTint, referenceOf } from "./plan";

const GAP = 16;

/** All parameters of a run on one baseline; a chart for each run, one below the other. */
export function Overlaid() {
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box).value;
  const runs = selectedRuns.value;
  const each = Math.max(260, Math.floor(height / Math.max(1, runs.length)) - GAP);
  return (
    <div class="overlaid" ref={box}>
      {width > 0 &&
        runs.map((run) => <OverlaidRun key={run} run={run} width={width} height={each} />)}
    </div>
  );
}

const HEAD = 24;

function OverlaidRun({ run, width, height }: { run: string; width: number; height: number }) {
  const size = useMemo((): Size => ({ width, height: height - HEAD }), [width, height]);
  const plan = useMemo(() => computed(() => overlaidPlan(run, size)), [run, size]);
  const name = useMemo(
    () =>
      computed(
        () =>
          `${seriesOfRun(run).length} parameters of run ${run} at step ${formatStep(step.value ?? 0)} on one baseline`,
      ),
    [run],
  );
  return (
    <figure class="card" aria-label={`All layers, run ${run}`} style={px({ width, height })}>
      <figcaption style={px({ height: HEAD })}>
        <RunMark run={run} />
      </figcaption>
      <Chart plan={plan} size={size} name={name} />
    </figure>
  );
}

const seriesOfRun = (run: string) =>
  shownParameters.value.flatMap((parameter) => {
    const isThere = parametersOfRuns.value.get(run)?.has(parameterKey(parameter));
    const series = isThere ? seriesIn(run, parameter) : undefined;
    return series === undefined ? [] : [series];
  });

export function overlaidPlan(run: string, size: Size): Plan {
  const drawn = seriesOfRun(run);
  const tints = stepTints(colorOf(run), drawn.length, theme.value);
  const lines = linesAt(
    drawn.map((series, i) => ({
      series,
      tint: tints[i] ?? newestTint(run),
      name: `${series.layer} ${parameterTitle(series)}`,
    })),
    step.value,
  );
  const axis = drawn.length === 0 ? evenAxis(0, 1, "linear") : rowsAxis.value;
  return overlay(lines, {
    ...scalingFor(size),
    axis,
    step: step.value,
    reference: null,
    referenceOf: ({ series }) => referenceOf(keyOf(run, series), run),
    names: 6,
  });
}
