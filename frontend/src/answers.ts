import { computed, signal } from "@preact/signals";
import type { Outline, Progress, Runs } from "./api";
import { baseline, chosenRuns } from "./chosen";
import { hostRuns } from "./host";
import type { DistancesOfRun } from "./model/distances";
import type { Densities } from "./model/series";

/** What the server has said, and of which runs it is asked. */

export interface Load<T> {
  /** The last good answer; kept while a newer one is on its way and when that fails. */
  value: T | null;
  pending: boolean;
  failure: string | null;
  /** When the value was read, in seconds since 1970. */
  at?: number;
}

export const NOTHING = { value: null, pending: false, failure: null } as const;

export const runs = signal<Load<Runs>>(NOTHING);
export const outlines = signal<ReadonlyMap<string, Load<Outline>>>(new Map());
/** How much of their event files is read, of the runs for which that is being waited for. */
export const progress = signal<ReadonlyMap<string, Progress>>(new Map());
export const densities = signal<ReadonlyMap<string, Load<Densities>>>(new Map());
/** How far the series of each run moved; asked for where the map shows it. */
export const distances = signal<ReadonlyMap<string, Load<DistancesOfRun>>>(new Map());

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

/** The runs that are asked for: those selected, and the one that all charts show as a reference. */
export const loadedRuns = computed((): string[] => {
  const reference = baseline.value;
  const isMissing =
    reference !== null &&
    runNames.value.includes(reference) &&
    !selectedRuns.value.includes(reference);
  return isMissing ? [...selectedRuns.value, reference] : selectedRuns.value;
});

/** The run's place in TensorBoard's list, which decides its colour. */
export function colorIndex(run: string): number {
  const index = hostRuns.value.indexOf(run);
  return index >= 0 ? index : runNames.value.indexOf(run);
}
