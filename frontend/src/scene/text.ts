/** How wide texts are. */

/** Pixels for each character of a label, about: places that need no more are laid out with these. */
export const CHARACTER = 6.3;
export const STRONG_CHARACTER = 6.6;
/** Pixels that the letters of a label are high. */
export const LABEL_SIZE = 11;

/** The width of a text in a font of so many pixels, in pixels. */
export type Measure = (text: string, size: number, strong: boolean) => number;

/** About right, for where no font can be asked: in tests, and where a browser gives no canvas. */
export const guessed: Measure = (text, size, strong) => {
  const one = ((strong ? STRONG_CHARACTER : CHARACTER) * size) / LABEL_SIZE;
  return [...text].reduce((sum, sign) => sum + one * (isWide(sign) ? 2 : 1), 0);
};

const isWide = (sign: string) => (sign.codePointAt(0) ?? 0) >= 0x1100;

/** The text without its middle where it would be wider than `room`: as much of it as there is room for. */
export function fitted(
  text: string,
  room: number,
  size: number,
  measure: Measure = guessed,
  strong = false,
): string {
  const fits = (one: string) => measure(one, size, strong) <= room;
  if (fits(text)) return text;
  const signs = [...text];
  const without = (count: number) => {
    const from = Math.max(0, Math.floor(signs.length / 2) - Math.ceil(count / 2));
    return `${signs.slice(0, from).join("")}…${signs.slice(from + count).join("")}`;
  };
  let [fewest, most] = [1, signs.length];
  while (fewest < most) {
    const middle = Math.floor((fewest + most) / 2);
    if (fits(without(middle))) most = middle;
    else fewest = middle + 1;
  }
  return without(fewest);
}
