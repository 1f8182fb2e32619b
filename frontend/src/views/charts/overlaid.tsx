import { computed } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { selectedRuns } from "../../answers";
import { formatStep } from "../../model/format";
import { overlaidPlan, seriesOfRun } from "../../plans/overlaid";
import type { Size } from "../../scene/scene";
import { step } from "../../state";
import { RunMark } from "../names";
import { px } from "../px";
import { useSize } from "../size";
import { Chart } from "./chart";

const GAP = 16;

/** All parameters of a run on one baseline; a chart for each run, one below the other. */
export function Overlaid() {
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box).value;
  const runs = selectedRuns.value;
  const each = Math.max(260, Math.floor(height / Math.max(1, runs.length)) - GAP);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="overlaid" ref={box} aria-label="All layers" tabIndex={0}>
      {width > 0 &&
        runs.map((run) => <OverlaidRun key={run} run={run} width={width} height={each} />)}
    </section>
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
