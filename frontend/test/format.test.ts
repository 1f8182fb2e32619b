import { expect, test } from "vitest";
import {
  formatBeside,
  formatShare,
  formatStep,
  formatTick,
  formatValue,
  formatWithin,
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
  expect(formatStep(100_000)).toBe("100K");
  expect(formatStep(1_200_000)).toBe("1.2M");
});

test("two steps never read alike", () => {
  const steps = [
    1_200_000, 1_200_001, 1_210_000, 1_249_999, 1_250_000, 2_000_000_000, 2_000_001_000,
  ];
  expect(new Set(steps.map(formatStep)).size).toBe(steps.length);
});

test.each([
  [[1.2e-4, 1.21e-4, 1.22e-4]],
  [[0.9998e-5, 1e-5, 1.0002e-5]],
  [[-2e-6, -1.5e-6, 0]],
  [[100_000, 100_010, 100_020]],
  [[0.1, 0.1005, 0.101]],
])("ticks %j are told apart", (ticks) => {
  const texts = ticks.map((tick) => formatTick(tick, ticks));
  expect(new Set(texts).size).toBe(ticks.length);
  expect(texts.every((text) => text.length < 10)).toBe(true);
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

test("a number is plain where every digit shown is certain", () => {
  const bounded = (value: number | null, low: number | null, high: number | null) =>
    formatWithin({ value, low, high }, formatValue);
  expect(bounded(0.5, 0.5, 0.5)).toEqual({ text: "0.5", between: "", detail: undefined });
  expect(bounded(0.5, 0.49999999, 0.50000001)).toEqual({
    text: "0.5",
    between: "",
    detail: "between 0.49999999 and 0.50000001",
  });
  expect(bounded(null, null, null).text).toBe("none");
});

test("a guess shows what it certainly lies between", () => {
  const { text, between } = formatWithin({ value: 0.12, low: -0.1, high: 0.134 }, formatValue);
  expect(text).toBe("≈ 0.12");
  expect(between).toBe("between \u22120.1 and 0.134");
  expect(formatWithin({ value: 1.8, low: 1, high: null }, formatValue).between).toBe("at least 1");
  const unknown = formatWithin({ value: 1.8, low: null, high: null }, formatValue);
  expect([unknown.text, unknown.between]).toEqual(["≈ 1.8", ""]);
  expect(formatWithin({ value: 1e-5, low: 0, high: 0.1 }, formatShare).text).toBe("< 0.1%");
});
