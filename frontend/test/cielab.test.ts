import { hcl, lab, rgb } from "d3-color";
import { expect, test } from "vitest";
import { between, fromLab, hexOf, labOf, rgbOf } from "../src/model/cielab";
import { seeded } from "./worlds";

const random = seeded(7);
const colors = [
  "#000000",
  "#ffffff",
  "#808080",
  "#0a0010",
  ...Array.from({ length: 200 }, () => hexOf([255 * random(), 255 * random(), 255 * random()])),
];

test("colours have the places in CIELAB that d3 gives them", () => {
  for (const color of colors) {
    const { l, a, b } = lab(color);
    const [lightness, toRed, toYellow] = labOf(color);
    expect(lightness).toBeCloseTo(l, 3);
    expect(toRed).toBeCloseTo(a, 2);
    expect(toYellow).toBeCloseTo(b, 2);
  }
});

test("from CIELAB they come back as they were", () => {
  for (const color of colors) expect(fromLab(labOf(color))).toBe(color);
});

test("what no screen shows is drawn as near as can be", () => {
  for (const [lightness, hue] of [
    [95, 20],
    [5, 300],
    [60, 140],
  ] as const) {
    const { l, a, b } = lab(hcl(hue, 130, lightness));
    expect(fromLab([l, a, b])).toBe(rgb(lab(l, a, b)).formatHex());
  }
});

test("colours are mixed channel by channel", () => {
  expect(hexOf(between(rgbOf("#000000"), rgbOf("#ff8000"), 0.5))).toBe("#804000");
});
