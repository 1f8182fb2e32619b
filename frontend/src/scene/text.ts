/** How wide texts are, about: to measure every label at every step would cost more than to paint it. */

/** Pixels for each character of a label. */
export const CHARACTER = 6.3;
export const STRONG_CHARACTER = 6.6;

/** The text without its middle where it would be wider than `room`; widths are about right, as no font is asked. */
export function fitted(text: string, room: number, size: number): string {
  const signs = [...text];
  const widths = signs.map((sign) => ((sign.codePointAt(0) ?? 0) >= 0x1100 ? 1 : 0.5) * size);
  let width = widths.reduce((sum, one) => sum + one, 0);
  if (width <= room) return text;
  let from = Math.floor(signs.length / 2);
  let to = from;
  width += size;
  while (width > room && (from > 0 || to < signs.length)) {
    if (from > 0) width -= widths[--from] ?? 0;
    if (width > room && to < signs.length) width -= widths[to++] ?? 0;
  }
  return `${signs.slice(0, from).join("")}…${signs.slice(to).join("")}`;
}
