import { signal } from "@preact/signals";

/** The layer that the grid is to scroll to; `null`: stay. */
export const sought = signal<string | null>(null);
