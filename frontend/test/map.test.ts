import { expect, test } from "vitest";
import { PALETTES } from "../src/model/colors";
import { BLANK, BROKEN, type Matrix, type MatrixRow, type Shaded } from "../src/model/matrix";
import { ramp } from "../src/model/ramps";
import { paintMap } from "../src/paint/map";
import { mapScene, stepTicks } from "../src/scene/map";
import { labelledRows, nameLabels } from "../src/scene/maplabels";
import { columnAt, layOutMap, MIN_ROW, scrolledTo, spotAt } from "../src/scene/maplayout";
import { marksScene } from "../src/scene/mapmarks";
import { recorder } from "./recorder";

const SIZE = { width: 1000, height: 600 };
const colors = { palette: PALETTES.light, ramp: ramp("sequential", "light") };

/** Blocks of three layers with two parameters each. */
const rowsOf = (count: number): MatrixRow[] =>
  Array.from({ length: count }, (_, i) => ({
    key: String(i),
    layer: `block${Math.floor(i / 6)}.layer${Math.floor(i / 2) % 3}`,
    parameter: i % 2 === 0 ? "weight" : "bias",
    startsLayer: i % 2 === 0,
    startsBlock: i % 6 === 0,
  }));

function world(rows: number, steps: number, runs = 1, size = SIZE) {
  const names = rowsOf(rows);
  const columns = Array.from({ length: steps }, (_, i) => 10 * i);
  const panels = Array.from({ length: runs }, (_, i) => ({
    run: `run ${i}`,
    series: names.map(() => null),
    records: new Int32Array(rows * steps),
    values: new Float64Array(rows * steps),
  }));
  const matrix: Matrix = { rows: names, columns, panels };
  const shades = panels.map(() => Uint8Array.from({ length: rows * steps }, (_, i) => i % 7));
  const shaded: Shaded = { shades, domain: null, hasBlank: false, hasBroken: false };
  return { matrix, shaded, layout: layOutMap(names, steps, runs, size) };
}

test.each([
  [6, 5, 1],
  [161, 51, 2],
  [1000, 51, 2],
  [3, 1, 7],
  [12, 400, 3],
])("%i rows of %i steps in %i runs fit into the width", (rows, steps, runs) => {
  const { layout } = world(rows, steps, runs);
  expect(layout.panels.at(-1)?.right).toBeLessThanOrEqual(SIZE.width);
  expect(layout.panels).toHaveLength(runs);
  expect(layout.rowHeight).toBeGreaterThanOrEqual(MIN_ROW);
  const widths = layout.panels.map(({ left, right }) => right - left);
  expect(new Set(widths).size).toBe(1);
});

test("all rows are in sight as long as they can be told apart", () => {
  expect(world(80, 51).layout.height).toBeLessThanOrEqual(SIZE.height);
  expect(world(161, 51).layout.height).toBeGreaterThan(SIZE.height);
  expect(world(161, 51).layout.rowHeight).toBe(MIN_ROW);
});

test("only rows in sight are drawn", () => {
  const { matrix, shaded, layout } = world(1000, 51, 2);
  const { cells } = mapScene(matrix, shaded, layout, 3000, colors);
  expect(cells.length).toBeLessThan(100 * 51 * 2);
  expect(Math.min(...cells.map(({ bottom }) => bottom))).toBeGreaterThan(layout.top);
  expect(Math.max(...cells.map(({ top }) => top))).toBeLessThan(SIZE.height);
  expect(Math.max(...cells.map(({ bottom }) => bottom))).toBeGreaterThanOrEqual(SIZE.height - 7);
});

test("the cells of a row tile it without gaps or overlaps", () => {
  const { matrix, shaded, layout } = world(6, 51, 2);
  const { cells } = mapScene(matrix, shaded, layout, 0, colors);
  const first = cells.filter(
    ({ top, left }) => top === layout.top && left < (layout.panels[1]?.left ?? 0),
  );
  expect(first[0]?.left).toBe(layout.panels[0]?.left);
  expect(first.at(-1)?.right).toBe(layout.panels[0]?.right);
  for (const [i, cell] of first.slice(1).entries()) expect(cell.left).toBe(first[i]?.right);
});

test("neighbours of one colour are one cell, broken ones hatched, blank ones left out", () => {
  const { matrix, shaded, layout } = world(1, 6);
  shaded.shades = [Uint8Array.of(3, 3, BROKEN, BROKEN, BLANK, 5)];
  const { cells, hatches } = mapScene(matrix, shaded, layout, 0, colors);
  expect(cells.map(({ color }) => color)).toEqual([colors.ramp[3], colors.ramp[5]]);
  expect(hatches).toHaveLength(1);
  expect(hatches[0]).toMatchObject({
    left: layout.xOf(0, 2),
    right: layout.xOf(0, 4),
    color: PALETTES.light.alarm,
  });
});

test("names are never closer than they can be read, and blocks come first", () => {
  const rows = rowsOf(120);
  for (const height of [7, 8, 11, 12, 28]) {
    const labelled = labelledRows(rows, height);
    for (const [i, row] of labelled.slice(1).entries()) {
      expect((row - (labelled[i] ?? 0)) * height).toBeGreaterThanOrEqual(12);
    }
    for (const [i, row] of rows.entries()) if (row.startsBlock) expect(labelled).toContain(i);
  }
  expect(labelledRows(rows, 12)).toHaveLength(120);
  expect(labelledRows(rows, 12)).toBe(labelledRows(rows, 12));
});

test("the first row in sight is named whole, and a layer once for its parameters", () => {
  const { matrix, shaded, layout } = world(18, 5);
  const names = (scrolled: number) =>
    mapScene(matrix, shaded, layout, scrolled, colors).labels.map(({ text }) => text);
  expect(names(0).slice(0, 5)).toEqual(["block0.layer0", "weight", "bias", "layer1", "weight"]);
  expect(names(3 * layout.rowHeight).slice(0, 3)).toEqual(["block0.layer1", "bias", "layer2"]);
});

test("a long name loses its middle, and no half of a character", () => {
  const { matrix, layout } = world(1, 1);
  const named = (text: string) => {
    const [row] = matrix.rows;
    if (row === undefined) throw new Error("no row");
    const tight = { ...layout, gutter: 160 };
    return nameLabels(row, { text, indent: 0 }, tight, 0, PALETTES.light)[0]?.text;
  };
  expect(named("encoder.layer.attention.conv1")).toMatch(/^enc.*….*conv1$/);
  expect(named("conv1")).toBe("conv1");
  expect(named("🌈".repeat(40))).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
});

test("steps are few, round where there are such, the first and the last among them", () => {
  const { matrix, layout } = world(6, 51);
  const texts = stepTicks(matrix.columns, layout, 0, "").map(({ text }) => text);
  expect(texts).toContain("0");
  expect(texts).toContain("500");
  expect(texts).toContain("100");
  expect(texts.length).toBeLessThan(12);
  const odd = matrix.columns.map((step) => step + 7);
  const ticks = stepTicks(odd, layout, 0, "");
  expect(ticks.length).toBeGreaterThan(3);
  const places = ticks.map(({ x }) => x).toSorted((a, b) => a - b);
  for (const [i, x] of places.slice(1).entries()) expect(x - (places[i] ?? 0)).toBeGreaterThan(24);
  expect(stepTicks([], layout, 0, "")).toEqual([]);
});

test("a place on the screen is a cell, scrolled or not", () => {
  const { layout } = world(161, 51, 2);
  const [x, y] = [layout.xOf(1, 7) + 2, layout.yOf(20) + 3];
  expect(spotAt(layout, 161, 0, x, y)).toEqual({ panel: 1, row: 20, column: 7 });
  expect(spotAt(layout, 161, 70, x, y)).toEqual({ panel: 1, row: 30, column: 7 });
  expect(spotAt(layout, 161, 70, x, layout.top - 1)).toBeNull();
  expect(spotAt(layout, 161, 0, 5, y)).toBeNull();
  expect(columnAt(layout, x)).toEqual({ panel: 1, column: 7 });
});

test("scrolling brings a row into sight and moves no more than it must", () => {
  const { layout } = world(1000, 51);
  expect(scrolledTo(layout, 3, 0)).toBe(0);
  expect(scrolledTo(layout, 3, 500)).toBe(3 * MIN_ROW);
  const down = scrolledTo(layout, 500, 0);
  expect(layout.yOf(501) - down).toBeLessThan(SIZE.height);
  expect(layout.yOf(504) - down).toBeGreaterThan(SIZE.height);
});

test("the scrubber's step is marked in every run, the pointed cell and its row in theirs", () => {
  const { matrix, layout } = world(6, 51, 2);
  const marks = { column: 50, spot: { panel: 1, row: 2, column: 4 }, band: null };
  const { outlines, labels } = marksScene(matrix, layout, 0, marks, PALETTES.light);
  expect(outlines.filter(({ left }) => left === layout.xOf(0, 50))).toHaveLength(1);
  expect(outlines.at(-1)).toMatchObject({ left: layout.xOf(1, 4), top: layout.yOf(2), width: 2 });
  const texts = labels.map(({ text }) => text);
  expect(texts.filter((text) => text === "40")).toHaveLength(2);
  expect(texts).toContain("block0.layer1");
});

test("steps that are being chosen are framed from the first to the last, drawn either way", () => {
  const { matrix, layout } = world(6, 51);
  for (const [from, to] of [
    [10, 20],
    [20, 10],
  ] as const) {
    const marks = { column: null, spot: null, band: { panel: 0, from, to } };
    const { outlines, labels } = marksScene(matrix, layout, 0, marks, PALETTES.light);
    expect(outlines).toMatchObject([{ left: layout.xOf(0, 10), right: layout.xOf(0, 21) }]);
    expect(labels.map(({ text }) => text)).toEqual(["100", "200"]);
  }
});

test("cells are painted within the clip, names after it, and every coordinate is a number", () => {
  const { matrix, shaded, layout } = world(30, 51, 2);
  shaded.shades[0]?.fill(BROKEN, 60, 70);
  const { context, calls } = recorder();
  const marks = { column: 3, spot: { panel: 0, row: 1, column: 1 }, band: null };
  const scene = mapScene(matrix, shaded, layout, 5, colors);
  paintMap(context, scene);
  const names = calls.map(([name]) => name);
  expect(names.indexOf("clip")).toBeLessThan(names.indexOf("fillRect"));
  expect(names.indexOf("restore")).toBeGreaterThan(names.lastIndexOf("fillRect"));
  expect(names.indexOf("fillText")).toBeGreaterThan(names.indexOf("restore"));
  expect(calls.filter(([name]) => name === "fillRect")).toHaveLength(scene.cells.length);
  paintMap(context, marksScene(matrix, layout, 5, marks, PALETTES.light));
  for (const [name, ...args] of calls) {
    if (name.endsWith("=") || name === "fillText" || name === "setLineDash") continue;
    for (const arg of args) expect(Number.isFinite(arg)).toBe(true);
  }
});

test("stripes of a broken cell stay in it", () => {
  const { matrix, shaded, layout } = world(1, 3);
  shaded.shades = [Uint8Array.of(0, BROKEN, 0)];
  const { context, calls } = recorder();
  const scene = mapScene(matrix, shaded, layout, 0, colors);
  paintMap(context, { ...scene, rules: [], outlines: [] });
  const [hatch] = scene.hatches;
  const points = calls.filter(([name]) => name === "moveTo" || name === "lineTo");
  expect(points.length).toBeGreaterThan(4);
  for (const [, x, y] of points as [string, number, number][]) {
    expect(x).toBeGreaterThanOrEqual(hatch?.left ?? 0);
    expect(x).toBeLessThanOrEqual(hatch?.right ?? 0);
    expect(y).toBeGreaterThanOrEqual(hatch?.top ?? 0);
    expect(y).toBeLessThanOrEqual(hatch?.bottom ?? 0);
  }
});
