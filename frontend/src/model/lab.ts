import { convertLabToRgb, convertRgbToLab, type Lab, type Rgb } from "culori/fn";

/** Colours as `#rrggbb` and in CIELAB, where equal steps look equally large. */

function rgbOf(hex: string): Rgb {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return { mode: "rgb", r: part(1), g: part(3), b: part(5) };
}

/** The nearest colour that a screen can show. */
function hexOf({ r, g, b }: Rgb): string {
  const parts = [r, g, b].map((part) => Math.round(255 * Math.min(1, Math.max(0, part))));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

export const labOf = (hex: string): Lab => convertRgbToLab(rgbOf(hex));

export const hexOfLab = (l: number, a: number, b: number): string =>
  hexOf(convertLabToRgb({ l, a, b }));

/** What is seen where `front` covers `back` but for a share. */
export function mixed(front: string, back: string, share: number): string {
  const [x, y] = [rgbOf(front), rgbOf(back)];
  const part = (key: "r" | "g" | "b") => x[key] + (y[key] - x[key]) * share;
  return hexOf({ mode: "rgb", r: part("r"), g: part("g"), b: part("b") });
}
