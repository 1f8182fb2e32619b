import { computed, signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { focus } from "../chosen";
import { keyOf, parametersOfRuns } from "../state";
import type { Scroller } from "./size";

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

/**
 * Scrolls to what is sought as soon as there is room, with the focus if what had it is gone. `topOf` tells where a
 * parameter lies; `null`: nowhere.
 */
export function useSought(
  { ref, size, scrolled }: Scroller,
  topOf: (key: string) => number | null,
): void {
  const key = sought.value;
  const hasRoom = size.value.height > 0;
  // Once what scrolls is as high as all that it holds.
  useLayoutEffect(() => {
    const box = ref.current;
    if (key === null || box === null || !hasRoom) return;
    box.scrollTop = topOf(key) ?? box.scrollTop;
    scrolled.value = box.scrollTop;
    if (document.activeElement === document.body) box.focus({ preventScroll: true });
    sought.value = null;
  }, [key, hasRoom]);
}
