import { signal } from "@preact/signals";

/** What the pointer stands on, in whichever chart: it is marked in all of them. */
export interface Pointer {
  /** The place on the value axis; `null` over numbers over the steps. */
  at: number | null;
  /** The step, where there are steps. */
  step: number | null;
}

export const pointer = signal<Pointer | null>(null);
