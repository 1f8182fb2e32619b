import { expect, test } from "vitest";
import { paintScene } from "../src/paint/paint";
import { ridgeline } from "../src/scene/ridgeline";
import { recorder } from "./recorder";
import { bells, optionsOf, stepLines, styleOf } from "./worlds";

function painted(length: number) {
  const series = bells(length, { nonFinite: new Uint8Array(length).fill(0) });
  const style = styleOf(series);
  const { context, calls } = recorder();
  paintScene(context, ridgeline(stepLines(series), optionsOf(series)).scene);
  return { calls, style };
}

test("every ridge is filled before its line, oldest first", () => {
  const { calls, style } = painted(4);
  const colors = calls
    .filter(([name]) => name === "fillStyle=" || name === "strokeStyle=")
    .map(([, color]) => color);
  const ofRidges = style.tints.flatMap(({ fill, line }) => [fill, line]);
  expect(colors.filter((color) => ofRidges.includes(String(color)))).toEqual(ofRidges);
});

test("curves are clipped to the plot and the clip is taken back before the labels", () => {
  const { calls } = painted(4);
  const names = calls.map(([name]) => name);
  const clipped = names.indexOf("clip");
  const restored = names.indexOf("restore");
  expect(clipped).toBeGreaterThan(names.indexOf("save"));
  expect(names.lastIndexOf("fill")).toBeLessThan(restored);
  expect(names.indexOf("fillText")).toBeGreaterThan(restored);
});

test("no coordinate is without a number", () => {
  for (const length of [1, 2, 60]) {
    for (const [name, ...args] of painted(length).calls) {
      if (name.endsWith("=") || name === "fillText" || name === "setLineDash") continue;
      for (const arg of args) expect(Number.isFinite(arg)).toBe(true);
    }
  }
});
