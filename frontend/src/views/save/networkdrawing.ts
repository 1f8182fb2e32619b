import { selectedRuns } from "../../answers";
import { drawing, scaling } from "../../chosen";
import { theme } from "../../host";
import { PALETTES } from "../../model/colors";
import { formatStep } from "../../model/format";
import { fullTitle, parameterKey } from "../../model/names";
import { paintScene } from "../../paint/paint";
import type { Drawing } from "../../paint/sheet";
import { referenceOf } from "../../plans/chart";
import { measure } from "../../plans/measure";
import { columnPlan, stripOf } from "../../plans/network";
import { overlaidPlan } from "../../plans/overlaid";
import { ownAxes, shownParameters } from "../../plans/parameters";
import { cutLabel, label, legend } from "../../scene/labels";
import { emptyScene, type Scene } from "../../scene/scene";
import { STACK_OVERLAP } from "../../scene/stack";
import { type Tall, tall } from "../../scene/tall";
import { step } from "../../state";

/** The whole network as it is taken away, a drawing for each run. */

const NAMES = { width: 216, gap: 8 };
const CHART = { width: 480, height: 400 };
const AXIS_HEIGHT = 28;
/** Two lines beside the axis. */
const FIRST_LINE = 8;
const SECOND_LINE = 22;
const NOWHERE = { at: null, line: null };
/** Of scenes that hold nothing that is cut off. */
const NOWHERE_CUT = { left: 0, top: 0, right: 0, bottom: 0 };

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
      const { lines, scene } = columnPlan(run, chart, place, 0);
      const isFirst = lines.some(({ row }) => row > 0);
      paintScene(on, rowNames(place));
      paintScene(on, outlines(run, isFirst, chart.height));
      on.save();
      on.translate(NAMES.width, 0);
      paintScene(on, scene);
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
  const labels = shownParameters.value.map((parameter, row) =>
    cutLabel(
      label(0, place.baselineOf(row) - 9, fullTitle(parameter), ink),
      NAMES.width - NAMES.gap,
      measure.value,
    ),
  );
  return { ...emptyScene(NOWHERE_CUT), labels };
}

/** Below the names, what the outlines behind the ridges are. */
function outlines(run: string, isFirst: boolean, top: number): Scene {
  const palette = PALETTES[theme.value];
  const references = shownParameters.value.map((one) => referenceOf(parameterKey(one), run));
  const reference = references.find((one) => one !== null);
  const parts = [
    legend(0, top + FIRST_LINE, { isFirst, reference: null }, palette),
    legend(0, top + (isFirst ? SECOND_LINE : FIRST_LINE), { isFirst: false, reference }, palette),
  ];
  return {
    ...emptyScene(NOWHERE_CUT),
    rules: parts.flatMap(({ rules }) => rules),
    labels: parts
      .flatMap(({ labels }) => labels)
      .map((one) => cutLabel(one, NAMES.width - NAMES.gap - one.x, measure.value)),
  };
}
