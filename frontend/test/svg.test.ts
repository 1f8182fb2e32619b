import { expect, test } from "vitest";
import { type Painter, paintScene } from "../src/paint/paint";
import { svgPainter, svgText } from "../src/paint/svg";
import { label } from "../src/scene/labels";
import { ridgeline } from "../src/scene/ridgeline";
import { recorder } from "./recorder";
import { bells, optionsOf, seeded, size, stepLines } from "./worlds";
import { everyElement, parseXml } from "./xml";

const picture = { size, title: "dense kernel, run train", description: "3 steps" };

function chart(length = 3) {
  const series = bells(length, { above: new Float32Array(length).fill(0.02) });
  return ridgeline(stepLines(series), optionsOf(series));
}

function paintChart(painter: Painter): void {
  const { scene, cursor } = chart();
  paintScene(painter, scene);
  paintScene(painter, cursor({ step: 10, at: null, line: null }));
}

test("a chart becomes an SVG picture with its words in front", () => {
  const root = parseXml(svgText(picture, paintChart));
  expect(root.name).toBe("svg");
  expect(root.attributes).toEqual({
    xmlns: "http://www.w3.org/2000/svg",
    width: "360",
    height: "208",
    viewBox: "0 0 360 208",
    role: "img",
  });
  expect(root.children.slice(0, 2).map(({ name, text }) => [name, text])).toEqual([
    ["title", "dense kernel, run train"],
    ["desc", "3 steps"],
  ]);
});

/** The numbers that a canvas is told in the calls of a kind, in order, to the two decimals that a file has. */
function numbersOf(calls: [string, ...unknown[]][], names: string[]): number[] {
  return calls
    .filter(([name]) => names.includes(name))
    .flatMap(([, ...args]) => args.filter((arg) => typeof arg === "number"))
    .map((value) => Math.round(value * 100) / 100 + 0);
}

/** A halo is a text of its own, behind the letters. */
const WRITING = ["strokeText", "fillText"];

test("the picture has the geometry that a canvas is told", () => {
  const { context, calls } = recorder();
  paintChart(context);
  const elements = everyElement(parseXml(svgText(picture, paintChart)));
  const strokes = elements.filter(({ name, attributes }) => name === "path" && attributes.fill);
  const ofSvg = strokes.flatMap(({ attributes }) =>
    [...(attributes.d ?? "").matchAll(/-?[\d.]+/g)].map(Number),
  );
  const moves = ["moveTo", "lineTo", "bezierCurveTo"];
  expect(ofSvg).toEqual(numbersOf(calls, moves));
  const texts = elements.filter(({ name }) => name === "text");
  expect(texts.map(({ text }) => text)).toEqual(
    calls.filter(([name]) => WRITING.includes(name)).map(([, text]) => text),
  );
  expect(texts.flatMap(({ attributes: { x, y } }) => [Number(x), Number(y)])).toEqual(
    numbersOf(calls, WRITING),
  );
});

test("curves stand in a group that is cut off at the plot, labels after it", () => {
  const root = parseXml(svgText(picture, (painter) => paintScene(painter, chart().scene)));
  const group = root.children.find(({ name }) => name === "g");
  const { left, top, right, bottom } = chart().scene.clip;
  const shape = root.children.find(({ name }) => name === "clipPath");
  expect(group?.attributes["clip-path"]).toBe(`url(#${shape?.attributes.id})`);
  expect(shape?.children[0]?.attributes.d).toBe(`M${left} ${top}H${right}V${bottom + 1}H${left}Z`);
  expect(group?.children.filter(({ attributes }) => attributes.fill !== "none")).toHaveLength(3);
  expect(everyElement(group ?? root).some(({ name }) => name === "text")).toBe(false);
});

test("one shape is described once, however often it cuts", () => {
  const elements = everyElement(parseXml(svgText(picture, paintChart)));
  expect(elements.filter(({ name }) => name === "clipPath")).toHaveLength(1);
  expect(elements.filter(({ attributes }) => attributes["clip-path"])).toHaveLength(2);
});

test("text has the font, the anchor and the middle of the line that a canvas gives it", () => {
  const painter = svgPainter();
  painter.font = '500 11px "Fira Sans", sans-serif';
  painter.textAlign = "right";
  painter.textBaseline = "middle";
  painter.fillStyle = "#123456";
  painter.fillText("0.2", 10.126, -0.001);
  expect(parseXml(painter.elements())).toMatchObject({
    name: "text",
    text: "0.2",
    attributes: {
      x: "10.13",
      y: "0",
      dy: "0.35em",
      "text-anchor": "end",
      "font-family": '"Fira Sans", sans-serif',
      "font-size": "11",
      "font-weight": "500",
      fill: "#123456",
    },
  });
});

test("translucent colours and dashes are written as programs other than browsers read them", () => {
  const painter = svgPainter();
  painter.strokeStyle = "#4250664d";
  painter.lineWidth = 2;
  painter.lineJoin = "round";
  painter.setLineDash([3, 3]);
  painter.moveTo(0, 0);
  painter.lineTo(1, 1);
  painter.stroke();
  expect(parseXml(painter.elements()).attributes).toEqual({
    d: "M0 0L1 1",
    fill: "none",
    stroke: "#425066",
    "stroke-opacity": "0.3",
    "stroke-width": "2",
    "stroke-linejoin": "round",
    "stroke-dasharray": "3 3",
  });
});

test("restoring brings back the style and closes the groups opened since, innermost first", () => {
  const painter = svgPainter();
  const write = (text: string) => painter.fillText(text, 0, 0);
  painter.fillStyle = "#111111";
  painter.save();
  painter.translate(10, 20);
  painter.save();
  painter.rect(0, 0, 5, 5);
  painter.clip();
  painter.fillStyle = "#222222";
  write("inner");
  painter.restore();
  write("outer");
  painter.restore();
  painter.restore();
  write("after");
  const root = parseXml(`<root>${painter.elements()}</root>`);
  const [group, after] = root.children;
  expect(group?.attributes.transform).toBe("translate(10 20)");
  expect(group?.children.map(({ name }) => name)).toEqual(["clipPath", "g", "text"]);
  expect(group?.children[1]?.children[0]).toMatchObject({
    text: "inner",
    attributes: { fill: "#222222" },
  });
  expect(group?.children[2]?.attributes.fill).toBe("#111111");
  expect(after?.text).toBe("after");
});

test("no number is no stroke, as on a canvas", () => {
  const painter = svgPainter();
  painter.beginPath();
  painter.moveTo(0, 0);
  painter.lineTo(Number.NaN, 1);
  painter.rect(0, 0, Number.POSITIVE_INFINITY, 1);
  painter.lineTo(2, 2);
  painter.stroke();
  painter.fillRect(Number.NaN, 0, 1, 1);
  painter.fillText("nowhere", 0, Number.NaN);
  expect(parseXml(painter.elements()).attributes.d).toBe("M0 0L2 2");
});

test.each([
  ["markup", "</text><script>alert(1)</script>", "</text><script>alert(1)</script>"],
  ["quotes", `" onload='x' &amp;`, `" onload='x' &amp;`],
  ["control characters", "a\u0000b\u0008c\u001bd\u{fffe}e", "abcde"],
  ["halves of pairs", "a\ud800b\udc00c\u{1f600}", "abc\u{1f600}"],
  ["the end of CDATA", "]]>", "]]>"],
])("%s in a log's text stays text", (_, text, seen) => {
  const root = parseXml(
    svgText({ size, title: text, description: text }, (painter) => {
      painter.fillStyle = text;
      painter.font = `11px ${text}`;
      painter.fillText(text, 1, 2);
    }),
  );
  expect(root.children.map((element) => element.text)).toEqual([seen, seen, seen]);
});

test("whatever is painted, the file is well-formed and no number has more than two decimals", () => {
  const random = seeded(4);
  for (let round = 0; round < 200; round++) {
    const painter = svgPainter();
    const number = () => (random() < 0.05 ? Number.NaN : (random() - 0.5) * 10 ** (random() * 8));
    const deeds = [
      () => painter.save(),
      () => painter.restore(),
      () => painter.translate(random() * 10, random() * 10),
      () => painter.beginPath(),
      () => painter.moveTo(number(), number()),
      () => painter.bezierCurveTo(number(), number(), number(), number(), number(), number()),
      () => painter.rect(number(), number(), number(), number()),
      () => painter.clip(),
      () => painter.fill(),
      () => painter.stroke(),
      () => painter.setLineDash(random() < 0.5 ? [] : [random(), 2]),
      () => painter.fillText("<&>", number(), number()),
    ];
    for (let i = 0; i < 60; i++) deeds[Math.floor(random() * deeds.length)]?.();
    const text = `<root>${painter.elements()}</root>`;
    expect(() => parseXml(text)).not.toThrow();
    expect(text).not.toMatch(/NaN|Infinity|undefined|\.\d{3}/);
  }
});

test("outlines of the first step and of the baseline run have dashes of their own", () => {
  const { scene } = chart();
  const [curve] = scene.curves;
  if (curve === undefined) throw new Error("no curve");
  const curves = ([false, true, "baseline"] as const).map((dash) => ({
    ...curve,
    dash,
    fill: null,
  }));
  const bare = { ...scene, rules: [], hatches: [], labels: [], curves };
  const elements = everyElement(parseXml(svgText(picture, (on) => paintScene(on, bare))));
  const lines = elements.filter(({ attributes }) => attributes.stroke);
  expect(lines.map(({ attributes }) => attributes["stroke-dasharray"])).toEqual([
    undefined,
    "3 3",
    "8 3 2 3",
  ]);
});

test("a halo lies behind its letters", () => {
  const { scene } = chart();
  const halo = { ...label(3, 4, "2%", "#123456"), halo: "#ffffff" };
  const bare = { ...scene, rules: [], hatches: [], curves: [], labels: [halo] };
  const elements = everyElement(parseXml(svgText(picture, (on) => paintScene(on, bare))));
  const texts = elements.filter(({ name }) => name === "text");
  expect(texts.map(({ attributes: { fill, stroke } }) => [fill, stroke])).toEqual([
    ["none", "#ffffff"],
    ["#123456", undefined],
  ]);
});
