import type { Palette } from "../../model/colors";
import { csvText, jsonText } from "../../model/records";
import { binsCsvOf, csvOf, jsonOf } from "../../model/rows";
import type { Behind } from "../../model/shown";
import { loadedMeasurer } from "../../paint/measure";
import { pngOf } from "../../paint/png";
import { type Drawing, paintSheet } from "../../paint/sheet";
import { svgText } from "../../paint/svg";
import { cutShort, MOST_CHARTS, type Sheet, sheetColumns, sheetOf } from "../../scene/sheet";
import type { Measure } from "../../scene/text";

export type FileKind = "png" | "svg" | "csv" | "bins" | "json";

const CSV = "text/csv;charset=utf-8";
const TEXTS = {
  csv: { type: CSV, textOf: csvOf },
  bins: { type: CSV, textOf: binsCsvOf },
  json: { type: "application/json", textOf: jsonOf },
};

function textOf(kind: keyof typeof TEXTS, behind: Behind): string {
  if ("shown" in behind) return TEXTS[kind].textOf(behind.shown);
  return kind === "json" ? jsonText(behind.json) : csvText(behind.records);
}

/** What a file is made of, once everything is there. */
export interface Material {
  kind: FileKind;
  behind: Behind;
  drawings: readonly Drawing[];
  heading: string;
  lines: readonly string[];
  unit: number;
  palette: Palette;
  pixelRatio: number;
}

/** The file, and in words what is missing in it. Nothing here looks at the page: it is bundled apart from it. */
export async function fileOf(material: Material): Promise<{ file: Blob; missing: string }> {
  const { kind, behind, drawings, pixelRatio } = material;
  if (kind !== "png" && kind !== "svg") {
    const { type } = TEXTS[kind];
    return { file: new Blob([textOf(kind, behind)], { type }), missing: "" };
  }
  const missing = drawings.length > MOST_CHARTS ? cutShort(drawings.length) : "";
  const sheet = sheetFor(material, await loadedMeasurer());
  if (kind === "png") {
    const file = await pngOf(sheet.size, pixelRatio, (on) => paintSheet(on, sheet));
    return { file, missing };
  }
  const text = svgText(sheet, (on) => paintSheet(on, sheet));
  return { file: new Blob([text], { type: "image/svg+xml" }), missing };
}

function sheetFor(material: Material, measure: Measure): Sheet<Drawing> {
  const { drawings, heading, lines, unit, palette } = material;
  const count = Math.min(drawings.length, MOST_CHARTS);
  const columns = sheetColumns(count, unit, drawings[0]?.size ?? { width: 1, height: 1 });
  return sheetOf(drawings, { heading, lines: [...lines], columns, palette, measure });
}
