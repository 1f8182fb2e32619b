import { expect, test } from "vitest";
import { evenAxis } from "../src/model/axis";
import { offScale, sharesBelow } from "../src/model/mass";
import { ridgeline, terrain } from "../src/scene/ridgeline";
import type { Chart } from "../src/scene/scene";
import { bells, optionsOf, size, stepLines } from "./worlds";

/** The marks of one side, from the top down. */
function marksOf(chart: Chart, step: number, sign: string) {
  const { labels } = chart.cursor({ step, at: null, line: null });
  return labels.filter(({ text }) => text.includes(sign)).sort((a, b) => a.y - b.y);
}

test("every row of a ridgeline with mass off the scale is marked, the largest share is written", () => {
  const above = Float32Array.from({ length: 12 }, (_, row) => (row % 2 === 0 ? 0.01 * row : 0));
  const series = bells(12, { above });
  const chart = ridgeline(stepLines(series), optionsOf(series));
  const { plot, baselineOf } = terrain(12, size, 2.5);
  for (const step of [0, 50, 110]) {
    const marks = marksOf(chart, step, "\u25b8");
    const rows = [2, 4, 6, 8, 10].map(baselineOf);
    expect(marks.map(({ y }) => y + 9)).toEqual(rows.map((y) => expect.closeTo(y, 5)));
    expect(marks.map(({ text }) => text)).toContain("10% \u25b8");
    for (const { x } of marks) expect(x).toBeLessThanOrEqual(plot.right);
    expect(marksOf(chart, step, "\u25c2")).toEqual([]);
  }
});

test("the marked row's share is always written, and no two shares stand in each other's way", () => {
  const shares = new Float32Array(40).fill(0.02);
  shares[20] = 0.3;
  const series = bells(40, { below: shares, above: shares });
  const chart = ridgeline(stepLines(series), optionsOf(series));
  for (let row = 0; row < 40; row++) {
    for (const sign of ["\u25c2", "\u25b8"]) {
      const written = marksOf(chart, 10 * row, sign).filter(({ text }) => text.includes("%"));
      const { baselineOf } = terrain(40, size, 2.5);
      expect(written.some(({ y }) => Math.abs(y + 9 - baselineOf(row)) < 0.01)).toBe(true);
      const gaps = written.slice(1).map(({ y }, i) => y - (written[i]?.y ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(14);
      const largest = written.some(({ text }) => text.includes("30%"));
      expect(largest || Math.abs(baselineOf(row) - baselineOf(20)) < 14).toBe(true);
    }
  }
});

test("shares too small to be told apart are written once, and all are marked", () => {
  const series = bells(8, { above: new Float32Array(8).fill(0.0004) });
  const chart = ridgeline(stepLines(series), optionsOf(series));
  const texts = marksOf(chart, 70, "\u25b8").map(({ text }) => text);
  expect(texts).toHaveLength(8);
  expect(texts.filter((text) => text.includes("< 0.1%"))).toHaveLength(2);
});

test("what is drawn of a row and what is marked off its scale add up to all of it", () => {
  const shares = { below: new Float32Array(3).fill(0.04), above: new Float32Array(3).fill(0.06) };
  const series = bells(3, shares);
  for (const axis of [evenAxis(-1, 1, "linear"), evenAxis(-0.2, 0.15, "linear")]) {
    for (let row = 0; row < 3; row++) {
      const { below, above } = offScale(series, row, axis);
      const share = sharesBelow(series, row);
      const drawn = share(axis.high) - share(axis.low);
      expect(below + drawn + above).toBeCloseTo(1, 6);
      expect(below).toBeGreaterThanOrEqual(0.04 - 1e-6);
    }
  }
});
