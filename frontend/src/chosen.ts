import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { DEFAULT_VIEW, type View } from "./model/address";
import { isMeasured } from "./model/statistics";

/** What the person chose: the whole view, and its parts for whatever rests on one of them alone. */

export const view = signal<View>(DEFAULT_VIEW);

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
export const chosenStep = part((whole) => whole.step);

/** What the charts consist of: a view of steps has a chart for each run, others one for all of them. */
export const drawing = part(({ view: kind, rows }): Pick<View, "rows"> & { kind: View["view"] } => {
  if (kind === "compare") return { kind, rows: "runs" };
  return { kind, rows: kind === "ridgeline" || kind === "overlay" ? rows : "steps" };
});

/** Whether a chart shows the steps of one run; else it shows all runs, or all layers, at one step. */
export const isOfSteps = () => drawing.value.rows === "steps";

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
export const sorting = part((whole) => whole.sort);
export const trend = part((whole) => whole.trend);
export const shades = part((whole) => whole.shades);
export const wantsDistances = part(
  ({ view: kind, statistic: chosen }) => kind === "map" && isMeasured(chosen),
);
export const order = part((whole) => whole.order);
export const baseline = part((whole) => whole.baseline);
export const pins = part((whole) => whole.pins);

export const chosenPicks = part(({ a, b, baseline: reference }) => ({ a, b, baseline: reference }));

export function change(part: Partial<View>): void {
  view.value = { ...view.value, ...part };
}
