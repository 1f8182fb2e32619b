import { statistic } from "../chosen";
import { theme } from "../host";
import { mapName } from "../model/cell";
import { PALETTES } from "../model/colors";
import { STATISTIC_WORDS } from "../model/statistics";
import { paintMap } from "../paint/map";
import type { Painter } from "../paint/paint";
import { paintScene } from "../paint/paint";
import type { Drawing } from "../paint/sheet";
import { label } from "../scene/labels";
import { mapScene } from "../scene/map";
import { layOutMap, type MapLayout } from "../scene/maplayout";
import { marksScene } from "../scene/mapmarks";
import { emptyScene } from "../scene/scene";
import { fitted } from "../scene/sheet";
import { selectedRuns } from "../state";
import { colors, columns, matrix, rows, shaded, stepColumn } from "./mapdata";
import { legendMarks } from "./maphead";

const WIDTH = 1200;
const ROW = 14;
const HEAD = 56;
const LEGEND = { top: 16, width: 280, height: 8, room: 44 };
const NOTHING = { spot: null, band: null };

/** The whole map as it is taken away, with the colours' meaning above it. */
export function mapDrawing(): Drawing {
  const runs = selectedRuns.value;
  const draft = { width: WIDTH, height: HEAD + ROW * rows.value.length };
  const place = (height: number) =>
    layOutMap(rows.value, columns.value.length, runs.length, { width: WIDTH, height });
  const layout = place(place(draft.height).height);
  return {
    title: STATISTIC_WORDS[statistic.value].name,
    subtitle: "",
    name: mapName(matrix.value, statistic.value),
    size: { width: WIDTH, height: LEGEND.room + layout.size.height },
    paint: (on) => {
      paintLegend(on);
      on.save();
      on.translate(0, LEGEND.room);
      const { palette } = colors.value;
      paintMap(on, mapScene(matrix.value, shaded.value, layout, 0, colors.value));
      const moving = { column: stepColumn.value, ...NOTHING };
      paintMap(on, marksScene(matrix.value, layout, 0, moving, palette));
      if (runs.length > 1) paintScene(on, runNames(layout, runs));
      on.restore();
    },
  };
}

function runNames({ panels }: MapLayout, runs: readonly string[]) {
  const { ink } = PALETTES[theme.value];
  const labels = panels.map(({ left, right }, panel) =>
    label(left, 12, fitted(runs[panel] ?? "", right - left, 11), ink),
  );
  return { ...emptyScene({ left: 0, top: 0, right: 0, bottom: 0 }), labels };
}

function paintLegend(on: Painter): void {
  if (statistic.value === "non_finite") return;
  const { ramp, palette } = colors.value;
  const step = LEGEND.width / ramp.length;
  for (const [i, color] of ramp.entries()) {
    on.fillStyle = color;
    on.fillRect(i * step, LEGEND.top, step + 0.5, LEGEND.height);
  }
  const labels = legendMarks(shaded.value.domain, statistic.value).map(({ at, text }) =>
    label(
      at * LEGEND.width,
      LEGEND.top - 8,
      text,
      palette.faint,
      at === 0 ? "left" : at === 1 ? "right" : "center",
    ),
  );
  paintScene(on, { ...emptyScene({ left: 0, top: 0, right: 0, bottom: 0 }), labels });
}
