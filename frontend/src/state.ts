import { computed } from "@preact/signals";
import { densities, loadedRuns, outlines, runs, selectedRuns } from "./answers";
import { change, chosenPicks, chosenStep, hiddenKinds, order, pins, search } from "./chosen";
import type { Pick as Picked } from "./model/address";
import { KINDS, type Kind, kindOf } from "./model/kinds";
import { matchedKey, matchingNotices, matchLayers, renamedRows } from "./model/matching";
import { matcher, parameterKey } from "./model/names";
import { orderRows } from "./model/order";
import { type LayerRow, mergeOutlines, withParameters } from "./model/outline";
import { resolvePins } from "./model/pins";
import {
  type Densities,
  type Notice,
  type Parameter,
  type Series,
  sizesOf,
  stepsOf,
} from "./model/series";

/** What follows from the answers and from what the person chose. */

/** The layers of each run under its own names, as far as they are known. */
const ownLayers = computed(
  (): ReadonlyMap<string, LayerRow[]> =>
    new Map(loadedRuns.value.map((run) => [run, outlineOf(run)])),
);

function outlineOf(run: string): LayerRow[] {
  return (outlines.value.get(run)?.value?.layers ?? []).map(({ layer, kind, parameters }) => ({
    layer,
    kind,
    parameters: parameters.map(({ tag, parameter, role }) => ({ tag, layer, parameter, role })),
  }));
}

/** The sizes that the answers so far have told, by run: an answer of some steps doesn't tell all. */
const told = new Map<string, { by: Densities; sizes: ReadonlyMap<string, number> }>();

function sizeOf(run: string, tag: string): number | null {
  const by = densities.value.get(run)?.value ?? null;
  let known = told.get(run);
  if (by !== null && by !== known?.by) {
    known = { by, sizes: sizesOf(by, known?.sizes ?? new Map()) };
    told.set(run, known);
  }
  return known?.sizes.get(tag) ?? null;
}

/** Layers that are those of another selected run under another name. */
const renamings = computed(() =>
  matchLayers(
    [...ownLayers.value].map(([run, layers]) => ({
      run,
      layers,
      sizeOf: ({ tag }: Parameter) => sizeOf(run, tag),
    })),
  ),
);

/**
 * The key that a parameter of a run has in common with what it is in the other selected runs; of no run (`null`), its
 * own.
 */
export function keyOf(run: string | null, parameter: Parameter): string {
  return run === null ? parameterKey(parameter) : matchedKey(parameter, renamings.value.get(run));
}

/** The parameters of each selected run under its own names, by key. */
export const parametersOfRuns = computed(
  (): ReadonlyMap<string, ReadonlyMap<string, Parameter>> => {
    const byKey = (run: string, rows: LayerRow[]) =>
      new Map(rows.flatMap((row) => row.parameters.map((one) => [keyOf(run, one), one])));
    return new Map([...ownLayers.value].map(([run, rows]) => [run, byKey(run, rows)]));
  },
);

/** What the layer of a parameter is called in runs that name it differently, each with its run. */
export function otherNames({ layer }: Parameter, key: string): string[] {
  return [...parametersOfRuns.value].flatMap(([run, ofRun]) => {
    const own = ofRun.get(key)?.layer ?? layer;
    return own === layer ? [] : [`${own} in run ${run}`];
  });
}

/** Layers of all selected runs in network order; each parameter under the name that its key has. */
export const layers = computed(() =>
  mergeOutlines(
    selectedRuns.value.map((run) =>
      renamedRows(ownLayers.value.get(run) ?? [], renamings.value.get(run)),
    ),
  ),
);

/** The kind of every parameter, by key. */
const kinds = computed(
  (): ReadonlyMap<string, Kind> =>
    new Map(
      layers.value.flatMap((row) =>
        row.parameters.map((one) => [parameterKey(one), kindOf(one, row)]),
      ),
    ),
);

/** The kinds of parameters there are, with how many there are of each. */
export const kindsPresent = computed((): ReadonlyMap<Kind, number> => {
  const counts = new Map<Kind, number>();
  for (const kind of kinds.value.values()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return new Map(
    KINDS.flatMap((kind) => (counts.has(kind) ? [[kind, counts.get(kind) ?? 0]] : [])),
  );
});

/** Layers and parameters that pass the search and the chips, in network order. */
export const matchingLayers = computed((): LayerRow[] => {
  const hidden = new Set(hiddenKinds.value);
  const matches = matcher(search.value);
  const isFound = (key: string) =>
    [...parametersOfRuns.value.values()].some((ofRun) => {
      const own = ofRun.get(key);
      return own !== undefined && (matches(`${own.layer} ${own.parameter}`) || matches(own.tag));
    });
  return withParameters(layers.value, (key) => {
    const kind = kinds.value.get(key);
    return kind !== undefined && !hidden.has(kind) && (search.value === "" || isFound(key));
  });
});

const pinnedKeys = computed(() =>
  resolvePins(pins.value, (key) => kinds.value.has(key), renamings.value.values()),
);

export function isPinned(key: string): boolean {
  return pinnedKeys.value.has(key);
}

/** Pins parameters, or takes the pins off if all of them have one. */
export function togglePin(...keys: string[]): void {
  const on = !keys.every(isPinned);
  const others = [...pinnedKeys.peek()].filter((key) => !keys.includes(key));
  change({ pins: on ? [...others, ...keys] : others });
}

const arranged = computed(() => {
  const isNot = (key: string) => !isPinned(key);
  const pinned = orderRows(withParameters(layers.value, isPinned), order.value, kinOf);
  const others = orderRows(withParameters(matchingLayers.value, isNot), order.value, kinOf);
  return { rows: [...pinned, ...others], pinned: pinned.length };
});

/**
 * What is shown, in the chosen order: first what is pinned, whatever is searched for, then what passes the search and
 * the chips. In some orders every parameter is a row of its own.
 */
export const shownLayers = computed((): LayerRow[] => arranged.value.rows);

/** How many of the shown rows, from the first, are pinned. */
export const pinnedCount = computed(() => arranged.value.pinned);

/** The tags of a run's shown parameters, as they are shown. */
export function shownTags(run: string): string[] {
  const ofRun = parametersOfRuns.value.get(run);
  return shownLayers.value
    .flatMap(({ parameters }) => parameters.map((one) => ofRun?.get(parameterKey(one))?.tag))
    .filter((tag) => tag !== undefined);
}

/** Series of the runs that are asked for: by parameter, then by run. */
export const seriesByParameter = computed((): ReadonlyMap<string, ReadonlyMap<string, Series>> => {
  const byParameter = new Map<string, Map<string, Series>>();
  for (const run of loadedRuns.value) {
    for (const series of densities.value.get(run)?.value?.series ?? []) {
      if (series.length === 0) continue;
      const key = keyOf(run, series);
      const ofRuns = byParameter.get(key) ?? new Map<string, Series>();
      byParameter.set(key, ofRuns.set(run, series));
    }
  }
  return byParameter;
});

/** A parameter in the selected runs, in their order. */
export function kinOf(key: string): Series[] {
  const ofRuns = seriesByParameter.value.get(key);
  return selectedRuns.value.flatMap((run) => ofRuns?.get(run) ?? []);
}

/** Every step that the selected runs show, ascending. */
export const steps = computed(() =>
  stepsOf(selectedRuns.value.flatMap((run) => densities.value.get(run)?.value?.series ?? [])),
);

/** Whether TensorBoard has left steps out that the event files hold. */
export const hasMoreSteps = computed(
  () =>
    notices.value.some(({ code }) => code === "sampled") &&
    selectedRuns.value.every((run) => outlines.value.get(run)?.value?.readings.includes("every")),
);

export const step = computed(() => chosenStep.value ?? steps.value.at(-1) ?? null);

/** The two histograms of every parameter that are compared; a step that is `null` is the scrubber's. */
export const picks = computed((): { a: Picked; b: Picked } | null => {
  const { a, b, baseline } = chosenPicks.value;
  const [first, second] = selectedRuns.value;
  if (first === undefined) return null;
  const known = (one: Picked | null) =>
    one !== null && selectedRuns.value.includes(one.run) ? one : null;
  const from = baseline !== null && selectedRuns.value.includes(baseline) ? baseline : first;
  const other = from === first ? (second ?? first) : first;
  const alone = other === from;
  return {
    a: known(a) ?? { run: from, step: alone ? (steps.value[0] ?? null) : null },
    b: known(b) ?? { run: other, step: null },
  };
});

/** What a person must know of the selected runs, the gravest first and of these the earliest, each once. */
export const notices = computed((): Notice[] => {
  const all = [
    ...(runs.value.value?.notices ?? []),
    ...selectedRuns.value.flatMap((run) => [
      ...(outlines.value.get(run)?.value?.notices ?? []),
      ...(densities.value.get(run)?.value?.notices ?? []),
    ]),
    ...matchingNotices(renamings.value),
  ];
  const once = new Map(all.map((notice) => [`${notice.code} ${notice.text}`, notice]));
  const gravity = { error: 0, warning: 1, info: 2 };
  const step = (one: Notice) => one.step ?? Number.POSITIVE_INFINITY;
  return [...once.values()].sort(
    (a, b) => gravity[a.level] - gravity[b.level] || Math.sign(step(a) - step(b)) || 0,
  );
});

export const unreadable = computed(() =>
  selectedRuns.value.flatMap((run) =>
    (densities.value.get(run)?.value?.unreadable ?? []).map((one) => ({ run, ...one })),
  ),
);

/** Why the newest answer is missing, in the server's words; what was there before is still shown. */
export const failure = computed((): string | null => {
  const loads = [
    runs.value,
    ...selectedRuns.value.flatMap((run) => [outlines.value.get(run), densities.value.get(run)]),
  ];
  return loads.find((load) => load?.failure)?.failure ?? null;
});

export const isLoading = computed(
  () =>
    runs.value.pending ||
    selectedRuns.value.some((run) => densities.value.get(run)?.pending ?? true),
);
