import { expect, test } from "vitest";
import { chartName, readout, readoutBeyond, summary } from "../src/model/words";
import { bells } from "./worlds";

test("a row is a sentence a student understands", () => {
  expect(summary(bells(3), 0)).toBe("4,096 weights, mean 0.00, spread 0.10, 1% near zero");
  expect(summary(bells(3, { parameter: "bias" }), 0)).toContain("4,096 biases");
  expect(summary(bells(3, { role: "gradient" }), 0)).toContain("4,096 gradients");
});

test("a row without a finite value says so", () => {
  const broken = bells(2, { count: Float64Array.of(0, 0), nonFinite: Uint8Array.of(0, 1) });
  expect(summary(broken, 0)).toBe("no values");
  expect(summary(broken, 1)).toBe("only NaN or infinity");
});

test("the name of a chart begins with layer and parameter and tells what is drawn", () => {
  expect(chartName(bells(3), 2, "ridgeline")).toMatch(
    /^dense kernel, run train: ridgeline of 3 steps from 0 to 20\. At step 20: 4,096 weights/,
  );
});

test("NaN is said with the step it came at", () => {
  const broken = bells(3, { nonFinite: Uint8Array.of(0, 1, 1) });
  expect(chartName(broken, 2, "ridgeline")).toContain("NaN or infinity since step 10");
});

test("the read-out under the pointer has step, value, density and share", () => {
  expect(readout(bells(3), 0, 31)).toEqual([
    { term: "step", text: "0" },
    { term: "value", text: "\u22120.0156" },
    { term: "density", text: "3.94" },
    { term: "share in \u22120.03 \u2026 0", text: "12%" },
  ]);
});

test("a row of few buckets says how few", () => {
  const coarse = bells(2, { buckets: Int32Array.of(30, 500) });
  expect(summary(coarse, 0)).toMatch(/ · 30 buckets$/);
  expect(summary(coarse, 1)).not.toContain("buckets");
});

test("beyond the grid the read-out has the pointer's value and what lies off the scale there", () => {
  const series = bells(2, { above: Float32Array.of(0.02, 0.04) });
  expect(readoutBeyond(series, 1, 7.5, "right")).toEqual([
    { term: "step", text: "10" },
    { term: "value", text: "7.5" },
    { term: "off the scale above", text: "4%" },
  ]);
});
