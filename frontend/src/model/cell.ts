import type { Statistic } from "./address";
import { formatCount } from "./format";
import type { Matrix } from "./matrix";
import type { Series } from "./series";
import {
  type Distances,
  isDistance,
  referenceRow,
  STATISTIC_WORDS,
  statisticText,
  valuesOf,
} from "./statistics";

/** The map and its cells in words. */

export interface CellWords {
  title: { layer: string; parameter: string };
  lines: { term: string; text: string; isAlarm: boolean }[];
}

/** What a cell stands for, with the value where it began and where it is now. */
export function cellWords(
  matrix: Matrix,
  cell: { panel: number; row: number; column: number },
  statistic: Statistic,
  distances: (series: Series) => Distances | undefined,
  isAwaited: (key: string, run: string) => boolean,
): CellWords | null {
  const panel = matrix.panels[cell.panel];
  const row = matrix.rows[cell.row];
  if (panel === undefined || row === undefined) return null;
  const series = panel.series[cell.row] ?? null;
  const record = panel.records[cell.row * matrix.columns.length + cell.column] ?? -1;
  const line = (term: string, text: string, isAlarm = false) => ({ term, text, isAlarm });
  const lines = [line("run", panel.run)];
  const step = matrix.columns[cell.column] ?? 0;
  if (series === null || record < 0) {
    const lack = isAwaited(row.key, panel.run) ? "being read …" : "not in this run";
    const why = series === null ? lack : "nothing logged here";
    lines.push(line("step", formatCount(step)), line(STATISTIC_WORDS[statistic].name, why));
    return { title: row, lines };
  }
  const moved = distances(series);
  const values = valuesOf(series, statistic, moved);
  const unitStep = isDistance(statistic) ? series.steps[referenceRow(series)] : undefined;
  const text = (at: number, unit?: number) =>
    statisticText(
      statistic,
      values[at] ?? Number.NaN,
      unit,
      moved?.mostUpdateRatio.get(series.steps[at] ?? Number.NaN),
    );
  const broken = series.nonFinite[record] === 1;
  lines.push(line("step", formatCount(series.steps[record] ?? step)));
  lines.push(
    line(
      STATISTIC_WORDS[statistic].name,
      text(record, unitStep),
      statistic === "non_finite" && broken,
    ),
  );
  if (broken && statistic !== "non_finite") lines.push(line("NaN or ∞", "seen", true));
  // The first step may have no change since the one before it.
  const isChange = statistic === "distance_previous" || statistic === "update_ratio";
  const first = isChange && Number.isNaN(values[0]) ? 1 : 0;
  lines.push(line("first", text(Math.min(first, series.length - 1))));
  lines.push(line("newest", text(series.length - 1)));
  return { title: row, lines };
}

export function cellSentence({ title, lines }: CellWords): string {
  const said = lines.map(({ term, text }) => `${term} ${text}`).join(", ");
  return `${title.layer} ${title.parameter}: ${said}.`;
}

/** The map for whoever can't see it: what it spans, and where it is highest. */
export function mapName(matrix: Matrix, statistic: Statistic): string {
  const { rows, columns, panels } = matrix;
  const { name } = STATISTIC_WORDS[statistic];
  const plural = (count: number, noun: string) =>
    `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
  const span =
    `Map of ${name}: ${plural(rows.length, "parameter")} by ${plural(columns.length, "step")}, ` +
    `${plural(panels.length, "run")}.`;
  const top = highest(matrix);
  if (top === null || statistic === "non_finite") return span + brokenSentence(matrix);
  const { layer, parameter } = rows[top.row] ?? { layer: "", parameter: "" };
  const size = statistic === "mean" ? "Furthest from zero" : "Highest";
  return (
    `${span} ${size}: ${layer} ${parameter}, run ${panels[top.panel]?.run}, step ` +
    `${formatCount(columns[top.column] ?? 0)}, ${statisticText(statistic, top.value)}.` +
    brokenSentence(matrix)
  );
}

function highest({ panels, columns }: Matrix) {
  let best: { panel: number; row: number; column: number; value: number } | null = null;
  for (const [panel, { values }] of panels.entries()) {
    for (const [cell, value] of values.entries()) {
      if (Math.abs(value) > Math.abs(best?.value ?? 0)) {
        const row = Math.floor(cell / columns.length);
        best = { panel, row, column: cell % columns.length, value };
      }
    }
  }
  return best;
}

function brokenSentence({ panels, rows }: Matrix): string {
  const names = new Set<string>();
  for (const { series } of panels) {
    for (const [row, one] of series.entries()) {
      if (one?.nonFinite.includes(1)) names.add(`${rows[row]?.layer} ${rows[row]?.parameter}`);
    }
  }
  if (names.size === 0) return "";
  return ` NaN or infinity in ${names.size === 1 ? [...names][0] : `${names.size} parameters`}.`;
}
