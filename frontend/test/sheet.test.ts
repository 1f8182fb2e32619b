import { expect, test } from "vitest";
import { PALETTES } from "../src/model/colors";
import { paintScene } from "../src/paint/paint";
import { MOST_PIXELS, MOST_SIDE, pngRatio } from "../src/paint/png";
import { type Drawing, paintSheet } from "../src/paint/sheet";
import { svgText } from "../src/paint/svg";
import { cutLabel, label } from "../src/scene/labels";
import { emptyScene } from "../src/scene/scene";
import { MOST_CHARTS, sheetColumns, sheetOf } from "../src/scene/sheet";
import { fitted, type Measure } from "../src/scene/text";
import { recorder } from "./recorder";
import { everyElement, parseXml } from "./xml";

const palette = PALETTES.light;
const size = { width: 340, height: 208 };
const options = { heading: "run train", lines: ["steps 0 to 40"], columns: 2, palette };

function drawings(count: number, changes: Partial<Drawing> = {}): Drawing[] {
  return Array.from({ length: count }, (_, i) => ({
    title: `layer ${i}`,
    subtitle: "512 weights",
    name: `layer ${i}, run train`,
    size,
    paint: () => {},
    ...changes,
  }));
}

test("charts stand in columns below the heading and overlap neither each other nor their titles", () => {
  const sheet = sheetOf(drawings(5), options);
  const boxes = [
    ...sheet.charts.map(({ x, y }) => ({ x, y, right: x + size.width, bottom: y + size.height })),
    ...sheet.texts.map(({ x, y, size: s }) => ({
      x,
      y: y - s / 2,
      right: x + 1,
      bottom: y + s / 2,
    })),
  ];
  for (const [i, a] of boxes.entries()) {
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.right).toBeLessThanOrEqual(sheet.size.width);
    expect(a.bottom).toBeLessThanOrEqual(sheet.size.height);
    for (const b of boxes.slice(i + 1)) {
      const apart = a.right <= b.x || b.right <= a.x || a.bottom <= b.y || b.bottom <= a.y;
      expect(apart).toBe(true);
    }
  }
  expect(new Set(sheet.charts.map(({ x }) => x)).size).toBe(2);
  expect(new Set(sheet.charts.map(({ y }) => y)).size).toBe(3);
});

test("one chart is a sheet without a heading, named by its title", () => {
  const sheet = sheetOf(drawings(1), { ...options, heading: "", lines: [] });
  expect(sheet.title).toBe("layer 0");
  expect(sheet.description).toBe("layer 0, run train");
  expect(sheet.texts.map(({ text }) => text)).toEqual(["layer 0", "512 weights"]);
});

test("no chart at all is an empty page with its heading", () => {
  const sheet = sheetOf([], options);
  expect(sheet.charts).toEqual([]);
  expect(Object.values(sheet.size).every((side) => side > 0 && Number.isFinite(side))).toBe(true);
});

test("more charts than fit are left out, and the sheet says so", () => {
  const sheet = sheetOf(drawings(MOST_CHARTS + 30), options);
  expect(sheet.charts).toHaveLength(MOST_CHARTS);
  expect(sheet.texts.map(({ text }) => text).join()).toContain("first 200 of 230 charts");
  expect(sheet.description).toContain("first 200 of 230 charts");
});

test.each([
  [1, 1, 1],
  [6, 1, 2],
  [12, 1, 3],
  [200, 1, 11],
  [9, 3, 3],
  [60, 3, 6],
  [2, 20, 20],
])("%i charts in units of %i stand in %i columns", (count, unit, columns) => {
  expect(sheetColumns(count, unit, size)).toBe(columns);
});

test("texts too wide for their place lose the middle", () => {
  expect(fitted("short", 100, 12)).toBe("short");
  const name = "encoder/block_1/attention/self/query/kernel";
  const cut = fitted(name, 150, 12);
  expect(cut).toMatch(/^encoder\/.*….*kernel$/);
  expect(cut.length).toBeLessThan(name.length);
  expect(fitted("層".repeat(40), 120, 12).length).toBeLessThan(12);
  expect(fitted("🌈".repeat(40), 100, 12)).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
});

/** A font whose letters are all as wide, but for those of `i`. */
const monospaced: Measure = (text, size, strong) =>
  [...text].reduce((sum, sign) => sum + (sign === "i" ? 0.2 : strong ? 0.7 : 0.6) * size, 0);

test("a text loses no more of its middle than it must, and nothing where it fits", () => {
  const name = "encoder/block_1/kernel";
  const width = monospaced(name, 10, false);
  expect(fitted(name, width, 10, monospaced)).toBe(name);
  for (let room = 12; room < width; room++) {
    const cut = fitted(name, room, 10, monospaced);
    expect(monospaced(cut, 10, false)).toBeLessThanOrEqual(room);
    expect(monospaced(cut, 10, false)).toBeGreaterThan(room - 6 - 1e-9);
    expect(cut.split("…").map((part) => name.includes(part))).toEqual([true, true]);
  }
  expect(fitted(name, width, 10, monospaced, true)).toContain("…");
  expect(fitted("i".repeat(50), 100, 10, monospaced)).toBe("i".repeat(50));
  expect(fitted("w".repeat(50), 0, 10, monospaced)).toBe("…");
});

test("what a sheet cuts is measured in the font that it is painted in, and kept whole beside", () => {
  const long = "w".repeat(60);
  const [slim, wide] = drawings(2);
  if (slim === undefined || wide === undefined) throw new Error("two drawings");
  const charts = [
    { ...slim, title: "i".repeat(100) },
    { ...wide, title: long },
  ];
  const { texts } = sheetOf(charts, { ...options, measure: monospaced });
  const titles = texts.filter(({ strong, size }) => strong && size === 13);
  expect(titles.map(({ whole }) => whole)).toEqual([null, long]);
  for (const { text, size, strong } of titles)
    expect(monospaced(text, size, strong)).toBeLessThanOrEqual(slim.size.width);
});

test("a drawing keeps the whole of a text that lost its middle, a canvas is not asked to", () => {
  const cut = cutLabel(label(0, 0, "encoder/kernel", "#000000"), 50, monospaced);
  const plain = cutLabel(label(0, 20, "fc", "#000000"), 50, monospaced);
  const scene = { ...emptyScene({ left: 0, top: 0, right: 9, bottom: 9 }), labels: [cut, plain] };
  const root = parseXml(
    svgText({ size, title: "", description: "" }, (on) => paintScene(on, scene)),
  );
  const texts = root.children.filter(({ name }) => name === "text");
  expect(texts.map(({ text }) => text)).toEqual([cut.text, "fc"]);
  expect(texts.map(({ children }) => children.map((one) => [one.name, one.text]))).toEqual([
    [["title", "encoder/kernel"]],
    [],
  ]);
  const { context, calls } = recorder();
  paintScene(context, scene);
  expect(calls.filter(([name]) => name === "fillText").map(([, text]) => text)).toEqual([
    cut.text,
    "fc",
  ]);
});

test("a sheet is painted on its ground, each chart moved to its place", () => {
  const sheet = sheetOf(drawings(2), options);
  const root = parseXml(
    svgText(sheet, (painter) => {
      paintSheet(painter, sheet);
    }),
  );
  const [title, , ground] = root.children;
  expect(title?.text).toBe("run train");
  expect(ground).toMatchObject({ name: "rect", attributes: { fill: "#ffffff" } });
  expect(Number(ground?.attributes.width)).toBe(sheet.size.width);
  const groups = everyElement(root).filter(({ attributes }) => attributes.transform);
  expect(groups.map(({ attributes }) => attributes.transform)).toEqual(
    sheet.charts.map(({ x, y }) => `translate(${x} ${y})`),
  );
});

test.each([
  [{ width: 340, height: 250 }, 1, 2],
  [{ width: 340, height: 250 }, 3, 3],
  [{ width: 800, height: 20_000 }, 2, MOST_SIDE / 20_000],
])("a picture of %o on a screen of ratio %d has ratio %d", (one, screen, ratio) => {
  expect(pngRatio(one, screen)).toBeCloseTo(ratio);
});

test("no bitmap is larger than browsers can make", () => {
  for (const [width, height] of [
    [16_000, 16_000],
    [100_000, 200],
    [300, 1e6],
  ] as const) {
    const ratio = pngRatio({ width, height }, 2);
    expect(Math.max(width, height) * ratio).toBeLessThanOrEqual(MOST_SIDE + 1e-6);
    expect(width * height * ratio ** 2).toBeLessThanOrEqual(MOST_PIXELS * (1 + 1e-9));
  }
});
