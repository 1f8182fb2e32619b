import { effect, signal } from "@preact/signals";
import { change } from "../../chosen";
import { cancelFrame, nextFrame } from "../../frame";
import { visible } from "../../host";
import { clamp } from "../../model/clamp";
import { step, steps } from "../../state";
import { showStep } from "../show";

/** The film of all steps takes about so long, within bounds for a single step. */
const FILM_MS = 6000;
const SHORTEST_MS = 40;
const LONGEST_MS = 500;

export const playing = signal(false);

let shownAt = 0;

/** Starts the film of the steps, from the first one if it stands at the end; or pauses it. */
export function togglePlay(): void {
  if (!playing.value) {
    const newest = steps.value.at(-1) ?? 0;
    if ((step.value ?? newest) >= newest) change({ step: steps.value[0] ?? null });
    shownAt = performance.now();
  }
  playing.value = !playing.value;
}

function advance(now: number): void {
  const all = steps.value;
  const pause = clamp(FILM_MS / all.length, SHORTEST_MS, LONGEST_MS);
  if (now - shownAt >= pause) {
    shownAt = now;
    const next = all.find((one) => one > (step.value ?? 0));
    showStep(next);
    if (next === undefined || next === all.at(-1)) playing.value = false;
  }
  if (playing.value && visible.value) nextFrame(advance, advance);
}

/** While another tab is in front, the film waits. */
effect(() => {
  if (playing.value && visible.value) nextFrame(advance, advance);
  else cancelFrame(advance);
});
