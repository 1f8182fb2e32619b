import { selectedRuns } from "../../answers";
import { drawing, focus, isOfSteps } from "../../chosen";
import { pageHeading, pageLine } from "../../model/heading";
import { parameterKey } from "../../model/names";
import { rowAtStep } from "../../model/series";
import { type Shown, shownOf } from "../../model/shown";
import type { Drawing } from "../../paint/sheet";
import { comparedLines, shownSeries } from "../../plans/chart";
import { shownParameters } from "../../plans/parameters";
import { nameOf, summaryOf } from "../../plans/said";
import type { Size } from "../../scene/scene";
import { parametersOfRuns, seriesByParameter, step } from "../../state";
import { mapDrawing } from "./mapdrawing";
import { networkDrawings } from "./networkdrawing";
import { SaveMenu } from "./save";
import { type Charted, drawingOf, stepPart } from "./savechart";

const ON_PAGE: Size = { width: 340, height: 208 };
const COMPARED: Size = { width: 340, height: 252 };

/** Saves all that the filters show, in sight or not. */
export function SavePage() {
  const { kind } = drawing.value;
  // At full size there is a menu beside the chart.
  if (focus.value !== null) return null;
  const name = { map: "the map", table: "the table" }[kind as string] ?? "all charts";
  return (
    <SaveMenu
      name={name}
      label="Save"
      file={() => [
        kind === "map" || kind === "table" ? `layer ${kind}` : "layer weights",
        ...selectedRuns.value,
        stepPart(),
      ]}
      {...(kind !== "table" && { charts: drawings })}
      line="step"
      behind={() => ({ shown: shown() })}
      page={() => ({
        heading: pageHeading(selectedRuns.value),
        lines: [pageLine(shown(), isOfSteps() ? step.value : null)],
        unit: kind === "compare" || drawing.value.rows === "runs" ? 1 : selectedRuns.value.length,
      })}
    />
  );
}

function drawings(): Drawing[] {
  const { kind, rows } = drawing.value;
  if (kind === "map") return [mapDrawing()];
  if (rows === "layers") return networkDrawings();
  const size = kind === "compare" ? COMPARED : ON_PAGE;
  return charted().map((one) => drawingOf(one, size));
}

/** The charts of the grid, those whose series have come. */
function charted(): Charted[] {
  const runs = isOfSteps() ? selectedRuns.value : [null];
  return shownParameters.value.flatMap((parameter) => {
    const key = parameterKey(parameter);
    const ofRuns = seriesByParameter.value.get(key);
    return runs
      .filter((run) => (run === null ? ofRuns !== undefined : ofRuns?.has(run)))
      .map((run) => ({
        parameter: (run && parametersOfRuns.value.get(run)?.get(key)) || parameter,
        run,
        name: () => nameOf(key, run),
        summary: () => summaryOf(key, run),
      }));
  });
}

/** The rows that are shown: every step, those that are compared, or those at the scrubber's step. */
function shown(): Shown[] {
  const { kind, rows } = drawing.value;
  if (kind === "compare") {
    return shownOf(shownParameters.value.flatMap((one) => comparedLines(parameterKey(one)) ?? []));
  }
  if (rows === "steps" && kind !== "table") return shownSeries.value.map((series) => ({ series }));
  return shownOf(
    shownSeries.value.map((series) => ({ series, row: rowAtStep(series, step.value) })),
  );
}
