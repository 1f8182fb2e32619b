import { theme } from "../host";
import { evenAxis } from "../model/axis";
import { stepTints } from "../model/colors";
import { formatStep } from "../model/format";
import { fullTitle, parameterKey } from "../model/names";
import { overlay } from "../scene/overlay";
import type { Chart as Plan, Size } from "../scene/scene";
import { linesAt } from "../scene/stack";
import { keyOf, parametersOfRuns, step } from "../state";
import { colorOf, newestTint, referenceOf } from "./chart";
import { rowsAxis, scalingFor, seriesIn, shownParameters } from "./parameters";

/** The parameters of a run that are shown, in their order. */
export const seriesOfRun = (run: string) =>
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
      name: fullTitle(series),
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

/** The chart of all parameters of a run in words. */
export const networkWords = (run: string, how: string) =>
  `${seriesOfRun(run).length} parameters of run ${run} at step ${formatStep(step.value ?? 0)}${how}`;
