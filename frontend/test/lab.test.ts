import { lab, rgb } from "d3-color";
import { expect, test } from "vitest";
import { hexOfLab, labOf, mixed } from "../src/model/lab";
import { seeded } from "./worlds";

const random = seeded(7);
const COLORS = Array.from({ length: 200 }, () => rgb(`#${hex(random)}`).formatHex());

function hex(next: () => number): string {
  return Math.floor(next() * 2 ** 24)
    .toString(16)
    .padStart(6, "0");
}

function apart(a: string, b: string): number {
  const [one, other] = [rgb(a), rgb(b)];
  return Math.max(...(["r", "g", "b"] as const).map((key) => Math.abs(one[key] - other[key])));
}

test("a colour has the lightness and the opponents that another library gives it", () => {
  for (const color of COLORS) {
    const [ours, theirs] = [labOf(color), lab(color)];
    expect(Math.hypot(ours.l - theirs.l, ours.a - theirs.a, ours.b - theirs.b)).toBeLessThan(0.1);
  }
});

test("a colour is the same after a way through CIELAB", () => {
  for (const color of COLORS) {
    const { l, a, b } = labOf(color);
    expect(hexOfLab(l, a, b)).toBe(color);
  }
});

test("what no screen can show is cut off channel by channel", () => {
  expect(
    apart(
      hexOfLab(60, 120, 0),
      rgb(lab(60, 120, 0))
        .clamp()
        .formatHex(),
    ),
  ).toBeLessThan(2);
  expect(hexOfLab(120, 0, 0)).toBe("#ffffff");
  expect(hexOfLab(-5, 0, 0)).toBe("#000000");
});

test("a veil takes its share of what it covers", () => {
  expect(mixed("#000000", "#ffffff", 0)).toBe("#000000");
  expect(mixed("#000000", "#ffffff", 1)).toBe("#ffffff");
  expect(mixed("#ff0000", "#0000ff", 0.25)).toBe("#bf0040");
});
