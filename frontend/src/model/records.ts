import type { Parameter } from "./series";

/** Tables of numbers for other programs. */

type Cell = number | string | null;

export interface Records {
  heads: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** What a row is about. */
export const NAMES = ["run", "layer", "parameter", "role", "tag"] as const;

export function namesOf(series: Parameter & { run: string }): string[] {
  return NAMES.map((name) => series[name]);
}

/** A header and a line for each row; what is not known is left empty. */
export function csvText({ heads, rows }: Records): string {
  const lines = [heads, ...rows].map((cells) =>
    cells.map((cell) => (typeof cell === "string" ? quoted(harmless(cell)) : (cell ?? ""))).join(),
  );
  return `${lines.join("\n")}\n`;
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

export function isoTime(seconds: number | null | undefined): string | null {
  const moment = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

/** Keeps a spreadsheet from running a name as a formula, as the server does. */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
