import { expect, test } from "vitest";
import { STATISTICS } from "../src/model/address";
import {
  isDistance,
  referenceRow,
  STATISTIC_WORDS,
  statisticText,
  valuesOf,
} from "../src/model/statistics";
import { bells } from "./worlds";

const series = bells(3, {
  mean: Float32Array.of(3, 0, Number.NaN),
  std: Float32Array.of(4, 0.5, Number.NaN),
  min: Float32Array.of(-7, -1, Number.NaN),
  max: Float32Array.of(2, 1.5, Number.NaN),
  nonFinite: Uint8Array.of(0, 0, 1),
});

test("every statistic has words and a number for each row", () => {
  for (const statistic of STATISTICS) {
    expect(STATISTIC_WORDS[statistic].name).not.toBe("");
    expect(valuesOf(series, statistic)).toHaveLength(3);
  }
});

test("root mean square and largest size follow from what the densities bring", () => {
  expect([...valuesOf(series, "rms")]).toEqual([5, 0.5, Number.NaN]);
  expect([...valuesOf(series, "largest")]).toEqual([7, 1.5, Number.NaN]);
  expect([...valuesOf(series, "non_finite")]).toEqual([0, 0, 1]);
});

test("distances are in spreads of the first row, by step", () => {
  const distances = {
    first: new Map([
      [0, 0],
      [10, 2],
    ]),
    previous: new Map([[10, 1]]),
    updateRatio: new Map([[10, 0.001]]),
    mostUpdateRatio: new Map(),
  };
  expect([...valuesOf(series, "distance_first", distances)]).toEqual([0, 0.5, Number.NaN]);
  expect([...valuesOf(series, "distance_previous", distances)]).toEqual([
    Number.NaN,
    0.25,
    Number.NaN,
  ]);
  expect([...valuesOf(series, "update_ratio", distances)]).toEqual([Number.NaN, 0.001, Number.NaN]);
  expect(valuesOf(series, "distance_first").every(Number.isNaN)).toBe(true);
});

test.each([
  { std: [0, 0.1, 0.2], row: 1 },
  { std: [3e-13, 0.1, 0.2], row: 1 },
  { std: [0.1, 0.2, 1e30], row: 0 },
  { std: [Number.NaN, 0.2, 0.2], row: 1 },
  { std: [0, 0, 0], row: -1 },
])("biases that start out alike are measured by their first spread: $std", ({ std, row }) => {
  expect(referenceRow(bells(3, { std: Float32Array.from(std) }))).toBe(row);
});

test("a series without any spread has no distances", () => {
  const still = bells(2, { std: new Float32Array(2) });
  const distances = {
    first: new Map([
      [0, 0],
      [10, 1],
    ]),
    previous: new Map(),
    updateRatio: new Map(),
    mostUpdateRatio: new Map(),
  };
  expect(valuesOf(still, "distance_first", distances).every(Number.isNaN)).toBe(true);
});

test("a number says how certain it is", () => {
  expect(statisticText("std", 0.04)).toBe("≈ 0.04");
  expect(statisticText("largest", 0.3)).toBe("at most 0.3");
  expect(statisticText("near_zero", 0.0001)).toBe("< 0.1%");
  expect(statisticText("distance_first", 2, 10)).toBe("≈ 2 × the spread at step 10");
  expect(statisticText("non_finite", 1)).toBe("seen");
  expect(statisticText("mean", Number.NaN)).toBe("none");
  expect(statisticText("update_ratio", 0.002)).toBe("at least 0.002");
  expect(statisticText("update_ratio", 0.002, undefined, 0.003)).toBe("≈ 0.002");
  expect(statisticText("update_ratio", 0.002, undefined, 0.002)).toBe("0.002");
  expect(STATISTICS.filter(isDistance)).toEqual(["distance_first", "distance_previous"]);
});
