import { selectedRuns } from "../../answers";
import { drawing, scaling } from "../../chosen";
import { theme } from "../../host";
import { PALETTES } from "../../model/colors";
import { formatStep } from "../../model/format";
import { fullTitle } from "../../model/names";
import { paintScene } from "../../paint/paint";
import type { Drawing } from "../../paint/sheet";
import { columnPlan, stripOf } from "../../plans/network";
import { overlaidPlan } from "../../plans/overlaid";
import { ownAxes, shownParameters } from "../../plans/parameters";
import { label } from "../../scene/labels";
import { emptyScene, type Scene } from "../../scene/scene";
import { STACK_OVERLAP } from "../../scene/stack";
import { type Tall, tall } from "../../scene/tall";
import { fitted } from "../../scene/text";
import { step } from "../../state";

/** The whole network as it is taken away, a drawing for each run. */

const NAMES = { width: 216, size: 11, gap: 8 };
const CHART = { width: 480, height: 400 };
const AXIS_HEIGHT = 28;
const NOWHERE = { at: null, line: null };

export function networkDrawings(): Drawing[] {
  const isOverlay = drawing.value.kind === "overlay";
  const count = shownParameters.value.length;
  return selectedRuns.value.map((run) => {
    const at = formatStep(step.value ?? 0);
    const words = { title: run, subtitle: `${count} parameters at step ${at}` };
    const name = `${words.subtitle}, run ${run}`;
    return { ...words, name, ...(isOverlay ? overlaid(run) : ridges(run)) };
  });
}

function overlaid(run: string): Pick<Drawing, "size" | "paint"> {
  return {
    size: CHART,
    paint: (on) => {
      const chart = overlaidPlan(run, CHART);
      paintScene(on, chart.scene);
      paintScene(on, chart.cursor({ step: step.value, ...NOWHERE }));
    },
  };
}

/** All rows, with their names, in sight or not. */
function ridges(run: string): Pick<Drawing, "size" | "paint"> {
  const rows = shownParameters.value.length;
  const place = tall(rows, 0, scaling.value.overlap * STACK_OVERLAP);
  const chart = { width: CHART.width, height: Math.ceil(place.height) };
  const size = { width: NAMES.width + chart.width, height: chart.height + AXIS_HEIGHT };
  return {
    size,
    paint: (on) => {
      paintScene(on, rowNames(place));
      on.save();
      on.translate(NAMES.width, 0);
      paintScene(on, columnPlan(run, chart, place, 0).scene);
      if (!ownAxes.value) {
        on.translate(0, chart.height);
        paintScene(on, stripOf(chart.width, null));
      }
      on.restore();
    },
  };
}

function rowNames(place: Tall): Scene {
  const { ink } = PALETTES[theme.value];
  const room = NAMES.width - NAMES.gap;
  const labels = shownParameters.value.map((parameter, row) => {
    const text = fitted(fullTitle(parameter), room, NAMES.size);
    return label(0, place.baselineOf(row) - 9, text, ink);
  });
  return { ...emptyScene({ left: 0, top: 0, right: 0, bottom: 0 }), labels };
}
