import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { densityAt, readDensities } from "../src/model/series";

/** What the server writes for a small run, and what it means: `python -m tests.golden` makes both. */
const folder = new URL("../../tests/golden/", import.meta.url);
const file = readFileSync(new URL("densities.safetensors", folder));
const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
const { answer, tensors } = JSON.parse(
  readFileSync(new URL("densities.json", folder), "utf8"),
) as Golden;

interface Golden {
  answer: { run: string; axis: string; bins: number; series: { tag: string; layer: string }[] };
  tensors: Record<string, number[]> & { density: number[][]; offset: number[]; range: number[][] };
}

const { series, unreadable, notices } = readDensities(bytes);

test("the page reads the series that the server wrote", () => {
  expect(series.map(({ run, tag, layer }) => ({ run, tag, layer }))).toEqual(
    answer.series.map(({ tag, layer }) => ({ run: answer.run, tag, layer })),
  );
  expect(series.map(({ grid }) => grid.axis)).toEqual(series.map(() => answer.axis));
  expect(unreadable.length).toBeGreaterThan(0);
  expect(notices.length).toBeGreaterThanOrEqual(0);
});

test("every row has the numbers that the server meant", () => {
  for (const [s, one] of series.entries()) {
    const from = tensors.offset[s] ?? 0;
    const rows = tensors.offset[s + 1] ?? 0;
    expect(one.length).toBe(rows - from);
    expect([one.grid.low, one.grid.high]).toEqual(tensors.range[s]);
    const columns = {
      step: one.steps,
      wall_time: one.wallTimes,
      count: one.count,
      buckets: one.buckets,
      peak: one.peaks,
      below: one.below,
      above: one.above,
      min: one.min,
      max: one.max,
      mean: one.mean,
      std: one.std,
      near_zero: one.nearZero,
    };
    for (const [name, column] of Object.entries(columns)) {
      for (const [row, value] of column.entries()) {
        const expected = tensors[name]?.[from + row] ?? Number.NaN;
        if (Number.isNaN(expected)) expect(value).toBeNaN();
        else expect(value).toBeCloseTo(expected, 5);
      }
    }
  }
});

test("densities are what the server quantised, to half a level", () => {
  for (const [s, one] of series.entries()) {
    for (let row = 0; row < one.length; row++) {
      const meant = tensors.density[(tensors.offset[s] ?? 0) + row] ?? [];
      const level = (one.peaks[row] ?? 0) / one.levels;
      for (const [bin, density] of meant.entries()) {
        expect(Math.abs(densityAt(one, row, bin) - density)).toBeLessThanOrEqual(0.51 * level);
      }
    }
  }
});
