import { computed, type ReadonlySignal, type Signal } from "@preact/signals";
import { distances, selectedRuns } from "../answers";
import { between, change, shades, statistic } from "../chosen";
import { theme } from "../host";
import { PALETTES } from "../model/colors";
import { matrixOf, matrixRows, shadesOf } from "../model/matrix";
import { ramp } from "../model/ramps";
import type { Series } from "../model/series";
import { STATISTIC_WORDS } from "../model/statistics";
import type { MapColors } from "../scene/map";
import type { MapLayout, Spot } from "../scene/maplayout";
import type { Marks } from "../scene/mapmarks";
import { parametersOfRuns, seriesByParameter, shownLayers, step, steps } from "../state";

/** The map as it follows from what is known and chosen. */

/** What one map on the page holds beside that. */
export interface Drawing {
  layout: ReadonlySignal<MapLayout>;
  /** Pixels scrolled down. */
  scrolled: Signal<number>;
  /** The cell under the pointer or the key cursor. */
  spot: Signal<Spot | null>;
  band: Signal<Marks["band"]>;
}

export function distancesOf(series: Series) {
  return distances.value.get(series.run)?.value?.get(series.tag);
}

/** Whether a parameter that has come in no answer yet is one of the run. */
export function isAwaited(key: string, run: string): boolean {
  return parametersOfRuns.value.get(run)?.has(key) ?? false;
}

export const rows = computed(() => matrixRows(shownLayers.value));

/** The steps, within those that are chosen. */
export const columns = computed(() => {
  const [first, last] = between.value ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return steps.value.filter((one) => one >= first && one <= last);
});

export const matrix = computed(() =>
  matrixOf({
    rows: rows.value,
    columns: columns.value,
    runs: selectedRuns.value,
    statistic: statistic.value,
    seriesOf: (key, run) => seriesByParameter.value.get(key)?.get(run),
    distancesOf,
  }),
);

export const shaded = computed(() => shadesOf(matrix.value, statistic.value, shades.value));

export const rampKind = computed(() => {
  const { spacing } = STATISTIC_WORDS[statistic.value];
  return spacing === "signed" || spacing === "flag" ? "diverging" : "sequential";
});

export const colors = computed(
  (): MapColors => ({
    palette: PALETTES[theme.value],
    ramp: ramp(rampKind.value, theme.value),
  }),
);

/** The column of the scrubber's step; `null`: that lies outside the columns. */
export const stepColumn = computed(() => {
  const now = step.value;
  const last = columns.value.at(-1);
  if (now === null || last === undefined || now > last) return null;
  const at = columns.value.findLastIndex((one) => one <= now);
  return at < 0 ? null : at;
});

/** Opens a cell's parameter at its step. */
export function open(at: Spot): void {
  const key = rows.peek()[at.row]?.key;
  const run = selectedRuns.peek()[at.panel];
  const chosen = columns.peek()[at.column];
  if (key === undefined || run === undefined || chosen === undefined) return;
  const parameter = parametersOfRuns.peek().get(run)?.get(key);
  if (parameter === undefined) return;
  const isNewest = chosen === steps.peek().at(-1);
  change({ focus: { run, tag: parameter.tag }, step: isNewest ? null : chosen });
}

/** Shows the steps from one column to another, in either order. */
export function chooseColumns(from: number, to: number): void {
  const first = columns.peek()[Math.min(from, to)];
  const last = columns.peek()[Math.max(from, to)];
  if (first !== undefined && last !== undefined) change({ between: [first, last] });
}
