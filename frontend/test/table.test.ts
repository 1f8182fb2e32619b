import { expect, test } from "vitest";
import type { MatrixRow } from "../src/model/matrix";
import { atStep, columnsOf, nextSorting, sorted } from "../src/model/table";
import { sparkline } from "../src/scene/sparkline";
import { bells } from "./worlds";

const name = (layer: string): MatrixRow => ({
  key: layer,
  layer,
  parameter: "kernel",
  startsLayer: true,
  startsBlock: false,
});
const unread = (layer: string) =>
  ({ name: name(layer), run: "train", tag: layer, series: null, record: -1 }) as const;
const rowOf = (layer: string, std: number, step: number | null = null) =>
  atStep({ ...unread(layer), series: bells(2, { std: Float32Array.of(0.1, std) }) }, step);
const column = (key: string) => {
  const found = columnsOf(true).find((one) => one.key === key);
  if (found === undefined) throw new Error(key);
  return found;
};

test("the run has a column where there are several", () => {
  const keys = (several: boolean) => columnsOf(several).map(({ key }) => key);
  expect(keys(true)).toEqual([
    "layer",
    "parameter",
    "run",
    "count",
    "mean",
    "std",
    "rms",
    "min",
    "max",
    "near_zero",
    "non_finite",
    "buckets",
    "step",
  ]);
  expect(keys(false)).not.toContain("run");
});

test("numbers are those of the step, marked where they are not certain", () => {
  const text = (key: string, step: number | null) => column(key).text(rowOf("dense", 0.2, step));
  expect(text("std", null)).toBe("≈ 0.20");
  expect(text("std", 5)).toBe("≈ 0.10");
  expect(text("count", null)).toBe("4,096");
  expect(text("min", null)).toBe("≥ −1");
  expect(text("max", null)).toBe("≤ 1");
  expect(text("step", null)).toBe("10");
  expect(text("non_finite", null)).toBe("none seen");
});

test("what is still being read is empty, what has no values says none", () => {
  expect(column("std").text(atStep(unread("a"), null))).toBe("");
  expect(column("std").text(rowOf("a", Number.NaN))).toBe("none");
});

test("rows are sorted by number or by name, and those without a number stand last", () => {
  const rows = [rowOf("dense_10", 0.3), rowOf("dense_9", Number.NaN), rowOf("dense_1", 0.5)];
  const order = (key: string, descending: boolean) =>
    sorted(rows, column(key), descending).map((row) => row.name.layer);
  expect(order("std", true)).toEqual(["dense_1", "dense_10", "dense_9"]);
  expect(order("std", false)).toEqual(["dense_10", "dense_1", "dense_9"]);
  expect(order("layer", false)).toEqual(["dense_1", "dense_9", "dense_10"]);
  expect(order("count", true)).toEqual(["dense_10", "dense_9", "dense_1"]);
});

test("a head sorts from the largest, then from the smallest, then no more", () => {
  const first = nextSorting(null, column("std"));
  expect(first).toEqual({ key: "std", descending: true });
  const second = nextSorting(first, column("std"));
  expect(second).toEqual({ key: "std", descending: false });
  expect(nextSorting(second, column("std"))).toBeNull();
  expect(nextSorting(second, column("layer"))).toEqual({ key: "layer", descending: false });
});

test("a trend spans its box and has gaps where there is no number", () => {
  const size = { width: 13, height: 13 };
  expect(sparkline([0, 1, 0.5], size)).toBe("M1.5 11.5L6.5 1.5L11.5 6.5");
  expect(sparkline([0, Number.NaN, 1], size)).toBe("M1.5 11.5M11.5 1.5");
  expect(sparkline([2, 2], size)).toBe("M1.5 6.5L11.5 6.5");
  expect(sparkline([Number.NaN], size)).toBe("");
});
