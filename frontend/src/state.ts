import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Outline, Progress, Runs } from "./api";
import { hostRuns } from "./host";
import { DEFAULT_VIEW, type Pick as Picked, type View } from "./model/address";
import type { DistancesOfRun } from "./model/distances";
import type { Kind } from "./model/kinds";
import { matcher, parameterKey } from "./model/names";
import { type LayerRow, mergeOutlines } from "./model/outline";
import {
  type Densities,
  type Notice,
  type Parameter,
  ROLES,
  type Series,
  stepsOf,
} from "./model/series";
import { isDistance } from "./model/statistics";

/** What the page knows and what the person chose. Everything else is computed from it. */

export interface Load<T> {
  /** The last good answer; kept while a newer one is on its way and when that fails. */
  value: T | null;
  pending: boolean;
  failure: string | null;
}

export const NOTHING = { value: null, pending: false, failure: null } as const;

export const view = signal<View>(DEFAULT_VIEW);
export const runs = signal<Load<Runs>>(NOTHING);
export const outlines = signal<ReadonlyMap<string, Load<Outline>>>(new Map());
/** How much of their event files is read, of the runs for which that is being waited for. */
export const progress = signal<ReadonlyMap<string, Progress>>(new Map());
export const densities = signal<ReadonlyMap<string, Load<Densities>>>(new Map());
/** How far the series of each run moved; asked for where the map shows it. */
export const distances = signal<ReadonlyMap<string, Load<DistancesOfRun>>>(new Map());

/** A part of the view: the same object for as long as nothing in it changes. */
function part<T>(choose: (whole: View) => T): ReadonlySignal<T> {
  const text = computed(() => JSON.stringify(choose(view.value)));
  return computed(() => JSON.parse(text.value) as T);
}

export const chosenRuns = part(({ runs: chosen }) => chosen);
export const typedRunFilter = part(({ runFilter }) => runFilter);
export const search = part(({ search: typed }) => typed);
export const hiddenKinds = part(({ hidden }) => hidden);
export const focus = part(({ focus: opened }) => opened);
export const reading = part(({ read }) => read);
export const hasSidebar = part(({ sidebar }) => sidebar);
export const between = part((whole) => whole.between);
const chosenStep = part((whole) => whole.step);

/** What the charts consist of: a view of steps has a chart for each run, others one for all of them. */
export const drawing = part(({ view: kind, rows }): Pick<View, "rows"> & { kind: View["view"] } => {
  if (kind === "compare") return { kind, rows: "runs" };
  return { kind, rows: kind === "ridgeline" || kind === "overlay" ? rows : "steps" };
});

/** How charts are scaled and labelled. */
export const scaling = part(
  ({ axis, range, scale, window, heights, overlap, time, baseline }): Scales => ({
    axis,
    range,
    scale,
    window,
    heights,
    overlap,
    time,
    baseline,
  }),
);
export type Scales = Pick<
  View,
  "axis" | "range" | "scale" | "window" | "heights" | "overlap" | "time" | "baseline"
>;

/** What the densities of all layers are asked for with. */
export const densityQuestion = part(({ axis, range, read, between: steps, window }) => ({
  // Standard deviations are counted out here, on linear grids.
  axis: axis === "symlog" ? ("symlog" as const) : ("linear" as const),
  range,
  read,
  ...(steps === null ? {} : { from: steps[0], to: steps[1] }),
  ...(window === null || axis === "sigma" ? {} : { low: window[0], high: window[1] }),
}));
export const statistic = part((whole) => whole.statistic);
export const shades = part((whole) => whole.shades);
export const wantsDistances = part(
  ({ view: kind, statistic: chosen }) => kind === "map" && isDistance(chosen),
);

export function change(part: Partial<View>): void {
  view.value = { ...view.value, ...part };
}

/** Runs to compare at first sight; with more than these the newest alone is shown until the person chooses. */
const RUNS_AT_FIRST = 3;

export const runNames = computed(() => runs.value.value?.runs.map(({ run }) => run) ?? []);

export const selectedRuns = computed((): string[] => {
  const known = runs.value.value?.runs ?? [];
  const chosen = chosenRuns.value;
  if (chosen !== null) return known.map(({ run }) => run).filter((run) => chosen.includes(run));
  const logged = known.filter(({ series }) => series > 0);
  if (logged.length <= RUNS_AT_FIRST)
    return (logged.length > 0 ? logged : known).map(({ run }) => run);
  const newest = logged.reduce((a, b) =>
    (b.last_wall_time ?? 0) > (a.last_wall_time ?? 0) ? b : a,
  );
  return [newest.run];
});

/** The run's place in TensorBoard's list, which decides its colour. */
export function colorIndex(run: string): number {
  const index = hostRuns.value.indexOf(run);
  return index >= 0 ? index : runNames.value.indexOf(run);
}

/** The parameters of each selected run, by key. */
export const parametersOfRuns = computed(
  (): ReadonlyMap<string, ReadonlyMap<string, Parameter>> => {
    const ofRun = (run: string) =>
      new Map(
        outlineOf(run).flatMap((row) => row.parameters.map((one) => [parameterKey(one), one])),
      );
    return new Map(selectedRuns.value.map((run) => [run, ofRun(run)]));
  },
);

/** Layers of all selected runs in network order. */
export const layers = computed(() => mergeOutlines(selectedRuns.value.map(outlineOf)));

function outlineOf(run: string): LayerRow[] {
  return (outlines.value.get(run)?.value?.layers ?? []).map(({ layer, kind, parameters }) => ({
    layer,
    kind,
    parameters: parameters.map(({ tag, parameter, role }) => ({ tag, layer, parameter, role })),
  }));
}

export const kindsPresent = computed((): Kind[] => {
  const present = new Set(layers.value.flatMap((row) => row.parameters.map(({ role }) => role)));
  return ROLES.filter((role) => present.has(role));
});

/** Layers and parameters that pass the search and the role chips. */
export const shownLayers = computed((): LayerRow[] => {
  const hidden = hiddenKinds.value;
  const matches = matcher(search.value);
  return layers.value
    .map((row) => ({
      ...row,
      parameters: row.parameters.filter(
        ({ role, parameter, tag }) =>
          !hidden.includes(role) && (matches(`${row.layer} ${parameter}`) || matches(tag)),
      ),
    }))
    .filter((row) => row.parameters.length > 0);
});

/** The tags of a run's shown parameters, in network order. */
export function shownTags(run: string): string[] {
  const ofRun = parametersOfRuns.value.get(run);
  return shownLayers.value
    .flatMap(({ parameters }) => parameters.map((one) => ofRun?.get(parameterKey(one))?.tag))
    .filter((tag) => tag !== undefined);
}

/** Series of the selected runs: by parameter, then by run. */
export const seriesByParameter = computed((): ReadonlyMap<string, ReadonlyMap<string, Series>> => {
  const byParameter = new Map<string, Map<string, Series>>();
  for (const run of selectedRuns.value) {
    for (const series of densities.value.get(run)?.value?.series ?? []) {
      const key = parameterKey(series);
      const ofRuns = byParameter.get(key) ?? new Map<string, Series>();
      byParameter.set(key, ofRuns.set(run, series));
    }
  }
  return byParameter;
});

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

const chosenPicks = part(({ a, b, baseline }) => ({ a, b, baseline }));

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

/** What a person must know of the selected runs, the gravest first, each once. */
export const notices = computed((): Notice[] => {
  const all = [
    ...(runs.value.value?.notices ?? []),
    ...selectedRuns.value.flatMap((run) => [
      ...(outlines.value.get(run)?.value?.notices ?? []),
      ...(densities.value.get(run)?.value?.notices ?? []),
    ]),
  ];
  const once = new Map(all.map((notice) => [`${notice.code} ${notice.text}`, notice]));
  const gravity = { error: 0, warning: 1, info: 2 };
  return [...once.values()].sort((a, b) => gravity[a.level] - gravity[b.level]);
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
