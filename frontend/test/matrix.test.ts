import { expect, test } from "vitest";
import type { Statistic } from "../src/model/address";
import { cellSentence, cellWords, mapName } from "../src/model/cell";
import {
  BLANK,
  BROKEN,
  type Matrix,
  matrixOf,
  matrixRows,
  recordsAt,
  shadesOf,
} from "../src/model/matrix";
import { SHADES } from "../src/model/ramps";
import type { Parameter, Series } from "../src/model/series";
import { bells } from "./worlds";

const parameter = (layer: string, name: string): Parameter => ({
  tag: `${layer}/${name}`,
  layer,
  parameter: name,
  role: "weight",
});
const layer = (name: string, ...parameters: string[]) => ({
  layer: name,
  kind: null,
  parameters: parameters.map((one) => parameter(name, one)),
});

const rows = matrixRows([
  layer("block1.conv", "weight", "bias"),
  layer("block1.norm", "weight"),
  layer("block2.conv", "weight"),
]);

function matrix(
  series: Record<string, Series>,
  statistic: Statistic = "std",
  runs = ["train"],
  columns = [0, 10, 20],
): Matrix {
  return matrixOf({
    rows,
    columns,
    runs,
    statistic,
    seriesOf: (key, run) => series[`${rows.findIndex((row) => row.key === key)} ${run}`],
    distancesOf: () => undefined,
  });
}

const stds = (...values: number[]) => bells(values.length, { std: Float32Array.from(values) });

test("rows are parameters in order, and know where layers and blocks begin", () => {
  expect(rows.map((row) => `${row.layer} ${row.parameter}`)).toEqual([
    "block1.conv weight",
    "block1.conv bias",
    "block1.norm weight",
    "block2.conv weight",
  ]);
  expect(rows.map((row) => row.startsLayer)).toEqual([true, false, true, true]);
  expect(rows.map((row) => row.startsBlock)).toEqual([true, false, false, true]);
});

test("a series shows its last record until the next, and none beyond its ends", () => {
  expect([...recordsAt([10, 30], [0, 10, 20, 30, 40])]).toEqual([-1, 0, 0, 1, -1]);
  expect([...recordsAt([], [0])]).toEqual([-1]);
});

test("a parameter that a run lacks is blank", () => {
  const made = matrix({ "0 train": stds(1, 2, 3), "0 other": stds(1, 2, 3) }, "std", [
    "train",
    "other",
  ]);
  const { shades, hasBlank } = shadesOf(made, "std", "all");
  expect(hasBlank).toBe(true);
  expect([...(shades[0] ?? [])].slice(3).every((shade) => shade === BLANK)).toBe(true);
  expect(shades[0]).toEqual(shades[1]);
});

test("colours are of one scale in all runs", () => {
  const made = matrix({ "0 train": stds(1, 1, 1), "0 other": stds(4, 4, 4) }, "std", [
    "train",
    "other",
  ]);
  const { shades, domain } = shadesOf(made, "std", "all");
  expect(shades.map((one) => one[0])).toEqual([0, SHADES]);
  expect(domain).toMatchObject({ low: 1, high: 4 });
});

test("on a scale of its own each row has its lowest and its highest", () => {
  const made = matrix({ "0 train": stds(1, 2, 3), "1 train": stds(100, 300, 200) });
  const { shades, domain } = shadesOf(made, "std", "row");
  expect(domain).toBeNull();
  const at = (row: number) => [...(shades[0] ?? [])].slice(3 * row, 3 * row + 3);
  expect(at(0)).toEqual([0, SHADES / 2, SHADES]);
  expect(at(1)).toEqual([0, SHADES, SHADES / 2]);
});

test("NaN or infinity is seen whatever the statistic, in records with and without other values", () => {
  const broken = bells(3, {
    std: Float32Array.of(1, 2, Number.NaN),
    nonFinite: Uint8Array.of(0, 1, 1),
  });
  for (const statistic of ["std", "mean", "distance_first", "non_finite"] as const) {
    const { shades, hasBroken } = shadesOf(
      matrix({ "0 train": broken }, statistic),
      statistic,
      "all",
    );
    expect([...(shades[0] ?? [])].slice(1, 3)).toEqual([BROKEN, BROKEN]);
    expect(hasBroken).toBe(true);
  }
});

const nowhere = () => false;
const cell = (row: number, column: number) => ({ panel: 0, row, column });

test("a cell is read out with its first and its newest value", () => {
  const made = matrix({ "0 train": stds(0.1, 0.2, 0.3) });
  const words = cellWords(made, cell(0, 1), "std", () => undefined, nowhere);
  expect(words && cellSentence(words)).toBe(
    "block1.conv weight: run train, step 10, spread ≈ 0.2, first ≈ 0.1, newest ≈ 0.3.",
  );
});

test("the read-out says which record is shown, and that it is broken", () => {
  const series = bells(2, { nonFinite: Uint8Array.of(0, 1), steps: Float64Array.of(0, 20) });
  const made = matrix({ "0 train": series });
  const [held, broken] = [1, 2].map((column) =>
    cellWords(made, cell(0, column), "largest", () => undefined, nowhere),
  );
  expect(held?.lines).toContainEqual({ term: "step", text: "0", isAlarm: false });
  expect(held?.lines).toContainEqual({ term: "largest size", text: "at most 1", isAlarm: false });
  expect(broken?.lines).toContainEqual({ term: "NaN or ∞", text: "seen", isAlarm: true });
});

test("an empty cell says why it is empty", () => {
  const made = matrix({ "0 train": stds(1, 2) });
  const why = (row: number, column: number, isAwaited = false) =>
    cellWords(
      made,
      cell(row, column),
      "std",
      () => undefined,
      () => isAwaited,
    )?.lines.at(-1)?.text;
  expect(why(0, 2)).toBe("nothing logged here");
  expect(why(1, 0)).toBe("not in this run");
  expect(why(1, 0, true)).toBe("being read …");
});

test("a distance is read out with the step whose spread is its unit", () => {
  const made = matrix({ "0 train": stds(0, 2, 4) }, "distance_first");
  const distances = {
    first: new Map([
      [0, 0],
      [10, 1],
      [20, 6],
    ]),
    previous: new Map(),
    updateRatio: new Map(),
    mostUpdateRatio: new Map(),
  };
  const words = cellWords(made, cell(0, 2), "distance_first", () => distances, nowhere);
  expect(words?.lines.map(({ text }) => text)).toContain("≈ 3 × the spread at step 10");
});

test("the map's name says where it is highest and what is broken", () => {
  const made = matrix({
    "0 train": stds(0.1, 0.2, 0.3),
    "3 train": bells(3, { std: Float32Array.of(1, 9, 1), nonFinite: Uint8Array.of(0, 0, 1) }),
  });
  expect(mapName(made, "std")).toBe(
    "Map of spread: 4 parameters by 3 steps, 1 run. Highest: block2.conv weight, run train, " +
      "step 10, ≈ 9. NaN or infinity in block2.conv weight.",
  );
  expect(mapName(matrix({}), "std")).toBe("Map of spread: 4 parameters by 3 steps, 1 run.");
});
