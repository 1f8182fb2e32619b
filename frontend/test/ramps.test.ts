import { lab } from "d3-color";
import { expect, test } from "vitest";
import { PALETTES, type Theme } from "../src/model/colors";
import { FAR_ABOVE, FAR_BELOW, ramp, SHADES } from "../src/model/ramps";

const THEMES: Theme[] = ["light", "dark"];

test.each(THEMES)(
  "lightness goes one way, and the highest is furthest from a %s ground",
  (theme) => {
    const ground = lab(PALETTES[theme].ground).l;
    const all = ramp("sequential", theme).map((color) => lab(color).l);
    const lights = all.slice(0, SHADES + 1);
    // A shade may round to its neighbour's lightness, never past it.
    const way = Math.sign((lights.at(-1) ?? 0) - (lights[0] ?? 0));
    const steps = lights.slice(1).map((light, i) => way * (light - (lights[i] ?? 0)));
    expect(Math.min(...steps)).toBeGreaterThan(-0.6);
    const far = all.map((light) => Math.abs(light - ground));
    expect(far[SHADES]).toBe(Math.max(...far.slice(0, SHADES + 1)));
    expect(far[SHADES]).toBeGreaterThan(60);
    expect(far[FAR_ABOVE]).toBeGreaterThan((far[SHADES] ?? 0) + 8);
  },
);

test.each(THEMES)("zero is neutral and close to a %s ground, both ends are not", (theme) => {
  const colors = ramp("diverging", theme);
  const middle = lab(colors[SHADES / 2] ?? "");
  const ground = lab(PALETTES[theme].ground).l;
  expect(Math.hypot(middle.a, middle.b)).toBeLessThan(3);
  for (const end of [colors[0], colors[SHADES]]) {
    const color = lab(end ?? "");
    expect(Math.abs(color.l - ground)).toBeGreaterThan(40);
    expect(Math.hypot(color.a, color.b)).toBeGreaterThan(20);
  }
});

test.each(THEMES)("what is far from zero is further from a %s ground than either end", (theme) => {
  const light = (shade: number) => lab(ramp("diverging", theme)[shade] ?? "").l;
  const ground = lab(PALETTES[theme].ground).l;
  for (const [end, far] of [
    [0, FAR_BELOW],
    [SHADES, FAR_ABOVE],
  ] as const) {
    expect(Math.abs(light(far) - ground)).toBeGreaterThan(Math.abs(light(end) - ground) + 10);
  }
});

test.each(THEMES)("no shade is lost on a %s ground, where nothing is drawn", (theme) => {
  const ground = lab(PALETTES[theme].ground);
  for (const kind of ["sequential", "diverging"] as const) {
    for (const color of ramp(kind, theme)) {
      const { l, a, b } = lab(color);
      expect(Math.hypot(l - ground.l, a - ground.a, b - ground.b)).toBeGreaterThan(6);
    }
  }
});
