import { computed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { selectedRuns } from "../../answers";
import { networkWords, overlaidPlan } from "../../plans/overlaid";
import { RunMark } from "../names";
import { px } from "../px";
import { useSize } from "../size";
import { Drawn } from "./chart";

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
  return (
    <figure class="card" aria-label={`All layers, run ${run}`} style={px({ width, height })}>
      <figcaption style={px({ height: HEAD })}>
        <RunMark run={run} />
      </figcaption>
      <Drawn
        of={[run]}
        width={width}
        height={height - HEAD}
        plan={(size) => computed(() => overlaidPlan(run, size))}
        name={() => networkWords(run, " on one baseline")}
      />
    </figure>
  );
}
