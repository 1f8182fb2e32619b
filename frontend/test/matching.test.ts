import { expect, test } from "vitest";
import {
  matchedKey,
  matchingNotices,
  matchLayers,
  type RunLayers,
  renamedRows,
} from "../src/model/matching";
import { parameterKey } from "../src/model/names";
import { mergeOutlines } from "../src/model/outline";
import { layerRow } from "./worlds";

type Network = Record<string, number | null>;

/** A run of layers whose parameters have the given size. */
function run(name: string, network: Network, parameters = ["kernel", "bias"]): RunLayers {
  return {
    run: name,
    layers: Object.keys(network).map((layer) => layerRow(layer, parameters)),
    sizeOf: ({ layer }) => network[layer] ?? null,
  };
}

function names(...runs: RunLayers[]): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...matchLayers(runs)].map(([name, renaming]) => [name, Object.fromEntries(renaming.names)]),
  );
}

const first = run("A", { dense: 50176, dense_1: 4096, dense_2: 640 });

test("equal names are left alone, whatever their sizes", () => {
  expect(names(first, run("B", { dense: 10, dense_1: 20, dense_2: 30 }))).toEqual({});
  expect(names(first, run("B", { dense: 10, dense_1: 20 }))).toEqual({});
  expect(names(first, run("B", {}), first)).toEqual({});
});

test("what Keras counts up in one process is matched by position", () => {
  const expected = { dense_3: "dense", dense_4: "dense_1", dense_5: "dense_2" };
  expect(names(first, run("B", { dense_3: 50176, dense_4: 4096, dense_5: 640 }))).toEqual({
    B: expected,
  });
  expect(names(first, run("B", { dense_3: null, dense_4: null, dense_5: null }))).toEqual({
    B: expected,
  });
});

test("the name of the model may differ", () => {
  const models = [
    { "sequential/dense": 4, "sequential/dense_1": 2 },
    { "model_1/dense_2": 4, "model_1/dense_3": 2 },
  ];
  const [a = {}, b = {}] = models;
  expect(names(run("A", a), run("B", b))).toEqual({
    B: { "model_1/dense_2": "sequential/dense", "model_1/dense_3": "sequential/dense_1" },
  });
  expect(
    names(run("A", { "conv.1": 4, fc: 2 }), run("B", { "module.conv.1": 4, "module.fc": 2 })),
  ).toEqual({
    B: { "module.conv.1": "conv.1", "module.fc": "fc" },
  });
});

test("a layer put in between shifts nothing", () => {
  const longer = run("B", { dense_3: 50176, dense_4: 999, dense_5: 4096, dense_6: 640 });
  const expected = { dense_3: "dense", dense_5: "dense_1", dense_6: "dense_2" };
  expect(names(first, longer)).toEqual({ B: expected });
  const [layers] = [longer, first].map(({ layers }) => layers);
  const merged = mergeOutlines([
    first.layers,
    renamedRows(layers ?? [], matchLayers([first, longer]).get("B")),
  ]);
  expect(merged.map(({ layer }) => layer)).toEqual(["dense", "dense_4", "dense_1", "dense_2"]);
});

test("layers are not matched across one that both have", () => {
  const a = run("A", { conv2d: 9, head: 1, conv2d_1: 9 });
  expect(names(a, run("B", { head: 1, conv2d_2: 9 }))).toEqual({ B: { conv2d_2: "conv2d_1" } });
  expect(names(a, run("B", { conv2d_2: 9, head: 1 }))).toEqual({ B: { conv2d_2: "conv2d" } });
});

test("where two pairings fit as well, none is taken", () => {
  const a = run("A", { dense: null, dense_1: null, dense_2: null });
  expect(names(a, run("B", { dense_3: null, dense_4: null }))).toEqual({});
  const same = run("A", { dense: 16, dense_1: 16, dense_2: 4 });
  expect(names(same, run("B", { dense_3: 16, dense_4: 4 }))).toEqual({
    B: { dense_4: "dense_2" },
  });
});

test("other sizes, parameters, classes or words are other layers", () => {
  expect(names(first, run("B", { dense_3: 1, dense_4: 2, dense_5: 3 }))).toEqual({});
  expect(
    names(first, run("B", { dense_3: null, dense_4: null, dense_5: null }, ["kernel"])),
  ).toEqual({});
  expect(names(run("A", { query: null }), run("B", { key: null }))).toEqual({});
  const classed = (name: string, layer: string, kind: string): RunLayers => ({
    run: name,
    layers: [layerRow(layer, ["kernel"], kind)],
    sizeOf: () => 8,
  });
  expect(names(classed("A", "block", "Dense"), classed("B", "block_1", "Conv1D"))).toEqual({});
});

test("a layer whose size is in no answer is matched with none", () => {
  const unknown = run("B", { dense_3: 50176, dense_4: Number.NaN, dense_5: 640 });
  const expected = { dense_3: "dense", dense_5: "dense_2" };
  expect(names(first, unknown)).toEqual({ B: expected });
  expect(names(run("A", { fc: Number.NaN }), run("B", { fc_1: Number.NaN }))).toEqual({});
});

test("networks that are the same throughout are matched under any names", () => {
  const named = run("B", { fc1: 50176, fc2: 4096, out: 640 });
  expect(names(first, named)).toEqual({ B: { fc1: "dense", fc2: "dense_1", out: "dense_2" } });
  expect(names(run("A", { query: 16, out: 4 }), run("B", { key: 16, head: 4 }))).toEqual({});
});

test("a counter that overlaps does not deceive: sizes tell that equal names are other layers", () => {
  const shifted = run("B", { dense_1: 50176, dense_2: 4096, dense_3: 640 });
  expect(names(first, shifted)).toEqual({
    B: { dense_1: "dense", dense_2: "dense_1", dense_3: "dense_2" },
  });
  const reordered = run("B", { dense_1: 50176, dense: 4096 });
  expect(names(run("A", { dense: 4096, dense_1: 50176 }), reordered)).toEqual({});
});

test("runs of one process agree, and no two layers of a run become one", () => {
  const train = run("B/train", { dense_3: 50176, dense_4: 4096, dense_5: 640 });
  const all = names(
    first,
    train,
    { ...train, run: "B/validation" },
    run("C", { dense_6: 50176, dense_7: 4096, dense_8: 640 }),
  );
  expect(all["B/validation"]).toEqual(all["B/train"]);
  expect(Object.values(all.C ?? {})).toEqual(["dense", "dense_1", "dense_2"]);
});

test("a gradient that only one run logs hinders nothing and is matched with its layer", () => {
  const b = run("B", { dense_3: 50176, dense_4: 4096, dense_5: 640 }, [
    "kernel",
    "bias",
    "kernel gradient",
  ]);
  const renaming = matchLayers([first, b]).get("B");
  const gradient = b.layers[0]?.parameters[2];
  if (gradient === undefined) throw new Error("no gradient");
  expect(matchedKey(gradient, renaming)).toBe(parameterKey({ ...gradient, layer: "dense" }));
  expect(matchedKey(gradient, undefined)).toBe(parameterKey(gradient));
});

test("two thousand layers are matched at once", () => {
  const network = (from: number): Network =>
    Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`dense_${from + i}`, 16 + (i % 7)]));
  expect(matchLayers([run("A", network(1)), run("B", network(5000))]).get("B")?.names.size).toBe(
    2000,
  );
});

test("hostile names are names", () => {
  const a = run("A", { __proto___1: 1, "": 2, "/": 3 });
  expect(names(a, run("B", { __proto___2: 1, "": 2, "/": 3 }))).toEqual({
    B: { __proto___2: "__proto___1" },
  });
});

test("the page says which layers were matched with which", () => {
  const b = run("B", { dense_3: 50176, dense_4: 4096, dense_5: 640 });
  const [notice, ...others] = matchingNotices(matchLayers([first, b]));
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ code: "matched_by_position", level: "info" });
  expect(notice?.text).toBe(
    "Layers of run B are matched to those of run A by their position, since their names differ: " +
      "dense_3 with dense, dense_4 with dense_1, dense_5 with dense_2.",
  );
  const many = [b, { ...b, run: "C" }];
  expect(matchingNotices(matchLayers([first, ...many]))[0]?.text).toContain(
    "Layers of 2 runs are matched to those of run A by their position, since their names differ: in run B dense_3",
  );
  expect(matchingNotices(new Map())).toEqual([]);
});
