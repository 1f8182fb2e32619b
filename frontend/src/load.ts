import { effect, type Signal } from "@preact/signals";
import {
  densities,
  distances,
  type Load,
  loadedRuns,
  NOTHING,
  outlines,
  progress,
  runs,
  selectedRuns,
} from "./answers";
import {
  type DensityQuestion,
  fetchDensities,
  fetchDistances,
  fetchOutline,
  fetchProgress,
  fetchRuns,
  type Progress,
} from "./api";
import { densityQuestion, focus, wantsDistances } from "./chosen";
import { visible } from "./host";
import { type DistancesOfRun, joinedDistances } from "./model/distances";
import { formatTime } from "./model/format";
import { fitting, inParts } from "./model/parts";
import { type Densities, joined, withoutRest } from "./model/series";
import { shownTags } from "./state";

/** Keeps the answers in `answers` in step with what is selected. Of two answers to one question the newer wins. */

const RETRY_MS = 5000;

/** As many charts fill a large screen. */
const FIRST_CHARTS = 30;

interface Asked {
  question: string;
  /** Whether it failed or was asked before the newest reload: when it is wanted, it is asked again. */
  isStale: boolean;
  isPending: boolean;
  abort: AbortController;
  /** Done when the answer is there or has failed; never rejects. */
  done: Promise<void>;
}

const asked = new Map<string, Asked>();
let retry: ReturnType<typeof setTimeout>;

/**
 * Asks once for `question`, and again when it is stale. A question under the same name that is still on its way is
 * called off. The fetcher may give a part of the answer early.
 */
function keep<T>(
  name: string,
  question: string,
  fetcher: (signal: AbortSignal, early: (part: T) => void) => Promise<T>,
  set: (change: (load: Load<T>) => Load<T>) => void,
): Promise<void> {
  const before = asked.get(name);
  if (before?.question === question && !before.isStale) return before.done;
  before?.abort.abort();
  const abort = new AbortController();
  const answer = async () => {
    try {
      const early = (value: T) => {
        if (!abort.signal.aborted) set((load) => ({ ...load, value }));
      };
      const value = await fetcher(abort.signal, early);
      const at = Date.now() / 1000;
      if (!abort.signal.aborted) set(() => ({ value, pending: false, failure: null, at }));
    } catch (error) {
      if (abort.signal.aborted) return;
      const failed = asked.get(name);
      if (failed !== undefined) failed.isStale = true;
      const failure = error instanceof Error ? error.message : String(error);
      set((load) => ({
        ...load,
        pending: false,
        failure: load.at ? `${failure} Last read: ${formatTime(load.at)}.` : failure,
      }));
      clearTimeout(retry);
      retry = setTimeout(askStale, RETRY_MS);
    }
  };
  set((load) => ({ ...load, pending: true }));
  const one = { question, isStale: false, isPending: true, abort, done: answer() };
  one.done.finally(() => {
    one.isPending = false;
  });
  asked.set(name, one);
  return one.done;
}

/** Calls off what is on its way under a name. */
function callOff(name: string): void {
  const one = asked.get(name);
  if (!one?.isPending) return;
  one.abort.abort();
  asked.delete(name);
}

function setIn<T>(map: Signal<ReadonlyMap<string, Load<T>>>, key: string) {
  return (change: (load: Load<T>) => Load<T>) => {
    const next = new Map(map.peek());
    map.value = next.set(key, change(next.get(key) ?? NOTHING));
  };
}

function loadRuns(): Promise<void> {
  return keep("runs", "", fetchRuns, (change) => {
    runs.value = change(runs.peek());
  });
}

function loadSelected(names: readonly string[]): void {
  const question = densityQuestion.peek();
  const { read } = question;
  for (const run of names) {
    const outline = keep(
      `outline ${run}`,
      read,
      (signal) => fetchOutline({ run, read }, signal),
      setIn(outlines, run),
    );
    keep<Densities>(
      `densities ${run}`,
      JSON.stringify(question),
      (signal, early) => fetchRun({ run, ...question }, outline, signal, early),
      setIn(densities, run),
    );
  }
}

/** Calls off what is asked about runs that nobody wants to see any more. */
function forget(names: readonly string[]): void {
  for (const name of asked.keys()) {
    const [, run] = /^(?:densities|distances) (.*)$/s.exec(name) ?? [];
    if (run !== undefined && !names.includes(run)) callOff(name);
  }
}

/** Of the same steps as the densities; those of other steps are not shown meanwhile. */
function loadDistances(names: readonly string[]): void {
  if (!wantsDistances.peek()) return;
  const { read, from, to } = densityQuestion.peek();
  const question = { read, ...(from === undefined ? {} : { from, to }) };
  const text = JSON.stringify(question);
  for (const run of names) {
    const name = `distances ${run}`;
    const set = setIn(distances, run);
    if (asked.get(name)?.question !== text) set(() => NOTHING);
    const fetcher = async (signal: AbortSignal, early: (part: DistancesOfRun) => void) => {
      const isFirst = distances.peek().get(run)?.value == null;
      const answer = await inParts(
        (tags) => fetchDistances({ run, ...question, ...(tags && { tags }) }, signal),
        joinedDistances,
        isFirst ? (part) => early(part.distances) : undefined,
      );
      return answer.distances;
    };
    keep(name, text, fetcher, set);
  }
}

/** The whole run; before it, if nothing of it is shown yet, what is seen without scrolling. */
async function fetchRun(
  question: DensityQuestion,
  outline: Promise<void>,
  signal: AbortSignal,
  early: (part: Densities) => void,
): Promise<Densities> {
  const before = densities.peek().get(question.run)?.value;
  const fetching = async () => {
    if (before == null) {
      await outline;
      const tags = fitting(firstTags(question.run));
      if (tags.length > 0) early(await fetchDensities({ ...question, tags }, signal));
    }
    const ask = (tags?: readonly string[]) =>
      tags === undefined
        ? fetchDensities(question, signal, before)
        : fetchDensities({ ...question, tags }, signal);
    // What was there is whole: it stays until the newer answer is.
    return withoutRest(await inParts(ask, joined, before == null ? early : undefined));
  };
  const answer = fetching();
  followProgress(question.run, signal, answer);
  return answer;
}

const FOLLOW_MILLISECONDS = 300;

/** Says how far the server is until the answer about a run is there. */
async function followProgress(
  run: string,
  signal: AbortSignal,
  answer: Promise<unknown>,
): Promise<void> {
  let waiting = true;
  const end = () => {
    waiting = false;
  };
  answer.then(end, end);
  const set = (now: Progress | null) => {
    const next = new Map(progress.peek());
    if (now === null) next.delete(run);
    else next.set(run, now);
    progress.value = next;
  };
  while (waiting && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MILLISECONDS));
    if (!waiting) break;
    // Whatever is wrong is said where the answer is asked for.
    await fetchProgress(run, signal).then(set, () => {});
  }
  if (progress.peek().has(run)) set(null);
}

/** The series at the top of the page, if there are more; the one at full size, if there is one. */
function firstTags(run: string): string[] {
  const opened = focus.peek();
  if (opened !== null) return opened.run === run ? [opened.tag] : [];
  const shown = shownTags(run);
  const most = Math.ceil(FIRST_CHARTS / selectedRuns.peek().length);
  return shown.length > most ? shown.slice(0, most) : [];
}

let stale = false;

/** Asks everything again, now or as soon as the tab is in front. */
export function reload(): Promise<void> {
  for (const one of asked.values()) one.isStale = true;
  return askStale();
}

async function askStale(): Promise<void> {
  stale = !visible.peek();
  if (stale) return;
  await loadRuns();
  loadSelected(loadedRuns.peek());
  loadDistances(selectedRuns.peek());
}

export function startLoading(): void {
  loadRuns();
  let before = "";
  effect(() => {
    const names = loadedRuns.value;
    const question = JSON.stringify([names, densityQuestion.value]);
    if (question === before) return;
    before = question;
    forget(names);
    loadSelected(names);
  });
  effect(() => {
    // Whatever of these changes, what is there already is not asked for again.
    if (wantsDistances.value && densityQuestion.value) loadDistances(selectedRuns.value);
  });
  effect(() => {
    if (visible.value && stale) reload();
  });
}
