import { expect, test } from "vitest";
import { pageHeading, pageLine } from "../src/model/heading";
import { bells } from "./worlds";

test("a page says whose weights it shows", () => {
  expect(pageHeading(["train"])).toBe("Layer weights of run train");
  expect(pageHeading(["a", "b"])).toBe("Layer weights of 2 runs: a, b");
});

test("a page says which steps it shows and when they were logged", () => {
  const wallTimes = Float64Array.of(1760000000, Number.NaN, 1760090000);
  const line = pageLine([{ series: bells(3, { wallTimes }) }, { series: bells(200) }], 20);
  expect(line).toMatch(/^steps 0 to 1,990 · step 20 marked · logged .*1970.* to .*2025/);
});

test("what is not known of the steps is left out", () => {
  const wallTimes = Float64Array.of(Number.NaN);
  expect(pageLine([{ series: bells(1, { wallTimes }) }], null)).toBe("step 0");
  expect(pageLine([{ series: bells(3), rows: [1] }], null)).toMatch(/^step 10 · logged /);
  expect(pageLine([], null)).toBe("");
});
