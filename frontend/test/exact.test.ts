import { expect, test } from "vitest";
import { behindBuckets, behindTrend } from "../src/model/exact";
import type { Histogram, Numbers, Statistics } from "../src/model/logged";
import { csvText } from "../src/model/records";
import { bells } from "./worlds";

const series = bells(3, { run: "=train" });

const quantity = { value: 3, low: 3, high: 3, quality: "exact" as const };
const histogram: Histogram = {
  run: "=train",
  tag: "dense/kernel",
  step: 10,
  wall_time: 1760000000.25,
  buckets: [
    [-0.1, 0.30000000000000004, 1],
    [0.30000000000000004, 1e-300, 2.5],
  ],
  count: quantity,
  non_finite: { ...quantity, value: 0 },
  moments: { mean: quantity },
  quantiles: [],
};

const linesOf = (behind: ReturnType<typeof behindBuckets>) =>
  "records" in behind ? csvText(behind.records).trimEnd().split("\n") : [];

test("buckets are saved to the last digit, and names never as formulas", () => {
  const behind = behindBuckets(series, histogram);
  expect(linesOf(behind)).toEqual([
    "run,layer,parameter,role,tag,step,left,right,count",
    "'=train,dense,kernel,weight,dense/kernel,10,-0.1,0.30000000000000004,1",
    "'=train,dense,kernel,weight,dense/kernel,10,0.30000000000000004,1e-300,2.5",
  ]);
  expect("json" in behind && behind.json).toBe(histogram);
});

/** Numbers that tell by themselves what they are. */
function numbers(side: number): Numbers {
  const column = (number: number) => [number + side, null];
  const single = {
    count: column(1),
    mean: column(2),
    std: column(3),
    rms: column(4),
    min: column(5),
    max: column(6),
    near_zero: column(7),
    kurtosis: column(8),
    max_sigma: column(9),
    distance_first: column(10),
    distance_previous: column(11),
    update_ratio: column(13),
    non_finite: column(12),
  };
  return { ...single, quantiles: { "0.5": column(20), "0.05": column(21) } };
}

const qualities = Object.fromEntries(
  Object.keys(numbers(0)).map((key) => [key, key === "std" ? "estimated" : "bound"]),
) as Statistics["quality"];
const found: Statistics = {
  tag: "dense/kernel",
  step: [0, 10],
  wall_time: [1760000000.25, null],
  ...numbers(0),
  low: numbers(-0.5),
  high: numbers(0.5),
  quality: qualities,
};

test("a number over the steps is saved with its bounds and what it is worth", () => {
  const behind = behindTrend(series, found, "std");
  const names = "'=train,dense,kernel,weight,dense/kernel";
  expect(linesOf(behind)).toEqual([
    "run,layer,parameter,role,tag,step,wall_time,number,value,low,high,quality",
    `${names},0,2025-10-09T08:53:20.250Z,std,3,2.5,3.5,estimated`,
    `${names},10,,std,,,,estimated`,
  ]);
  expect("json" in behind && behind.json).toEqual({
    run: "=train",
    layer: "dense",
    parameter: "kernel",
    role: "weight",
    tag: "dense/kernel",
    step: [0, 10],
    wall_time: [1760000000.25, null],
    std: [3, null],
    low: { std: [2.5, null] },
    high: { std: [3.5, null] },
    quality: { std: "estimated" },
  });
});

test("quantiles are saved with all that is drawn beside them", () => {
  const lines = linesOf(behindTrend(series, found, "quantiles"));
  const first = lines.filter((line) => line.includes(",0,2025"));
  expect(first.map((line) => line.split(",").slice(7).join())).toEqual([
    "min,5,4.5,5.5,bound",
    "q0.05,21,20.5,21.5,bound",
    "q0.5,20,19.5,20.5,bound",
    "max,6,5.5,6.5,bound",
    "mean,2,1.5,2.5,bound",
  ]);
});
