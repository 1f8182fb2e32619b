import { change } from "../chosen";
import type { View } from "../model/address";

/** Chooses a view; one of all layers takes the place of a single parameter. */
export function showView(kind: View["view"]): void {
  change({ view: kind, ...(kind === "map" || kind === "table" ? { focus: null } : {}) });
}

export function showRows(rows: View["rows"]): void {
  change({ rows, ...(rows === "layers" ? { focus: null } : {}) });
}
