import { expect, test } from "vitest";
import { readDistances } from "../src/model/distances";
import { safetensors } from "./worlds";

const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer);

function answer(names: string[]): ArrayBuffer {
  const rows = 3;
  const number = (...values: number[]) => ({
    dtype: "F32",
    shape: [rows],
    bytes: bytes(Float32Array.from(values)),
  });
  const arrays = {
    offset: { dtype: "I32", shape: [3], bytes: bytes(Int32Array.of(0, 1, 3)) },
    step: { dtype: "I64", shape: [rows], bytes: bytes(BigInt64Array.of(5n, 0n, 7n)) },
    distance_first: number(0, 0, 2.5),
    distance_previous: number(Number.NaN, Number.NaN, 2.5),
    update_ratio: number(Number.NaN, 0.001, 0.002),
    update_ratio_high: number(Number.NaN, Number.POSITIVE_INFINITY, 0.002),
  };
  const chosen = Object.fromEntries(
    Object.entries(arrays).filter(([name]) => names.includes(name)),
  );
  const series = [{ tag: "a" }, { tag: "b" }];
  return safetensors(chosen, { answer: JSON.stringify({ run: "train", series, unfinished: [] }) });
}

test("distances are found by tag and step", () => {
  const numbers = ["distance_first", "distance_previous", "update_ratio", "update_ratio_high"];
  const { distances: read } = readDistances(answer(["offset", "step", ...numbers]));
  expect([...(read.get("b")?.first ?? [])]).toEqual([
    [0, 0],
    [7, 2.5],
  ]);
  expect(read.get("a")?.previous.get(5)).toBeNaN();
  expect(read.get("b")?.updateRatio.get(7)).toBeCloseTo(0.002);
  expect(read.get("b")?.mostUpdateRatio.get(0)).toBe(Number.POSITIVE_INFINITY);
});

test("an answer without distances is refused in a sentence", () => {
  expect(() => readDistances(answer(["offset", "step"]))).toThrow(
    'The server\'s answer lacks the array "distance_first".',
  );
});
