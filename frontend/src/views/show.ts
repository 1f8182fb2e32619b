import { change } from "../chosen";
import type { View } from "../model/address";

/** Chooses a view; one of all layers takes the place of a single parameter. */
export function showView(kind: View["view"]): void {
  change({ view: kind, ...(kind === "map" || kind === "table" ? { focus: null } : {}) });
}

/** Ends that lie closer than this, of the larger one, are one value to the server. */
const NARROWEST = 1e-8;

/** Shows the values between two, unless they are too close to have any between them. */
export function showValues(low: number, high: number): void {
  const larger = Math.max(Math.abs(low), Math.abs(high));
  if (high - low >= Math.max(NARROWEST * larger, 1e-29)) change({ window: [low, high] });
}

export function showRows(rows: View["rows"]): void {
  change({ rows, ...(rows === "layers" ? { focus: null } : {}) });
}
