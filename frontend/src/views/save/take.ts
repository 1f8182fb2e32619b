import { effect, signal } from "@preact/signals";
import { view } from "../../chosen";
import { pixelRatio, theme, viewAddress } from "../../host";
import { encodeView, type View } from "../../model/address";
import { PALETTES } from "../../model/colors";
import { fileName } from "../../model/filename";
import { csvOf, jsonOf, type Shown } from "../../model/rows";
import { pngOf } from "../../paint/png";
import { type Drawing, paintSheet } from "../../paint/sheet";
import { svgText } from "../../paint/svg";
import { cutShort, MOST_CHARTS, type Sheet, sheetColumns, sheetOf } from "../../scene/sheet";
import { isLoading } from "../../state";
import { copied, download } from "./download";

/** What is to be taken away; asked for when a person takes it. */
export interface Takeable {
  /** What it is: `dense kernel, run train`. */
  name: string;
  /** What files are called after, the most general first. */
  file(): string[];
  /** Left out where what is shown is no picture. */
  charts?(): readonly Drawing[];
  series(): readonly Shown[];
  /** What several charts have in common; charts of one unit stay in the same columns. */
  page?(): { heading: string; lines: string[]; unit: number };
  /** How the view that the link opens differs from the present one. */
  link?: Partial<View>;
}

export type FileKind = "png" | "svg" | "csv" | "json";

/** What was done last, and how it went. */
export const said = signal("");
/** A link that could not be copied, to be copied by hand. */
export const uncopied = signal<string | null>(null);

export async function save(what: Takeable, kind: FileKind): Promise<void> {
  if (isLoading.peek()) {
    said.value = "Waiting for what is still being read …";
    await loaded();
  }
  const name = fileName(what.file(), kind);
  said.value = `Making ${name} …`;
  // A page of many charts takes a moment, in which nothing else happens: first let that be seen.
  await new Promise((resolve) => setTimeout(resolve, 30));
  try {
    const { file, missing } = await fileOf(what, kind);
    download(name, file);
    said.value = `Saved ${name}. ${missing}`.trimEnd();
  } catch (error) {
    said.value = error instanceof Error ? error.message : String(error);
  }
}

/** Done when nothing is being read: what is taken away is whole. */
function loaded(): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (isLoading.value) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

async function fileOf(what: Takeable, kind: FileKind): Promise<{ file: Blob; missing: string }> {
  if (kind === "csv" || kind === "json") {
    const text = kind === "csv" ? csvOf(what.series()) : jsonOf(what.series());
    const type = kind === "csv" ? "text/csv;charset=utf-8" : "application/json";
    return { file: new Blob([text], { type }), missing: "" };
  }
  const drawings = what.charts?.() ?? [];
  const missing = drawings.length > MOST_CHARTS ? cutShort(drawings.length) : "";
  const sheet = sheetFor(what, drawings);
  if (kind === "png") {
    const file = await pngOf(sheet.size, pixelRatio.peek(), (on) => paintSheet(on, sheet));
    return { file, missing };
  }
  const text = svgText(sheet, (on) => paintSheet(on, sheet));
  return { file: new Blob([text], { type: "image/svg+xml" }), missing };
}

function sheetFor(what: Takeable, drawings: readonly Drawing[]): Sheet<Drawing> {
  const { heading, lines, unit } = what.page?.() ?? { heading: "", lines: [], unit: 1 };
  const count = Math.min(drawings.length, MOST_CHARTS);
  const columns = sheetColumns(count, unit, drawings[0]?.size ?? { width: 1, height: 1 });
  return sheetOf(drawings, { heading, lines, columns, palette: PALETTES[theme.peek()] });
}

export async function copyLink(link: Partial<View> = {}): Promise<void> {
  const address = viewAddress(encodeView({ ...view.peek(), ...link }));
  if (await copied(address)) said.value = "Copied the link.";
  else uncopied.value = address;
}
