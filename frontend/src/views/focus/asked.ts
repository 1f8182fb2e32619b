import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fetchDensities, fetchHistogram } from "../../api";
import { densityQuestion, reading } from "../../chosen";
import type { Histogram } from "../../model/logged";
import { rowAtStep, type Series } from "../../model/series";
import { step } from "../../state";

/** What is asked for when one parameter is opened. */

/** At full size there is room for more bins, more steps and finer heights than the answer for all layers brings. */
const FINE = { bins: 256, steps: 200, bits: 16 } as const;

/** The series as finely as it is known, once it has come; after a reload the one before until then. */
export function useFine(series: Series) {
  const fine = useSignal<Series | null>(null);
  const question = densityQuestion.value;
  useEffect(() => {
    fine.value = null;
  }, [question]);
  useEffect(() => {
    const abort = new AbortController();
    const { run, tag } = series;
    const set = (found: Series | undefined) => {
      if (!abort.signal.aborted) fine.value = found ?? null;
    };
    fetchDensities({ run, tags: [tag], ...question, ...FINE }, abort.signal).then(
      (answer) => set(answer.series.find(({ length }) => length > 0)),
      // The coarser one is there, and whatever is wrong is said where all layers are asked for.
      () => set(undefined),
    );
    return () => abort.abort();
  }, [series, question]);
  return fine;
}

/** The exact histogram of a series at the scrubber's step. */
export function useHistogram(series: Series) {
  const histogram = useSignal<Histogram | null>(null);
  const failure = useSignal("");
  const { run, tag } = series;
  const read = reading.value;
  const at = series.exactSteps[rowAtStep(series, step.value)] ?? 0n;
  useEffect(() => {
    const abort = new AbortController();
    fetchHistogram({ run, tag, step: at, read }, abort.signal).then(
      (answer) => {
        histogram.value = answer;
        failure.value = "";
      },
      (error: unknown) => {
        if (!abort.signal.aborted) failure.value = String((error as Error).message);
      },
    );
    return () => abort.abort();
  }, [series, run, tag, at, read]);
  return { histogram: histogram.value, failure: failure.value };
}
