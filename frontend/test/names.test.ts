import { expect, test } from "vitest";
import { blockOf, matcher, parameterKey, parameterTitle, shortName } from "../src/model/names";
import { mergeOutlines } from "../src/model/outline";

test.each([
  ["layer1.0.conv1", "layer1.0", "conv1"],
  ["sequential/dense", "sequential", "dense"],
  ["conv1", "", "conv1"],
  ["encoder/3/attention.query", "encoder/3/attention", "query"],
  ["trailing/", "", "trailing/"],
])('%s stands in the block "%s" as %s', (layer, block, short) => {
  expect(blockOf(layer)).toBe(block);
  expect(shortName(layer)).toBe(short);
});

test("a gradient is told from its parameter in title and key", () => {
  const weight = { tag: "a", layer: "fc", parameter: "weight", role: "weight" } as const;
  const gradient = { ...weight, role: "gradient" } as const;
  expect(parameterTitle(gradient)).toBe("weight gradient");
  expect(parameterKey(gradient)).not.toBe(parameterKey(weight));
});

test("a search is plain text or a regular expression", () => {
  expect(matcher("conv[12]$")("layer1.conv2")).toBe(true);
  expect(matcher("CONV")("conv1")).toBe(true);
  expect(matcher("conv(")("a conv(1")).toBe(true);
  expect(matcher("conv(")("conv1")).toBe(false);
  expect(matcher("a+b")("sum/a+b")).toBe(true);
  expect(matcher("")("anything")).toBe(true);
});

const row = (layer: string, ...parameters: string[]) => ({
  layer,
  kind: null,
  parameters: parameters.map((parameter) => ({
    tag: `${layer}.${parameter}`,
    layer,
    parameter,
    role: "weight" as const,
  })),
});

test("layers that only a later run has follow their predecessor there", () => {
  const merged = mergeOutlines([
    [row("a", "w"), row("b", "w"), row("d", "w")],
    [
      row("z", "w"),
      row("a", "w", "bias"),
      row("b", "w"),
      row("c", "w"),
      row("c2", "w"),
      row("d", "w"),
    ],
  ]);
  expect(merged.map(({ layer }) => layer)).toEqual(["z", "a", "b", "c", "c2", "d"]);
  expect(merged[1]?.parameters.map(({ parameter }) => parameter)).toEqual(["w", "bias"]);
});

test("ten thousand layers are merged", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => row(`layer${i}`, "w"));
  expect(mergeOutlines([many, many.slice(5000)]).length).toBe(10_000);
});

test("merging leaves the outlines as they were and copes with hostile names", () => {
  const outline = [row("__proto__", "constructor"), row("constructor", "__proto__")];
  const before = JSON.stringify(outline);
  expect(mergeOutlines([outline, outline]).map(({ layer }) => layer)).toEqual([
    "__proto__",
    "constructor",
  ]);
  expect(JSON.stringify(outline)).toBe(before);
});
