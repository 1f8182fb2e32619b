import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { change, drawing } from "../../chosen";
import { theme } from "../../host";
import { runColor } from "../../model/colors";
import { formatBeside, formatStep } from "../../model/format";
import { parameterTitle, shortName } from "../../model/names";
import { type Parameter, rowAtStep, type Series } from "../../model/series";
import { chartName, chartNameOf, firstNonFinite, summary } from "../../model/words";
import { movedShare, movedWords } from "../../scene/compare";
import type { Size } from "../../scene/scene";
import {
  colorIndex,
  densities,
  keyOf,
  otherNames,
  parametersOfRuns,
  selectedRuns,
  seriesByParameter,
  step,
} from "../../state";
import { px } from "../px";
import { SaveChart } from "../save/savechart";
import { PinButton } from "../sidebar/pin";
import { Chart } from "./chart";
import { axisFor, comparedLines, kinOf, planOf } from "./plan";

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
  const full = `${parameter.layer} ${parameterTitle(parameter)}`;
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

/** The place of a chart that is on its way, or that no step of those chosen has. */
function Missing({ run, height }: { run: string | null; height: number }) {
  const asked = run === null ? selectedRuns.value : [run];
  const isAwaited = asked.some((one) => densities.value.get(one)?.pending ?? true);
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
  width: number;
  height: number;
}) {
  const { parameterKey: key, run, width, height } = props;
  const size = useMemo((): Size => ({ width, height }), [width, height]);
  const plan = useMemo(() => planOf(key, run, size), [key, run, size]);
  const name = useMemo(() => computed(() => nameOf(key, run)), [key, run]);
  return <Chart plan={plan} size={size} name={name} />;
}

/** What the chart of a parameter is called; begins with the layer and the parameter. */
export function nameOf(key: string, run: string | null, finer: Series | null = null): string {
  const { kind, rows } = drawing.value;
  if (kind === "compare") return chartNameOf(comparedLines(key) ?? [], "A and B on one baseline");
  const words = kind === "overlay" ? "overlay" : "ridgeline";
  if (rows === "runs") {
    const lines = kinOf(key).map((series) => ({ series, row: rowAtStep(series, step.value) }));
    return chartNameOf(lines, `${words} of ${lines.length} runs`);
  }
  const series = finer ?? (run === null ? undefined : seriesByParameter.value.get(key)?.get(run));
  return series === undefined ? "" : chartName(series, rowAtStep(series, step.value), words);
}

const ESTIMATED =
  "Mean, spread and share near zero are estimated from the logged buckets; at full size each has its bounds.";

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

/** The chart in a sentence. */
export function summaryOf(key: string, run: string | null): string {
  if (drawing.value.kind === "compare") {
    const lines = comparedLines(key);
    if (lines === null) return "only one of A and B has this parameter";
    const [a, b] = lines;
    const series = [a.series, b.series];
    return movedWords(movedShare(a, b, axisFor(series, key)));
  }
  const series = kinOf(key).find((one) => one.run === run);
  return series === undefined ? "" : summary(series, rowAtStep(series, step.value));
}

/** The run's colour and name, at the line. */
export function RunMark({ run }: { run: string }) {
  return (
    <span class="run-mark" title={run}>
      <i style={{ background: runColor(colorIndex(run), theme.value) }} />
      <MiddleCut text={run} />
    </span>
  );
}

/** So many characters at the end of a name stay. */
const LEAST_END = 14;
/** A space that is kept at either end of a text. */
const NO_BREAK = "\u00a0";

/** A name that loses its middle where room is short, never its end; `title` is `null` where an element around it has one. */
export function MiddleCut({ text, title = text }: { text: string; title?: string | null }) {
  const end = [...shortName(text)].slice(-LEAST_END).join("");
  const start = text.slice(0, text.length - end.length);
  return (
    <bdi class="cut" title={title ?? undefined}>
      {start !== "" && <span class="start">{start.replace(/\s$/, NO_BREAK)}</span>}
      <span class="end">{end.replace(/^\s/, NO_BREAK)}</span>
    </bdi>
  );
}
