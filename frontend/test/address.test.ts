import { expect, test } from "vitest";
import {
  DEFAULT_VIEW,
  decodeView,
  encodeView,
  readHash,
  type View,
  writeHash,
} from "../src/model/address";

const PREFIX = "p.layer_weights.";
const elsewhere: View = {
  runs: ["a&b=c", "100 %", "__proto__"],
  runFilter: "^train$",
  search: "conv(1|2)\\.weight",
  view: "overlay",
  rows: "layers",
  hidden: ["gradient", "bias"],
  pins: ['["dense","kernel","weight"]'],
  order: "moved",
  step: 40,
  between: [10, 400],
  axis: "symlog",
  range: "full",
  window: [-0.5, 1e-3],
  read: "every",
  heights: "ridge",
  overlap: 4,
  scale: "own",
  time: "relative",
  baseline: "null",
  a: { run: "a&b=c", step: null },
  b: { run: "100 %", step: 3 },
  statistic: "distance_first",
  shades: "row",
  focus: { run: "a&b", tag: "layer1.0.conv1/weight=x" },
  sort: { key: "std", descending: true },
  trend: "kurtosis",
  sidebar: false,
  guide: false,
};

test("a view comes back whole from the address", () => {
  const hash = writeHash("#layer_weights", PREFIX, encodeView(elsewhere));
  expect(decodeView(readHash(hash, PREFIX))).toEqual(elsewhere);
});

test("the default view leaves the address as it is", () => {
  expect(encodeView(DEFAULT_VIEW).size).toBe(0);
  expect(writeHash("#layer_weights", PREFIX, encodeView(DEFAULT_VIEW))).toBe("#layer_weights");
});

test("parts of other plugins stay untouched", () => {
  const hash = "#layer_weights&p.other.key=1%26&p.layer_weights.view=overlay&_smoothing=0.5";
  expect(writeHash(hash, PREFIX, new Map([["step", "7"]]))).toBe(
    "#layer_weights&p.other.key=1%26&_smoothing=0.5&p.layer_weights.step=7",
  );
});

test.each([
  ["view", "pie"],
  ["step", "NaN"],
  ["step", "1.5"],
  ["runs", '{"length":1}'],
  ["runs", "[1]"],
  ["focus", '{"run":1}'],
  ["focus", "null"],
  ["hidden", '["gradient","nonsense"]'],
  ["sidebar", "maybe"],
  ["between", "[3,1]"],
  ["between", "[1]"],
  ["window", '["-1",1]'],
  ["window", "[0,0]"],
  ["window", "[1,-1]"],
  ["overlap", "1e9"],
  ["overlap", "0.01"],
  ["a", '{"run":"train","step":0.5}'],
  ["b", "null"],
  ["statistic", "sum"],
  ["trend", "count"],
  ["sort", '{"key":"std"}'],
])("nonsense in %s (%s) leaves the default", (key, text) => {
  const view = decodeView(new Map([[key, text]]));
  expect(view).toEqual(DEFAULT_VIEW);
});

test("a broken percent sign in the address is passed over", () => {
  const hash = "#layer_weights&p.layer_weights.search=%E0%A4%A&p.layer_weights.view=overlay&a=b=c";
  expect(readHash(hash, PREFIX)).toEqual(new Map([["view", "overlay"]]));
});

test("a view is plain JSON", () => {
  expect(JSON.parse(JSON.stringify(elsewhere))).toEqual(elsewhere);
});
