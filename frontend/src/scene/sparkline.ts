import type { Size } from "./scene";

/** Room for the ends of the line. */
const PAD = 1.5;

/** Numbers over their index as an SVG path, from the lowest to the highest; a gap where one is not finite. */
export function sparkline(values: ArrayLike<number>, { width, height }: Size): string {
  const place = sparkPlace(values, { width, height });
  let path = "";
  let isDown = false;
  for (let i = 0; i < values.length; i++) {
    const at = place(i);
    if (at !== null) path += `${isDown ? "L" : "M"}${at.x.toFixed(1)} ${at.y.toFixed(1)}`;
    isDown = at !== null;
  }
  return path;
}

/** Where the number at an index lies; `null` if it is not finite. */
export function sparkPlace(
  values: ArrayLike<number>,
  { width, height }: Size,
): (index: number) => { x: number; y: number } | null {
  const finite = Array.from(values).filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const span = finite.reduce((a, b) => Math.max(a, b), low) - low;
  const perIndex = (width - 2 * PAD) / Math.max(1, values.length - 1);
  return (index) => {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) return null;
    const share = span > 0 ? (value - low) / span : 0.5;
    return { x: PAD + index * perIndex, y: height - PAD - share * (height - 2 * PAD) };
  };
}
