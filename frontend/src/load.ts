import { effect, type Signal } from "@preact/signals";
import { fetchDensities, fetchOutline, fetchRuns } from "./api";
import { visible } from "./host";
import { densities, type Load, NOTHING, outlines, runs, selectedRuns, view } from "./state";

/** Keeps the answers in `state` in step with what is selected. Of two answers to one question the newer wins. */

const asked = new Map<string, { question: string; abort: AbortController }>();

/**
 * Asks once for `question`, and again when `anew`. A question under the same name that is still on its way is called off.
 */
async function keep<T>(
  name: string,
  question: string,
  anew: boolean,
  fetcher: (signal: AbortSignal) => Promise<T>,
  set: (change: (load: Load<T>) => Load<T>) => void,
): Promise<void> {
  const before = asked.get(name);
  if (before?.question === question && !anew) return;
  before?.abort.abort();
  const abort = new AbortController();
  asked.set(name, { question, abort });
  set((load) => ({ ...load, pending: true }));
  try {
    const value = await fetcher(abort.signal);
    if (!abort.signal.aborted) set(() => ({ value, pending: false, failure: null }));
  } catch (error) {
    if (abort.signal.aborted) return;
    asked.delete(name);
    const failure = error instanceof Error ? error.message : String(error);
    set((load) => ({ ...load, pending: false, failure }));
  }
}

function setIn<T>(map: Signal<ReadonlyMap<string, Load<T>>>, key: string) {
  return (change: (load: Load<T>) => Load<T>) => {
    const next = new Map(map.peek());
    map.value = next.set(key, change(next.get(key) ?? NOTHING));
  };
}

function loadRuns(anew: boolean): Promise<void> {
  return keep("runs", "", anew, fetchRuns, (change) => {
    runs.value = change(runs.peek());
  });
}

function loadSelected(names: readonly string[], anew: boolean): void {
  const { axis, range } = view.peek();
  for (const run of names) {
    keep(`outline ${run}`, "", anew, (signal) => fetchOutline(run, signal), setIn(outlines, run));
    keep(
      `densities ${run}`,
      `${axis} ${range}`,
      anew,
      (signal) => fetchDensities({ run, axis, range }, signal),
      setIn(densities, run),
    );
  }
}

let stale = false;

/** Asks everything again, now or as soon as the tab is in front. */
export async function reload(): Promise<void> {
  if (!visible.peek()) {
    stale = true;
    return;
  }
  stale = false;
  await loadRuns(true);
  loadSelected(selectedRuns.peek(), true);
}

export function startLoading(): void {
  loadRuns(false);
  let before = "";
  effect(() => {
    const { axis, range } = view.value;
    const names = selectedRuns.value;
    const question = JSON.stringify([names, axis, range]);
    if (question === before) return;
    before = question;
    loadSelected(names, false);
  });
  effect(() => {
    if (visible.value && stale) reload();
  });
}
