import { expect, test } from "vitest";
import { binsCsvOf, csvOf, jsonOf } from "../src/model/rows";
import type { Series } from "../src/model/series";
import { shownOf } from "../src/model/shown";
import { bells } from "./worlds";

const HEADER =
  "run,layer,parameter,role,tag,step,wall_time,count,mean,std,min,max,near_zero,below,above,non_finite,buckets";

function linesOf(series: Series, rows?: number[]): string[] {
  return csvOf([{ series, ...(rows && { rows }) }])
    .trimEnd()
    .split("\n");
}

test("a table has a header and a line for each run, tag and step", () => {
  const wallTimes = Float64Array.of(1760000000.25, Number.NaN);
  expect(linesOf(bells(2, { wallTimes }))).toEqual([
    HEADER,
    "train,dense,kernel,weight,dense/kernel,0,2025-10-09T08:53:20.250Z,4096,0,0.1,-1,1,0.01,0,0,0,500",
    "train,dense,kernel,weight,dense/kernel,10,,4096,0,0.1,-1,1,0.01,0,0,0,500",
  ]);
});

test("nothing shown is a table without lines", () => {
  expect(csvOf([])).toBe(`${HEADER}\n`);
  expect(JSON.parse(jsonOf([]))).toEqual({ series: [] });
});

test("only the rows asked for are there", () => {
  expect(linesOf(bells(20), [0, 7]).map((line) => line.split(",")[5])).toEqual(["step", "0", "70"]);
  const json = JSON.parse(jsonOf([{ series: bells(20), rows: [3] }]));
  expect(json.series[0].step).toEqual([30]);
  expect(json.series[0].density).toHaveLength(1);
});

test("lines of charts become rows of series, each once and in order", () => {
  const [a, b] = [bells(5), bells(5, { run: "b" })];
  const lines = [
    { series: a, row: 4 },
    { series: b, row: 2 },
    { series: a, row: 0 },
    { series: a, row: 4 },
  ];
  expect(shownOf(lines)).toEqual([
    { series: a, rows: [0, 4] },
    { series: b, rows: [2] },
  ]);
});

test("what is not known is left empty, and null in JSON", () => {
  const missing = Float32Array.of(Number.NaN);
  const infinite = Float32Array.of(Number.POSITIVE_INFINITY);
  const broken = bells(1, {
    mean: missing,
    std: missing,
    max: infinite,
    count: Float64Array.of(0),
    nonFinite: Uint8Array.of(1),
    wallTimes: Float64Array.of(1e300),
  });
  expect(linesOf(broken)[1]).toBe(
    "train,dense,kernel,weight,dense/kernel,0,,0,,,-1,,0.01,0,0,1,500",
  );
  const text = jsonOf([{ series: broken }]);
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
  expect(JSON.parse(text).series[0]).toMatchObject({
    mean: [null],
    max: [null],
    wall_time: [null],
  });
});

test.each(["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx"])(
  "%j runs in no spreadsheet",
  (name) => {
    const text = csvOf([{ series: bells(1, { layer: name }) }]);
    expect(text).toContain(/[\r\n]/.test(name) ? `"'${name}"` : `,'${name},`);
  },
);

test("numbers stay numbers, negative ones too", () => {
  const one = bells(1, { mean: Float32Array.of(-0.25), steps: Float64Array.of(-3) });
  expect(linesOf(one)[1]).toContain(",-3,");
  expect(linesOf(one)[1]).toContain(",-0.25,");
});

test.each([
  ["commas", "a,b", '"a,b"'],
  ["quotes", 'say "w"', '"say ""w"""'],
  ["lines", "a\nb\r\nc", '"a\nb\r\nc"'],
])("%s in a name are quoted", (_, name, cell) => {
  expect(csvOf([{ series: bells(1, { layer: name }) }])).toContain(`train,${cell},kernel`);
});

test("float32 numbers have no more digits than they know", () => {
  const one = bells(1, {
    min: Float32Array.of(-16777217),
    max: Float32Array.of(0.1),
    mean: Float32Array.of(1e-38),
    std: Float32Array.of(1 / 3),
  });
  expect(linesOf(one)[1]).toContain("1e-38,0.33333334,-16777216,0.1,");
  for (const value of [Math.PI, 1e30, 5e-45, 123456.7]) {
    const written = linesOf(bells(1, { max: Float32Array.of(value) }))[1]?.split(",")[11];
    expect(Math.fround(Number(written))).toBe(Math.fround(value));
  }
});

test("JSON has the grid and the densities, whose mass is one", () => {
  const symlog = bells(2, { grid: { axis: "symlog", bins: 64, low: -1, high: 1, threshold: 0.1 } });
  for (const series of [bells(2), symlog]) {
    const [one] = JSON.parse(jsonOf([{ series }])).series;
    const { edges, ...grid } = one.grid;
    expect(grid).toEqual(series.grid);
    expect([edges.length, edges[0], edges.at(-1)]).toEqual([65, -1, 1]);
    expect(edges).toEqual(edges.toSorted((a: number, b: number) => a - b));
    expect(one.density[0]).toHaveLength(64);
  }
  const [one] = JSON.parse(jsonOf([{ series: bells(2) }])).series;
  const mass = one.density[0].reduce((sum: number, density: number) => sum + (density * 2) / 64, 0);
  expect(mass).toBeCloseTo(1, 2);
  for (const density of one.density[0]) expect(density).toBe(Number(density.toPrecision(6)));
});

test("histograms are saved bin by bin, and their shares add up to one with what lies off the grid", () => {
  const series = bells(2, { below: Float32Array.of(0, 0.25), above: Float32Array.of(0, 0.125) });
  const [head, ...lines] = binsCsvOf([{ series, rows: [1] }])
    .trim()
    .split("\n");
  expect(head).toBe("run,layer,parameter,role,tag,step,left,right,share");
  expect(lines[0]).toBe("train,dense,kernel,weight,dense/kernel,10,,-1,0.25");
  expect(lines.at(-1)).toBe("train,dense,kernel,weight,dense/kernel,10,1,,0.125");
  const shares = lines.map((line) => Number(line.split(",").at(-1)));
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
  const [, second] = lines;
  expect(
    second
      ?.split(",")
      .slice(6, 8)
      .every((edge) => Math.abs(Number(edge)) <= 1),
  ).toBe(true);
});
