import type { ReadonlySignal } from "@preact/signals";
import { selectedRuns } from "../../answers";
import { drawing, isOfSteps } from "../../chosen";
import { formatStep } from "../../model/format";
import { fullTitle, parameterTitle } from "../../model/names";
import type { Parameter, Series } from "../../model/series";
import { shownOf } from "../../model/shown";
import { paintScene } from "../../paint/paint";
import type { Drawing } from "../../paint/sheet";
import { chartOf } from "../../plans/chart";
import type { Size } from "../../scene/scene";
import { keyOf, step } from "../../state";
import { SaveMenu } from "./save";

/** The chart of a parameter, and how it is put in words. */
export interface Charted {
  parameter: Parameter;
  /** Whose steps it shows; `null`: it shows all runs. */
  run: string | null;
  /** For whoever can't see it. */
  name(): string;
  /** In a sentence. */
  summary(): string;
}

/** The size at which a chart is taken away, whatever the window's width made of it. */
export const ALONE: Size = { width: 640, height: 400 };

interface Props extends Charted {
  /** The run under which the chart opens at full size. */
  opens: string | undefined;
  label?: string;
  /** The series as finely as it is known. */
  finer?: ReadonlySignal<Series | null>;
}

/** Saves one chart. */
export function SaveChart(props: Props) {
  const { parameter, run, opens, label, finer } = props;
  const title = fullTitle(parameter);
  const fine = () => {
    const found = finer?.value ?? null;
    return found?.run === run && found.tag === parameter.tag ? found : null;
  };
  const chart = () => chartOf(keyOf(run, parameter), run, ALONE, fine());
  return (
    <SaveMenu
      name={run === null ? title : `${title}, run ${run}`}
      {...(label !== undefined && { label })}
      file={() => [
        ...(isOfSteps() ? [run ?? ""] : selectedRuns.value),
        parameter.layer,
        parameterTitle(parameter),
        stepPart(),
      ]}
      charts={() =>
        chart() === null ? [] : [{ ...drawingOf(props, ALONE, fine()), subtitle: lineOf(props) }]
      }
      line="step"
      behind={() => ({ shown: shownOf(chart()?.lines ?? []) })}
      {...(opens !== undefined && { link: { focus: { run: opens, tag: parameter.tag } } })}
    />
  );
}

export const stepPart = () => (step.value === null ? "" : `step ${step.value}`);

/** The step and the chart in a sentence; on a page the heading says the step. */
function lineOf(charted: Charted): string {
  if (drawing.value.kind === "compare") return charted.summary();
  const at = step.value === null ? "" : `step ${formatStep(step.value)}`;
  return isOfSteps() ? `${at}: ${charted.summary()}` : at;
}

export function drawingOf(charted: Charted, size: Size, finer: Series | null = null): Drawing {
  const { parameter, run } = charted;
  const of = isOfSteps() && run !== null ? ` · ${run}` : "";
  return {
    title: fullTitle(parameter) + of,
    subtitle: charted.summary(),
    name: charted.name(),
    size,
    paint: (on) => {
      const chart = chartOf(keyOf(run, parameter), run, size, finer);
      if (chart === null) return;
      paintScene(on, chart.scene);
      paintScene(on, chart.cursor({ step: step.value, at: null, line: null }));
    },
  };
}
