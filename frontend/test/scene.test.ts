import { expect, test } from "vitest";
import { axisOf, padded, sharedAxis } from "../src/model/axis";
import type { Series } from "../src/model/series";
import { barsScene } from "../src/scene/bars";
import { chartAxis } from "../src/scene/chart";
import { binOfVertex } from "../src/scene/curve";
import { hitTest } from "../src/scene/hit";
import { stepsOverlay } from "../src/scene/overlay";
import { ridgeline, type StepsOptions, terrain } from "../src/scene/ridgeline";
import { xScale } from "../src/scene/scale";
import type { Chart } from "../src/scene/scene";
import { bells, optionsOf, size, stepLines, styleOf } from "./worlds";

const OVERLAP = 2.5;
const NO_LAYERS = axisOf({ axis: "linear", bins: 1, low: 0, high: 1, threshold: 0 });

function chartOf(series: Series, options: StepsOptions, view = "ridgeline"): Chart {
  return (view === "overlay" ? stepsOverlay : ridgeline)(stepLines(series), options);
}

const at = (step: number) => ({ step, at: null, line: null });

function sceneOf(series: Series, options: StepsOptions, view = "ridgeline") {
  return chartOf(series, options, view).scene;
}

test("ridges go from the oldest behind to the newest in front, each lower than the one before", () => {
  const { curves } = sceneOf(bells(20), optionsOf(bells(20)));
  const rows = curves.map(({ line }) => line);
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
  expect(rows[0]).toBe(0);
  expect(rows.at(-1)).toBe(19);
  const baselines = curves.map(({ baseline }) => baseline);
  expect(baselines).toEqual([...baselines].sort((a, b) => a - b));
});

test.each([1, 2, 5, 51, 500])("%i steps stay inside the plot", (length) => {
  const series = bells(length);
  const { curves, clip } = sceneOf(series, optionsOf(series));
  for (const { ys, baseline } of curves) {
    expect(baseline).toBeLessThanOrEqual(clip.bottom);
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(clip.top - 1e-3);
  }
});

test("rows are spread evenly, first and last among them, however many steps there are", () => {
  const { rows } = terrain(5000, size, OVERLAP);
  expect(rows[0]).toBe(0);
  expect(rows.at(-1)).toBe(4999);
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows.length).toBeLessThan(60);
});

test("heights within a chart can be compared, unless each ridge is to have the full one", () => {
  const series = bells(5);
  const height = ({ baseline, ys }: { baseline: number; ys: Float32Array }) =>
    baseline - Math.min(...ys);
  const shared = sceneOf(series, optionsOf(series)).curves.map(height);
  expect((shared[0] ?? 0) / (shared[4] ?? 1)).toBeCloseTo(3, 1);
  expect(Math.max(...shared)).toBeGreaterThan(0.98 * terrain(5, size, OVERLAP).lift);
  const full = sceneOf(series, optionsOf(series, { heights: "ridge" })).curves.map(height);
  expect(full[0]).toBeCloseTo(full[4] ?? 0, 1);
});

test("the area of a ridge is the same at every step", () => {
  const series = bells(5);
  const areas = sceneOf(series, optionsOf(series)).curves.map(({ xs, ys, baseline }) =>
    ys.reduce((sum, y) => sum + (baseline - y) * ((xs[1] ?? 0) - (xs[0] ?? 0)), 0),
  );
  for (const area of areas) expect(area / (areas[0] ?? 1)).toBeCloseTo(1, 2);
});

test("the marked row is drawn strongest, with the first step as an outline on its baseline", () => {
  const series = bells(20);
  const { curves, labels } = chartOf(series, optionsOf(series)).cursor(at(120));
  expect(curves.map(({ line, fill, dash }) => [line, fill !== null, dash])).toEqual([
    [12, true, false],
    [0, false, true],
  ]);
  expect(curves[0]?.baseline).toBe(curves[1]?.baseline);
  expect(labels.find(({ strong }) => strong)?.text).toBe("120");
});

test("mass off the scale is stated at its side", () => {
  const series = bells(2, { above: Float32Array.of(0, 0.034) });
  const texts = chartOf(series, optionsOf(series))
    .cursor(at(10))
    .labels.map(({ text }) => text);
  expect(texts).toContain("3.4% \u25b8");
  expect(texts.some((text) => text.includes("\u25c2"))).toBe(false);
});

test("off-scale marks hide nothing of the curves that they stand at", () => {
  const series = bells(3, { above: Float32Array.of(0, 0, 0.034) });
  for (const view of ["ridgeline", "overlay"]) {
    const { labels } = chartOf(series, optionsOf(series), view).cursor(at(20));
    const mark = labels.find(({ text }) => text.includes("\u25b8"));
    expect([mark?.ground, mark?.halo]).toEqual([null, "#ffffff"]);
  }
});

test("a step with NaN is hatched in the alarm colour", () => {
  const series = bells(6, { nonFinite: Uint8Array.of(0, 0, 0, 0, 1, 1) });
  const { hatches } = sceneOf(series, optionsOf(series));
  expect(hatches.map(({ color }) => color)).toEqual(["#c5221f", "#c5221f"]);
});

test("an overlay has all steps on one baseline and a density axis that reaches the peak", () => {
  const series = bells(7);
  const { curves, labels } = sceneOf(series, optionsOf(series), "overlay");
  expect(new Set(curves.map(({ baseline }) => baseline)).size).toBe(1);
  expect(labels.map(({ text }) => text)).toEqual(expect.arrayContaining(["density", "0", "2"]));
});

test("in an overlay the marked step stands out among the others, which are faded", () => {
  const series = bells(7);
  const chart = chartOf(series, optionsOf(series), "overlay");
  for (const { color } of chart.scene.curves) expect(color).toMatch(/^#[\da-f]{6}80$/);
  const [casing, marked] = chart.cursor(at(30)).curves;
  expect([casing?.color, casing?.width]).toEqual(["#ffffff", 5]);
  expect([marked?.line, marked?.color, marked?.width]).toEqual([
    3,
    styleOf(series).tints[6]?.line,
    2,
  ]);
});

test("an empty row draws nothing and breaks nothing", () => {
  const series = bells(3);
  series.density.fill(0, 64, 128);
  series.peaks[1] = 0;
  for (const view of ["ridgeline", "overlay"] as const) {
    const curve = sceneOf(series, optionsOf(series), view).curves[1];
    expect(curve?.to).toBe(curve?.from);
    expect(curve?.ys.every(Number.isFinite)).toBe(true);
  }
});

test("runs of one parameter share an axis that covers both, unless each is to have its own", () => {
  const narrow = bells(3);
  const wide = bells(3, { run: "b", grid: { ...narrow.grid, low: -2.5, high: 2.5 } });
  const choice = { axis: "linear", range: "robust", window: null } as const;
  const high = (scale: "runs" | "own") =>
    chartAxis([narrow], [narrow, wide], NO_LAYERS, { ...choice, scale }).high;
  expect(high("runs")).toBeCloseTo(2.6);
  expect(high("own")).toBeCloseTo(1.04);
});

test("the pointer finds the frontmost ridge that covers it, and the nearest row beside them", () => {
  const series = bells(5);
  const scene = sceneOf(series, optionsOf(series));
  const front = scene.curves.at(-1);
  const middle = (scene.clip.left + scene.clip.right) / 2;
  expect(hitTest(scene, middle, (front?.baseline ?? 0) - 2)?.line).toBe(4);
  expect(hitTest(scene, scene.clip.left + 2, scene.curves[1]?.baseline ?? 0)?.line).toBe(1);
  expect(hitTest(scene, middle, -20)).toBeNull();
  expect(hitTest(scene, size.width, 50)).toBeNull();
});

test("beyond the ends of a grid no bin is under the pointer", () => {
  const series = bells(5);
  const wide = optionsOf(series, { axis: axisOf({ ...series.grid, low: -4, high: 4 }) });
  const scene = sceneOf(series, wide);
  const hit = (x: number) => hitTest(scene, x, scene.clip.bottom)?.beyond;
  expect(hit(scene.clip.left + 5)).toBe("left");
  expect(hit((scene.clip.left + scene.clip.right) / 2)).toBeNull();
  expect(hit(scene.clip.right - 5)).toBe("right");
});

test("the bin under the pointer is the nearest one", () => {
  const series = bells(5);
  const scene = sceneOf(series, optionsOf(series));
  const xs = scene.curves[0]?.xs ?? new Float32Array();
  expect(hitTest(scene, (xs[10] ?? 0) + 0.4, scene.clip.bottom)?.vertex).toBe(10);
  expect([0, 10, 65].map((vertex) => binOfVertex(series, vertex))).toEqual([0, 9, 63]);
});

test("buckets are blocks whose areas are their counts", () => {
  const axis = axisOf({ axis: "linear", bins: 1, low: 0, high: 4, threshold: 0 });
  const buckets = [
    [0, 1, 10],
    [1, 3, 20],
    [3, 3, 0],
  ] as const;
  const { palette, tints } = styleOf(bells(1));
  const tint = tints[0] ?? { line: "", fill: "" };
  const { curves } = barsScene(buckets, axis, (value) => value, size, palette, tint);
  expect(curves.length).toBe(2);
  const heights = curves.map(({ ys, baseline }) => baseline - Math.min(...ys));
  expect(heights[0]).toBeCloseTo(heights[1] ?? 0, 3);
});

test("buckets too narrow to be seen are as high as what a pixel holds of them", () => {
  const axis = axisOf({ axis: "linear", bins: 1, low: 0, high: 4, threshold: 0 });
  const narrow = Array.from({ length: 1000 }, (_, i) => [i / 500, (i + 1) / 500, 1] as const);
  const buckets = [...narrow, [2, 4, 10], [4, 4.0001, 1]] as const;
  const { palette, tints } = styleOf(bells(1));
  const tint = tints[0] ?? { line: "", fill: "" };
  const scene = barsScene(buckets, axis, (value) => value, size, palette, tint);
  const heights = scene.curves.map(({ ys, baseline }) => baseline - Math.min(...ys));
  const room = scene.clip.bottom - scene.clip.top;
  expect(heights[0]).toBeGreaterThan(0.8 * room);
  expect(heights[0]).toBeLessThan(1.2 * room);
  expect((heights[1000] ?? 0) / (heights[0] ?? 1)).toBeCloseTo(0.01, 5);
  expect(heights.at(-1)).toBeGreaterThan(2 * room);
});

test("a curve comes down to its baseline at either end of the grid", () => {
  const series = bells(3);
  series.density.fill(255);
  for (const { xs, ys, baseline, from, to } of sceneOf(series, optionsOf(series)).curves) {
    expect([from, to]).toEqual([0, series.grid.bins + 2]);
    expect([ys[0], ys.at(-1)]).toEqual([Math.fround(baseline), Math.fround(baseline)]);
    expect([...xs]).toEqual([...xs].sort((a, b) => a - b));
  }
});

test("steps are labelled by round numbers, with the first and the last", () => {
  const series = bells(40, { steps: Float64Array.from({ length: 40 }, (_, i) => i) });
  const { labels } = chartOf(series, optionsOf(series)).cursor(at(39));
  const steps = labels.filter(({ x, text }) => x > size.width - 56 && text !== "step");
  expect(steps.map(({ text }) => text)).toEqual(["0", "10", "20", "30", "39"]);
});

test("labels of steps give way to the marked one", () => {
  const series = bells(40, { steps: Float64Array.from({ length: 40 }, (_, i) => i) });
  const { labels } = chartOf(series, optionsOf(series)).cursor(at(19));
  const steps = labels.filter(({ x, text }) => x > size.width - 56 && text !== "step");
  expect(steps.map(({ text, strong }) => [text, strong])).toEqual([
    ["0", false],
    ["10", false],
    ["30", false],
    ["39", false],
    ["19", true],
  ]);
});

test("a spike at the first step leaves the later ones their height", () => {
  const series = bells(9);
  series.peaks[0] = 400;
  const { curves } = sceneOf(series, optionsOf(series));
  const { lift } = terrain(9, size, OVERLAP);
  const heights = curves.map(({ baseline, ys }) => baseline - Math.min(...ys));
  expect(heights[0]).toBeCloseTo(lift, 3);
  for (const height of heights.slice(1)) expect(height / lift).toBeGreaterThan(0.25);
});

test("what lies beyond a grid is marked where the curve stops, not at the edge of a wider axis", () => {
  const narrow = bells(2, { below: Float32Array.of(0, 0.02), above: Float32Array.of(0, 0.02) });
  const wide = bells(2, { run: "b", grid: { ...narrow.grid, low: -5, high: 5 } });
  const shared = optionsOf(narrow, { axis: padded(sharedAxis([narrow.grid, wide.grid])) });
  const { labels, rules } = chartOf(narrow, shared).cursor(at(10));
  const marks = labels.filter(({ text }) => text.includes("2%"));
  const [from, to] = [-1, 1].map((value) =>
    xScale(shared.axis, terrain(2, size, OVERLAP).plot)(value),
  );
  expect(marks.map(({ align }) => align)).toEqual(["right", "left"]);
  expect(marks[0]?.x).toBeCloseTo((from ?? 0) - 4, 0);
  expect(marks[1]?.x).toBeCloseTo((to ?? 0) + 4, 0);
  expect(marks.map(({ text }) => text)).toEqual(["\u25c2 2% below \u22121", "2% above 1 \u25b8"]);
  expect(rules.map(({ x1 }) => x1)).toEqual([from, to]);
});
