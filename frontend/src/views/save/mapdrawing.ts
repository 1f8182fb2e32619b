import { selectedRuns } from "../../answers";
import { statistic } from "../../chosen";
import { theme } from "../../host";
import { mapName } from "../../model/cell";
import { PALETTES } from "../../model/colors";
import { SHADES } from "../../model/ramps";
import { paintMap } from "../../paint/map";
import { type Painter, paintScene } from "../../paint/paint";
import type { Drawing } from "../../paint/sheet";
import { legendKeys, legendMarks, legendTitle } from "../../plans/legend";
import { colors, columns, matrix, rows, shaded, stepColumn } from "../../plans/map";
import { measure } from "../../plans/measure";
import { cutLabel, label } from "../../scene/labels";
import { mapScene } from "../../scene/map";
import { layOutMap, type MapLayout } from "../../scene/maplayout";
import { marksScene } from "../../scene/mapmarks";
import { emptyScene } from "../../scene/scene";
import { LABEL_SIZE } from "../../scene/text";

const WIDTH = 1200;
const ROW = 14;
const HEAD = 56;
const LEGEND = { top: 16, width: 280, height: 8, gap: 20, room: 44 };
/** Below an empty cell of the legend. */
const RULE = { y1: LEGEND.top + LEGEND.height, y2: LEGEND.top + LEGEND.height, dash: false };
const NOTHING = { spot: null, band: null };

/** The whole map as it is taken away, with the colours' meaning above it. */
export function mapDrawing(): Drawing {
  const runs = selectedRuns.value;
  const draft = { width: WIDTH, height: HEAD + ROW * rows.value.length };
  const place = (height: number) =>
    layOutMap(
      rows.value,
      columns.value.length,
      runs.length,
      { width: WIDTH, height },
      measure.value,
    );
  const layout = place(place(draft.height).height);
  return {
    title: legendTitle(statistic.value),
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
    cutLabel(label(left, 12, runs[panel] ?? "", ink), right - left, measure.value),
  );
  return { ...emptyScene({ left: 0, top: 0, right: 0, bottom: 0 }), labels };
}

function paintLegend(on: Painter): void {
  const { ramp, palette } = colors.value;
  const { top, width, height } = LEGEND;
  const scene = emptyScene({ left: 0, top: 0, right: WIDTH, bottom: top + 2 * height });
  const swatch = (x: number, size: number, color: string | undefined) => {
    on.fillStyle = color ?? palette.ground;
    on.fillRect(x, top, size, height);
  };
  let x = 0;
  if (statistic.value !== "non_finite") {
    const shades = ramp.slice(0, SHADES + 1);
    const shade = width / shades.length;
    for (const [i, color] of shades.entries()) swatch(i * shade, shade + 0.5, color);
    for (const { at, text } of legendMarks(shaded.value.domain, statistic.value)) {
      const align = at === 0 ? "left" : at === 1 ? "right" : "center";
      scene.labels.push(label(at * width, top - 8, text, palette.faint, align));
    }
    x = width + LEGEND.gap;
  }
  for (const { look, text } of legendKeys()) {
    const box = { left: x, right: x + 12, top, bottom: top + height };
    if (look === "broken") scene.hatches.push({ ...box, color: palette.alarm });
    else if (look === "blank")
      scene.rules.push({ ...RULE, color: palette.faint, x1: x, x2: x + 12 });
    else swatch(x, 12, ramp[look]);
    scene.labels.push(label(x + 18, top + height / 2, text, palette.faint));
    x += 18 + measure.value(text, LABEL_SIZE, false) + LEGEND.gap;
  }
  paintScene(on, scene);
}
