import { computed, signal } from "@preact/signals";
import { focus } from "../chosen";
import { keyOf, parametersOfRuns } from "../state";

/** The key of the parameter that the charts are to scroll to; `null`: stay. */
export const sought = signal<string | null>(null);

/** The key of the first parameter in sight, as whatever shows the charts tells it. */
export const topmost = signal<string | null>(null);

/** The key of the parameter that a person is at: the one at full size, or the first in sight. */
export const current = computed((): string | null => {
  if (focus.value === null) return topmost.value;
  const { run, tag } = focus.value;
  for (const one of parametersOfRuns.value.get(run)?.values() ?? [])
    if (one.tag === tag) return keyOf(run, one);
  return null;
});
