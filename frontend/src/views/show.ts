import { change, view } from "../chosen";
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

const ROWS = ["steps", "layers", "runs"] as const;

/** Chooses the next rows, where a view has some; at full size there is one layer. */
export function nextRows(): void {
  const { view: kind, rows, focus } = view.peek();
  if (kind !== "ridgeline" && kind !== "overlay") return;
  const choices: readonly View["rows"][] =
    focus === null ? ROWS : ROWS.filter((one) => one !== "layers");
  const at = choices.indexOf(rows);
  showRows(choices[(at + 1) % choices.length] ?? "steps");
}

export function showRows(rows: View["rows"]): void {
  change({ rows, ...(rows === "layers" ? { focus: null } : {}) });
}
