import { guessed, type Measure } from "../scene/text";
import { fontOf } from "./paint";

/** Asks the fonts that the page has by now how wide texts are; each text once. */
export function measurer(): Measure {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return guessed;
  const known = new Map<string, number>();
  return (text, size, strong) => {
    const font = fontOf(size, strong);
    const key = `${font} ${text}`;
    let width = known.get(key);
    if (width === undefined) {
      context.font = font;
      width = context.measureText(text).width;
      known.set(key, width);
    }
    return width;
  };
}

/** The same once the fonts of a page's heading are there, in which nothing may have been written yet. */
export async function loadedMeasurer(): Promise<Measure> {
  const weights = [false, true].map((strong) => document.fonts.load(fontOf(12, strong)));
  await Promise.allSettled(weights);
  return measurer();
}
