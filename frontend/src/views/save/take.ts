import { effect, signal } from "@preact/signals";
import { view } from "../../chosen";
import { pixelRatio, theme, viewAddress } from "../../host";
import { encodeView, type View } from "../../model/address";
import { PALETTES } from "../../model/colors";
import { fileName } from "../../model/filename";
import type { Behind } from "../../model/shown";
import type { Drawing } from "../../paint/sheet";
import { isLoading } from "../../state";
import { copied, download } from "./download";
import { type FileKind, fileOf, type Material } from "./files";

/** What is to be taken away; asked for when a person takes it. */
export interface Takeable {
  /** What it is: `dense kernel, run train`. */
  name: string;
  /** What files are called after, the most general first. */
  file(): string[];
  /** Left out where what is shown is no picture. */
  charts?(): readonly Drawing[];
  /** The numbers behind it, and what a line of their table is. */
  behind(): Behind;
  line: "step" | "bucket" | "number";
  /** What several charts have in common; charts of one unit stay in the same columns. */
  page?(): { heading: string; lines: string[]; unit: number };
  /** How the view that the link opens differs from the present one. */
  link?: Partial<View>;
}

/** A table of the numbers behind charts. */
export interface Opened {
  name: string;
  what: Takeable;
  opener: Element | null;
}

/** The table that is open. */
export const opened = signal<Opened | null>(null);

/** Opens the table with the numbers behind charts, in place of the one before. */
export function openTable(name: string, what: Takeable): void {
  opened.value = { name, what, opener: document.activeElement };
}

/** What was done last, and how it went. */
export const said = signal("");
/** A link that could not be copied, to be copied by hand. */
export const uncopied = signal<string | null>(null);

export async function save(what: Takeable, kind: FileKind): Promise<void> {
  if (isLoading.peek()) {
    said.value = "Waiting for what is still being read …";
    await loaded();
  }
  const name =
    kind === "bins" ? fileName([...what.file(), "histograms"], "csv") : fileName(what.file(), kind);
  said.value = `Making ${name} …`;
  // A page of many charts takes a moment, in which nothing else happens: first let that be seen.
  await new Promise((resolve) => setTimeout(resolve, 30));
  try {
    const { file, missing } = await fileOf(material(what, kind));
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

function material(what: Takeable, kind: FileKind): Material {
  const isPicture = kind === "png" || kind === "svg";
  return {
    kind,
    behind: isPicture ? { shown: [] } : what.behind(),
    drawings: isPicture ? (what.charts?.() ?? []) : [],
    ...(what.page?.() ?? { heading: "", lines: [], unit: 1 }),
    palette: PALETTES[theme.peek()],
    pixelRatio: pixelRatio.peek(),
  };
}

export async function copyLink(link: Partial<View> = {}): Promise<void> {
  const address = viewAddress(encodeView({ ...view.peek(), ...link }));
  if (await copied(address)) said.value = "Copied the link.";
  else uncopied.value = address;
}
