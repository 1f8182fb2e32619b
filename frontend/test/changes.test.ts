import { expect, test } from "vitest";
import { withRows } from "../src/model/changes";
import type { Numbers } from "../src/model/safetensors";

const BINS = 3;
/** Rows of an answer, told apart by their steps. */
const arraysOf = (steps: number[]) =>
  new Map<string, Numbers>([
    ["step", BigInt64Array.from(steps, BigInt)],
    ["peak", Float32Array.from(steps, (step) => step / 2)],
    ["density", Uint8Array.from(steps.flatMap((step) => [step, step + 1, step + 2]))],
  ]);

test.each([
  { what: "a step more of each of two series", old: [0, 1, 0, 1], now: [0, 1, 2, 0, 1, 2] },
  { what: "a step left out and another in its place", old: [0, 1, 2, 3], now: [0, 2, 3, 4] },
  { what: "all new", old: [0, 1], now: [7, 8, 9] },
  { what: "nothing new", old: [0, 1, 2], now: [0, 2] },
  { what: "nothing before", old: [], now: [1, 2] },
  { what: "nothing left", old: [1, 2], now: [] },
  { what: "another order", old: [0, 1, 2, 3], now: [3, 2, 9, 1, 0] },
])("rows of both answers are put together: $what", ({ old, now }) => {
  const row = now.map((step) => old.indexOf(step));
  const changes = new Map<string, Numbers>([
    ...arraysOf(now.filter((step) => !old.includes(step))),
    ["row", Int32Array.from(row)],
    ["range", Float64Array.of(-1, 1)],
  ]);
  const made = withRows(arraysOf(old), changes, BINS);
  for (const [name, array] of arraysOf(now)) expect(made.get(name)).toEqual(array);
  expect(made.get("range")).toEqual(Float64Array.of(-1, 1));
});
