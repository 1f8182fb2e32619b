import { convertLabToRgb, convertRgbToLab, type Lab, parseHex, type Rgb } from "culori/fn";

/** Colours as `#rrggbb` and in CIELAB, where equal steps look equally large. */

const BLACK: Rgb = { mode: "rgb", r: 0, g: 0, b: 0 };

const rgbOf = (hex: string): Rgb => parseHex(hex) ?? BLACK;

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
