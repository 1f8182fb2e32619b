import { signal } from "@preact/signals";

/** What the pointer stands on, in whichever chart: it is marked in all of them. */
export interface Pointer {
  /** The place on the value axis; `null` over numbers over the steps. */
  at: number | null;
  /** The step, where there are steps. */
  step: number | null;
}

export const pointer = signal<Pointer | null>(null);

/** The pixel that an event is at, from the upper left corner of what listens. */
export function pixelOf({ currentTarget, clientX, clientY }: MouseEvent): { x: number; y: number } {
  const { left, top } = (currentTarget as Element).getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
