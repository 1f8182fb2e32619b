import { expect, test } from "vitest";
import { blockPaths, buildTree, leavesOf, parentOf, toggled, visibleRows } from "../src/model/tree";
import { layerRow } from "./worlds";

const rowsOf = (...layers: string[]) => layers.map((layer) => layerRow(layer, ["weight"]));

const RESNET = rowsOf(
  "conv1",
  "layer1.0.conv1",
  "layer1.0.bn1",
  "layer1.1.conv1",
  "layer1.1.bn1",
  "layer2.0.conv1",
  "layer2.0.downsample.0",
  "layer2.0.downsample.1",
  "fc",
);

/** The tree as indented text; a block with `>`. */
function drawn(nodes: ReturnType<typeof buildTree>, closed: string[] = []): string[] {
  return visibleRows(nodes, new Set(closed)).map(
    ({ level, node, open }) =>
      `${"  ".repeat(level - 1)}${open === null ? "" : open ? "> " : "+ "}${node.label}`,
  );
}

test("blocks nest, and a block that holds one block alone is joined with it", () => {
  expect(drawn(buildTree(RESNET, 0, true))).toEqual([
    "conv1",
    "> layer1",
    "  > 0",
    "    conv1",
    "    bn1",
    "  > 1",
    "    conv1",
    "    bn1",
    "> layer2.0",
    "  conv1",
    "  > downsample",
    "    0",
    "    1",
    "fc",
  ]);
});

test("a closed block hides its layers and says how many", () => {
  const nodes = buildTree(RESNET, 0, true);
  const closed = drawn(nodes, ["layer1", "layer2.0.downsample"]);
  expect(closed).toEqual(["conv1", "+ layer1", "> layer2.0", "  conv1", "  + downsample", "fc"]);
  expect(nodes.map((node) => leavesOf(node).length)).toEqual([1, 4, 3, 1]);
});

test("all blocks are closed at once, and stay so while a search joins them", () => {
  const all = blockPaths(buildTree(RESNET, 0, true));
  expect(drawn(buildTree(RESNET, 0, true), all)).toEqual(["conv1", "+ layer1", "+ layer2.0", "fc"]);
  const found = RESNET.filter(({ layer }) => layer.startsWith("layer1.0"));
  expect(drawn(buildTree(found, 0, true), ["layer1"])).toEqual(["+ layer1.0"]);
});

test("a joined block opens again however it was closed", () => {
  const [block] = buildTree(RESNET.slice(1, 3), 0, true);
  if (block === undefined || "row" in block) throw new Error("no block");
  expect(block.paths).toEqual(["layer1", "layer1.0"]);
  expect(toggled(new Set(["layer1"]), block).size).toBe(0);
  expect(toggled(new Set(), block)).toEqual(new Set(["layer1.0"]));
});

test("slashes are separators as dots are, and one layer alone needs no block", () => {
  expect(drawn(buildTree(rowsOf("model/enc/a", "model/enc/b.c", "model/head"), 0, true))).toEqual([
    "> model",
    "  > enc",
    "    a",
    "    b.c",
    "  head",
  ]);
});

test("a layer may have the name of a block, and a block may come twice", () => {
  expect(
    drawn(buildTree(rowsOf("attn", "attn.q", "attn.k", "x", "attn.v", "attn.w"), 0, true)),
  ).toEqual(["attn", "> attn", "  q", "  k", "x", "> attn", "  v", "  w"]);
});

test("separators at either end, doubled or alone are part of the name", () => {
  const names = ["/a", "a/", "a//b", "a//c", ".", "..", "a.b\nc"];
  const nodes = buildTree(rowsOf(...names), 0, true);
  expect(nodes.flatMap(leavesOf).map(({ layer }) => layer)).toEqual(names);
  const ids = visibleRows(nodes, new Set()).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("pinned layers stand first in a block of their own, under their full names", () => {
  const rows = [
    ...rowsOf("layer1.0.bn1"),
    ...RESNET.filter(({ layer }) => layer !== "layer1.0.bn1"),
  ];
  expect(drawn(buildTree(rows, 1, true)).slice(0, 6)).toEqual([
    "> Pinned",
    "  layer1.0.bn1",
    "conv1",
    "> layer1",
    "  0.conv1",
    "  > 1",
  ]);
});

test("in another order than the network's every layer stands alone", () => {
  const rows = rowsOf("b.x", "a.y", "b.z");
  expect(drawn(buildTree(rows, 0, false))).toEqual(["b.x", "a.y", "b.z"]);
});

test("each row knows its place among its siblings and the row that it lies in", () => {
  const rows = visibleRows(buildTree(RESNET, 0, true), new Set());
  expect(rows.slice(0, 4).map(({ place, siblings }) => [place, siblings])).toEqual([
    [1, 4],
    [2, 4],
    [1, 2],
    [1, 2],
  ]);
  expect(rows.map((_, i) => parentOf(rows, i))).toEqual([
    -1, -1, 1, 2, 2, 1, 5, 5, -1, 8, 8, 10, 10, -1,
  ]);
});

test("ten thousand layers are a tree in no time", () => {
  const many = rowsOf(...Array.from({ length: 10_000 }, (_, i) => `block${i % 100}.${i}.conv`));
  expect(visibleRows(buildTree(many, 0, true), new Set()).length).toBe(10_000);
});
