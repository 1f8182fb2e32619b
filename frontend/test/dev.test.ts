import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { answerTo, type Golden, maybeWorld } from "../dev/answers";
import { inWords, quantile } from "../dev/frames";
import { densitiesAnswer, parametersOf, type Question, runNames } from "../dev/synthetic";
import { axisOf } from "../src/model/axis";
import { readDistances } from "../src/model/distances";
import { inSight, layOut } from "../src/model/layout";
import { blockOf } from "../src/model/names";
import { mergeOutlines } from "../src/model/outline";
import { csvOf } from "../src/model/rows";
import { densityAt, type Parameter, readDensities, type Series } from "../src/model/series";

const world = { layers: 40, steps: 60, runs: 2 };
const question: Question = {
  run: "synthetic/2",
  tags: [],
  axis: "linear",
  bins: 64,
  steps: 51,
  bits: 8,
};

function seriesOf(changes: Partial<Question> = {}): Series[] {
  return readDensities(densitiesAnswer(world, { ...question, ...changes })).series;
}

test("a synthetic answer has a series for each parameter, with first and last step", () => {
  const series = seriesOf();
  expect(series.map(({ tag }) => tag)).toEqual(parametersOf(world).map(({ tag }) => tag));
  for (const { run, steps, length } of series) {
    expect(run).toBe("synthetic/2");
    expect([length, steps[0], steps.at(-1)]).toEqual([51, 0, 5900]);
    expect([...steps]).toEqual([...new Set(steps)].sort((a, b) => a - b));
  }
});

test.each([
  { axis: "linear", bits: 8 },
  { axis: "symlog", bits: 8 },
  { axis: "linear", bits: 16 },
  { axis: "linear", bits: 8, ends: [-0.1, 0.5] },
] as Partial<Question>[])("the mass of every row is one: %o", (changes) => {
  for (const series of seriesOf(changes)) {
    const { toUnit } = axisOf(series.grid);
    const width = (toUnit(series.grid.high) - toUnit(series.grid.low)) / series.grid.bins;
    for (let row = 0; row < series.length; row++) {
      let mass = (series.below[row] ?? 0) + (series.above[row] ?? 0);
      for (let bin = 0; bin < series.grid.bins; bin++) mass += densityAt(series, row, bin) * width;
      expect(Math.abs(mass - 1)).toBeLessThan(0.01);
    }
  }
});

test("a synthetic network has what charts must cope with", () => {
  const series = readDensities(densitiesAnswer({ ...world, layers: 200 }, question)).series;
  expect(series.some(({ nonFinite }) => nonFinite.includes(1))).toBe(true);
  expect(series.some(({ above }) => above.some((share) => share > 0))).toBe(true);
});

test("the same question has the same answer, runs differ, tags choose", () => {
  expect(densitiesAnswer(world, question)).toEqual(densitiesAnswer(world, question));
  const [tag = ""] = parametersOf(world).map((one) => one.tag);
  const [one, ...others] = seriesOf({ tags: [tag] });
  expect(others).toEqual([]);
  expect(one?.mean).not.toEqual(seriesOf({ tags: [tag], run: "synthetic/1" })[0]?.mean);
});

test("only the steps and the values that are asked for are there, the rest off the scale", () => {
  const [narrow] = seriesOf({ between: [1000, 2000], ends: [-0.1, 0.2], steps: 5 });
  expect([...(narrow?.steps ?? [])]).toEqual([1000, 1300, 1500, 1800, 2000]);
  expect([narrow?.grid.low, narrow?.grid.high]).toEqual([-0.1, 0.2]);
  expect(narrow?.below[0]).toBeGreaterThan(0.05);
  expect(narrow?.above[0]).toBeGreaterThan(0);
  const [nothing] = seriesOf({ between: [10, 20] });
  expect([nothing?.length, nothing?.grid.low, nothing?.grid.high]).toEqual([0, -1, 1]);
  for (const { peaks } of seriesOf({ ends: [8, 9] }))
    expect(peaks.every(Number.isFinite)).toBe(true);
});

const folder = new URL("../../tests/golden/", import.meta.url);
const golden: Golden = {
  run: "digits/train",
  bytes: new Uint8Array(readFileSync(new URL("densities.safetensors", folder))).buffer,
};

function asked(route: string, query: string, page = "") {
  const found = answerTo(
    route,
    new URLSearchParams(query),
    maybeWorld(new URLSearchParams(page)),
    golden,
  );
  return found === null ? null : JSON.parse(String(found.body));
}

test("every route of the plugin is answered, the golden run beside the synthetic ones", () => {
  expect(asked("runs", "").runs.map(({ run }: { run: string }) => run)).toEqual([
    "digits/train",
    ...runNames({ layers: 1, steps: 1, runs: 2 }),
  ]);
  for (const [run, tag, step] of [
    ["digits/train", "dense/kernel", "1"],
    ["synthetic/1", "encoder.0.layer0.bias", "100"],
  ] as const) {
    const outline = asked("outline", `run=${run}`);
    expect(outline.layers[0].parameters[0]).toHaveProperty("role", "weight");
    const histogram = asked("histogram", `run=${run}&tag=${tag}&step=${step}`);
    const counted = histogram.buckets.reduce((sum: number, [, , n]: number[]) => sum + (n ?? 0), 0);
    expect(counted / histogram.count.value).toBeCloseTo(1, 2);
    const statistics = asked("statistics", `run=${run}`).series[0];
    for (const name of ["mean", "distance_first", "low", "high", "quality"]) {
      expect(statistics).toHaveProperty(name);
    }
    expect(statistics.mean).toHaveLength(statistics.step.length);
    expect(asked("histogram", `run=${run}&tag=${tag}&step=77`)).toBeNull();
  }
  const { distances } = readDistances(
    answerTo(
      "statistics",
      new URLSearchParams(
        "run=synthetic/1&format=safetensors&number=distance_first&number=distance_previous&number=update_ratio",
      ),
      null,
      golden,
    )?.body as ArrayBuffer,
  );
  const moved = distances.get("encoder.0.layer0.weight");
  expect(moved?.first.get(0)).toBe(0);
  expect(moved?.first.get(5000)).toBeGreaterThan(0);
  expect(moved?.previous.get(0)).toBeNaN();
  expect(asked("progress", "")).toEqual({ read: 0, size: 0, done: 0, of: 0 });
  expect(asked("elsewhere", "")).toBeNull();
});

test("the page's address says how large the world is, within reason", () => {
  expect(maybeWorld(new URLSearchParams("layers=1000&runs=2"))).toEqual({
    layers: 1000,
    steps: 51,
    runs: 2,
  });
  expect(maybeWorld(new URLSearchParams("layers=1e99&steps=-3&runs=x"))).toEqual({
    layers: 20_000,
    steps: 1,
    runs: 2,
  });
  expect(asked("runs", "", "layers=7&runs=3").runs).toHaveLength(3);
});

test("frame times are told as median, 95th percentile and most", () => {
  const times = Array.from({ length: 100 }, (_, i) => i / 10);
  expect(quantile(times, 0.5)).toBe(5);
  expect(quantile([], 0.5)).toBeNaN();
  expect(inWords({ scripts: times, gaps: [] })).toContain("script a frame: 5.0 · 9.5 · 9.9");
  expect(inWords({ scripts: [], gaps: times })).toContain("frame to frame: 5.0 · 9.5 · 9.9");
});

test("ten thousand series are read, merged, laid out and written, each once", () => {
  const large = { layers: 5000, steps: 2, runs: 2 };
  const { series } = readDensities(
    densitiesAnswer(large, { ...question, bins: 8, run: "synthetic/1" }),
  );
  expect(series).toHaveLength(10_000);
  const byLayer = new Map<string, Parameter[]>();
  for (const { tag, layer, parameter, role } of series) {
    byLayer.set(layer, [...(byLayer.get(layer) ?? []), { tag, layer, parameter, role }]);
  }
  const rows = [...byLayer].map(([layer, parameters]) => ({ layer, kind: null, parameters }));
  const merged = mergeOutlines([rows, rows.toReversed()]);
  expect(merged.map(({ layer }) => layer)).toEqual(rows.map(({ layer }) => layer));
  const blocks = [...new Set(merged.map(({ layer }) => blockOf(layer)))];
  const layersOf = new Map(blocks.map((block): [string, typeof merged] => [block, []]));
  for (const row of merged) layersOf.get(blockOf(row.layer))?.push(row);
  const layout = layOut(
    [...layersOf].map(([block, layers]) => ({
      block,
      layers: layers.map(({ layer, parameters }) => ({ layer, cards: parameters })),
    })),
    1600,
    252,
    1,
  );
  const placed = layout.groups.flatMap(({ rows: each }) => each.flatMap(({ cards }) => cards));
  expect(placed).toHaveLength(10_000);
  const seen = inSight(layout, layout.height / 2, layout.height / 2 + 1000);
  expect(seen.flatMap(({ rows: each }) => each.flatMap(({ cards }) => cards)).length).toBeLessThan(
    60,
  );
  expect(
    csvOf(series.map((one) => ({ series: one })))
      .trimEnd()
      .split("\n"),
  ).toHaveLength(20_001);
});
