import type { Theme } from "./colors";
import { hexOfLab, labOf } from "./lab";

/**
 * Colours for numbers. Of either theme's sequential ramp the upper end stands out most against the ground, and lightness
 * falls or rises all the way. The lower end still differs from the ground, which stands for "nothing logged".
 */

/** After matplotlib's viridis; both ends leave room for what lies far beyond them. */
const SEQUENTIAL: Record<Theme, readonly string[]> = {
  light: ["#f6f3b8", "#d3e26a", "#7ccb5d", "#35b779", "#21918c", "#31688e", "#443983", "#481f70"],
  dark: ["#481f70", "#443983", "#31688e", "#21918c", "#35b779", "#6dcd59", "#b4de2c", "#f0e51f"],
};
/** From below zero, by a neutral middle, to above zero. Red is left to what is broken. */
const DIVERGING: Record<Theme, readonly string[]> = {
  light: ["#3d43a6", "#6675c9", "#a9b6e2", "#ebebeb", "#ecc08a", "#c97a1f", "#8a4b00"],
  dark: ["#a9b8fa", "#7d90e6", "#5a64a0", "#484848", "#8f6a35", "#d0913f", "#f3bd6f"],
};
/** What lies far below and far above a ramp. */
const FAR: Record<Theme, { sequential: [string, string]; diverging: [string, string] }> = {
  light: { sequential: ["#f6f3b8", "#0a0010"], diverging: ["#0b0636", "#2e1400"] },
  dark: { sequential: ["#481f70", "#ffffff"], diverging: ["#eef1ff", "#fff3e0"] },
};

/** How many shades a ramp has: more than the eye tells apart, few enough for neighbours to be painted in one go. */
export const SHADES = 96;
/** The shades after those of the ramp. */
export const FAR_BELOW = SHADES + 1;
export const FAR_ABOVE = SHADES + 2;

function sampled(anchors: readonly string[], count: number): string[] {
  const points = anchors.map(labOf);
  const last = points.length - 1;
  return Array.from({ length: count }, (_, i) => {
    const position = (i / (count - 1)) * last;
    const below = Math.min(Math.floor(position), last - 1);
    const [a, b] = points.slice(below, below + 2);
    const part = (key: "l" | "a" | "b") =>
      (a?.[key] ?? 0) + ((b?.[key] ?? 0) - (a?.[key] ?? 0)) * (position - below);
    return hexOfLab(part("l"), part("a"), part("b"));
  });
}

const made = new Map<string, readonly string[]>();

/** The shades of a ramp, from low to high, and two for what is far beyond; for signed numbers zero is in the middle. */
export function ramp(kind: "sequential" | "diverging", theme: Theme): readonly string[] {
  const key = `${kind} ${theme}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const anchors = (kind === "sequential" ? SEQUENTIAL : DIVERGING)[theme];
  const shades = [...sampled(anchors, SHADES + 1), ...FAR[theme][kind]];
  made.set(key, shades);
  return shades;
}
