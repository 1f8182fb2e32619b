import { expect, test } from "vitest";
import { densityAt, rowAtStep, sizesOf, stepsOf } from "../src/model/series";
import { bells } from "./worlds";

test("the density of a bin is its share of the row peak", () => {
  const series = bells(2);
  const bin = 31;
  expect(densityAt(series, 0, bin)).toBeCloseTo(3.94, 1);
  expect(densityAt(series, 1, bin)).toBeCloseTo(1.33, 1);
});

test("decoded densities integrate to one within what eight bits allow", () => {
  const series = bells(3);
  const width = 2 / series.grid.bins;
  for (let row = 0; row < series.length; row++) {
    let mass = 0;
    for (let bin = 0; bin < series.grid.bins; bin++) mass += densityAt(series, row, bin) * width;
    expect(mass).toBeCloseTo(1, 2);
  }
});

test.each([
  [null, 4],
  [0, 0],
  [9, 0],
  [10, 1],
  [1000, 4],
  [-5, 0],
])("the row at step %s is %i", (step, row) => {
  expect(rowAtStep(bells(5), step)).toBe(row);
});

test("the steps of several series are merged in order, each once", () => {
  const late = bells(2, { steps: Float64Array.of(5, 10) });
  expect(stepsOf([bells(3), late])).toEqual([0, 5, 10, 20]);
});

test("sizes are those of the newest finite row, or as an earlier answer told them", () => {
  const grown = { tag: "a", count: Float64Array.of(1, 2, 3), nonFinite: Uint8Array.of(0, 0, 1) };
  const series = [bells(3, grown), bells(0, { tag: "b" }), bells(0, { tag: "c" })];
  const answer = { series, unreadable: [{ tag: "d", text: "" }], unfinished: [], notices: [] };
  const before = new Map([
    ["a", 7],
    ["b", 8],
    ["e", 9],
  ]);
  expect(Object.fromEntries(sizesOf(answer, before))).toEqual({
    a: 2,
    b: 8,
    c: Number.NaN,
    d: Number.NaN,
    e: 9,
  });
});
