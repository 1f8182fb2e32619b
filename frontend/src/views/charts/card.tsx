import { computed, type ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { colorIndex, densities, selectedRuns } from "../../answers";
import { change, drawing } from "../../chosen";
import { theme } from "../../host";
import { runColor } from "../../model/colors";
import { formatBeside, formatStep } from "../../model/format";
import { fullTitle, parameterTitle, shortName } from "../../model/names";
import { type Parameter, rowAtStep, type Series } from "../../model/series";
import { firstNonFinite, summary } from "../../model/words";
import { planOf } from "../../plans/chart";
import { nameOf, summaryOf } from "../../plans/said";
import { keyOf, kinOf, otherNames, parametersOfRuns, seriesByParameter, step } from "../../state";
import { MiddleCut, RunMark } from "../names";
import { PinButton } from "../pin";
import { px } from "../px";
import { SaveChart } from "../save/savechart";
import { Drawn } from "./chart";

/** The chart of one parameter. */
export interface CardKey {
  /** Whose steps it shows; `null`: it shows all runs. */
  run: string | null;
  parameter: Parameter;
  /** The layer's own name is enough below the header of its block. */
  inBlock: boolean;
}

const TITLE_HEIGHT = 44;

export function Card({ card, width, height }: { card: CardKey; width: number; height: number }) {
  const { run, parameter, inBlock } = card;
  const key = keyOf(run, parameter);
  const layer = inBlock ? shortName(parameter.layer) : parameter.layer;
  const full = fullTitle(parameter);
  const of = run === null ? "" : `, run ${run}`;
  const opened =
    run ?? selectedRuns.value.find((one) => seriesByParameter.value.get(key)?.has(one));
  const tag = parametersOfRuns.value.get(opened ?? "")?.get(key)?.tag ?? parameter.tag;
  const title = [
    full,
    `tag ${tag}`,
    ...(run === null ? otherNames(parameter, key) : [`run ${run}`]),
  ];
  const isThere =
    run === null ? kinOf(key).length > 0 : seriesByParameter.value.get(key)?.has(run) === true;
  const size = { width, height: height - TITLE_HEIGHT };
  return (
    <figure class="card" style={px({ width, height })} aria-label={`${full}${of}`}>
      <figcaption>
        <h3 title={title.join("\n")}>
          <button
            type="button"
            class="plain"
            onClick={() => opened !== undefined && change({ focus: { run: opened, tag } })}
            aria-label={`Open ${full}${of}, at full size`}
          >
            <MiddleCut text={layer} title={null} />{" "}
            <span class="parameter">{parameterTitle(parameter)}</span>
          </button>
          {run !== null && selectedRuns.value.length > 1 && <RunMark run={run} />}
          <PinButton keys={[key]} name={full} />
        </h3>
        {isThere && (
          <SaveChart
            parameter={parameter}
            run={run}
            opens={opened}
            name={() => nameOf(key, run)}
            summary={() => summaryOf(key, run)}
          />
        )}
        {isThere && <Summary parameterKey={key} run={run} />}
      </figcaption>
      {isThere ? (
        <ParameterChart parameterKey={key} run={run} {...size} />
      ) : (
        <Missing run={run} height={size.height} />
      )}
    </figure>
  );
}

/** The place of a chart that is on its way or could not be had, or that no step of those chosen has. */
function Missing({ run, height }: { run: string | null; height: number }) {
  const asked = run === null ? selectedRuns.value : [run];
  const isAwaited = asked.some((one) => {
    const load = densities.value.get(one);
    return load === undefined || load.pending || load.failure !== null;
  });
  return (
    <div class="awaited" style={px({ height })}>
      {!isAwaited && <p class="hint">Nothing is logged of it in these steps.</p>}
    </div>
  );
}

/** The chart of a parameter in the chosen view. */
export function ParameterChart(props: {
  parameterKey: string;
  run: string | null;
  /** The series as finely as it is known. */
  fine?: ReadonlySignal<Series | null>;
  width: number;
  height: number;
}) {
  const { parameterKey: key, run, fine, width, height } = props;
  return (
    <Drawn
      of={[key, run, fine]}
      width={width}
      height={height}
      plan={(size) => planOf(key, run, size, fine)}
      name={() => nameOf(key, run, fine?.value)}
    />
  );
}

const ESTIMATED = "≈ is estimated from the buckets; at full size each number has its bounds.";

function Summary({ parameterKey: key, run }: { parameterKey: string; run: string | null }) {
  const series = run === null ? undefined : kinOf(key).find((one) => one.run === run);
  const since = series === undefined ? null : firstNonFinite(series);
  const text = useMemo(() => computed(() => summaryOf(key, run)), [key, run]);
  const title = useMemo(() => computed(() => `${text.value}\n${ESTIMATED}`), [text]);
  if (run === null && drawing.value.kind !== "compare") return <Spreads parameterKey={key} />;
  return (
    <p class="summary" title={title}>
      {since !== null && <strong class="alarm">NaN or ∞ since step {formatStep(since)}. </strong>}
      {text}
    </p>
  );
}

/** The spread of a parameter in each run, in the colours of the runs. */
function Spreads({ parameterKey: key }: { parameterKey: string }) {
  return (
    <p class="summary spreads" title={ESTIMATED}>
      spread{" "}
      {kinOf(key).map((series) => {
        const row = rowAtStep(series, step.value);
        const std = series.std[row] ?? Number.NaN;
        const since = firstNonFinite(series);
        return (
          <span key={series.run} title={`${series.run}: ${summary(series, row)}`}>
            <i style={{ background: runColor(colorIndex(series.run), theme.value) }} />
            {formatBeside(std, std)}
            {since !== null && <strong class="alarm"> NaN or ∞ since {formatStep(since)}</strong>}
          </span>
        );
      })}
    </p>
  );
}
