import { signal } from "@preact/signals";

/** What the pointer stands on, in whichever chart: it is marked in all of them. */
export interface Pointer {
  /** The place on the value axis. */
  at: number;
  /** The step, in a chart of steps. */
  step: number | null;
}

export const pointer = signal<Pointer | null>(null);
