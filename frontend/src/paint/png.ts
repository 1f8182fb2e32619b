import type { Size } from "../scene/scene";
import type { Painter } from "./paint";
import { clearedContext } from "./surface";

/** Beyond these browsers give a blank bitmap, or none. */
export const MOST_SIDE = 16_384;
export const MOST_PIXELS = 2 ** 26;
/** On paper and on sharp screens less than this looks soft. */
const LEAST_RATIO = 2;

/** Bitmap pixels for each CSS pixel: two or as many as the screen has, fewer where the bitmap would be too large. */
export function pngRatio({ width, height }: Size, screen: number): number {
  return Math.min(
    Math.max(LEAST_RATIO, screen),
    MOST_SIDE / width,
    MOST_SIDE / height,
    Math.sqrt(MOST_PIXELS / (width * height)),
  );
}

/**
 * A picture as a PNG file.
 *
 * @throws Error with a sentence for a person if the browser can't make a bitmap so large.
 */
export async function pngOf(
  size: Size,
  screen: number,
  paintOn: (painter: Painter) => void,
): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const context = clearedContext(canvas, size, pngRatio(size, screen));
  if (context !== null) paintOn(context);
  const file = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (context === null || file === null) {
    const pixels = `${canvas.width} × ${canvas.height}`;
    throw new Error(`The browser can't make a picture of ${pixels} pixels. SVG has no such limit.`);
  }
  return file;
}
