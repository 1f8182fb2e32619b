import { lab, rgb } from "d3-color";
import { expect, test } from "vitest";
import { PALETTES, runColor, stepTints, type Theme } from "../src/model/colors";

const THEMES: Theme[] = ["light", "dark"];

function luminance(color: string): number {
  const { r, g, b } = rgb(color);
  const part = (c: number) => (c <= 10.31 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test.each(THEMES)(
  "the newest step stands out most on the %s ground, for every run colour",
  (theme) => {
    const { ground } = PALETTES[theme];
    for (let run = 0; run < 7; run++) {
      const lines = stepTints(runColor(run, theme), 20, theme).map((tint) =>
        contrast(tint.line, ground),
      );
      expect(lines.at(-1)).toBe(Math.max(...lines));
      expect(lines.at(-1)).toBeGreaterThan(4.5);
      expect(lines[0]).toBe(Math.min(...lines));
    }
  },
);

test.each(THEMES)("lightness changes by even steps on %s", (theme) => {
  const lightness = stepTints("#12b5cb", 11, theme).map((tint) => lab(tint.line).l);
  const gaps = lightness.slice(1).map((l, i) => l - (lightness[i] ?? 0));
  const mean = gaps.reduce((a, b) => a + b) / gaps.length;
  for (const gap of gaps) expect(gap / mean).toBeCloseTo(1, 0);
});

test.each(THEMES)("text is readable on the %s ground", (theme) => {
  const { ground, ink, faint, alarm } = PALETTES[theme];
  for (const color of [ink, faint, alarm]) expect(contrast(color, ground)).toBeGreaterThan(4.5);
});

test("a single step has the strongest tint", () => {
  expect(stepTints("#e52592", 1, "light")).toEqual(stepTints("#e52592", 9, "light").slice(-1));
});
