import { change, focus, view } from "../chosen";
import type { View } from "../model/address";
import { steps } from "../state";
import { current, sought } from "./sought";

/** Leads from full size back to all layers, to where the parameter lies among them. */
export function showAll(): void {
  if (focus.peek() === null) return;
  sought.value = current.peek();
  change({ focus: null });
}

/** Chooses a view; one of all layers takes the place of a single parameter. */
export function showView(kind: View["view"]): void {
  if (kind === "map" || kind === "table") showAll();
  change({ view: kind });
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
  const { view: kind, rows } = view.peek();
  if (kind !== "ridgeline" && kind !== "overlay") return;
  const choices: readonly View["rows"][] =
    focus.peek() === null ? ROWS : ROWS.filter((one) => one !== "layers");
  const at = choices.indexOf(rows);
  showRows(choices[(at + 1) % choices.length] ?? "steps");
}

export function showRows(rows: View["rows"]): void {
  if (rows === "layers") showAll();
  change({ rows });
}

/** Shows a step; from the newest on, or without one, whatever is the newest. */
export function showStep(at: number | undefined): void {
  const isNewest = at === undefined || at >= (steps.peek().at(-1) ?? 0);
  change({ step: isNewest ? null : at });
}
