import { expect, test } from "vitest";
import {
  formatBeside,
  formatShare,
  formatStep,
  formatTick,
  formatValue,
} from "../src/model/format";

test.each([
  [0, "0"],
  [0.2, "0.2"],
  [-0.04567, "\u22120.0457"],
  [1e-4, "1e\u22124"],
  [-1.27e-7, "\u22121.3e\u22127"],
  [250000, "2.5e5"],
  [Number.NaN, "none"],
])("%d reads %s", (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test("a tiny share is never a false zero", () => {
  expect(formatShare(0)).toBe("0%");
  expect(formatShare(1e-6)).toBe("< 0.1%");
  expect(formatShare(0.034)).toBe("3.4%");
});

test("large steps are short", () => {
  expect(formatStep(1234)).toBe("1,234");
  expect(formatStep(1234567)).toBe("1.2M");
});

test.each([
  [
    [-0.2, 0, 0.2],
    ["\u22120.2", "0", "0.2"],
  ],
  [
    [-0.05, 0, 0.05],
    ["\u22120.05", "0", "0.05"],
  ],
  [
    [0, 2, 4],
    ["0", "2", "4"],
  ],
  [
    [0, 0.5, 1],
    ["0", "0.5", "1"],
  ],
  [
    [-2e-5, 0, 2e-5],
    ["\u22122e\u22125", "0", "2e\u22125"],
  ],
  [
    [-10, -0.1, 0, 0.1, 10],
    ["\u221210", "\u22120.1", "0", "0.1", "10"],
  ],
])("ticks %j are plain numbers", (ticks, texts) => {
  expect(ticks.map((tick) => formatTick(tick, ticks))).toEqual(texts);
});

test.each([
  [0.0001, 0.04, "0.000"],
  [-0.0123, 0.104, "\u22120.01"],
  [0.04, 0.04, "0.040"],
  [12.3, 250, "12"],
  [0.97, 1.02, "1.0"],
  [0, 2e-6, "0"],
  [1e-7, 2e-6, "1e\u22127"],
])("%d beside a spread of %d reads %s", (value, scale, text) => {
  expect(formatBeside(value, scale)).toBe(text);
});
