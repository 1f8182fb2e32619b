import { curveMonotoneX } from "d3-shape";
import { expect, test } from "vitest";
import { traceSmooth } from "../src/paint/smooth";
import { recorder } from "./recorder";
import { seeded } from "./worlds";

type Point = readonly [number, number];

function ours(points: readonly Point[]) {
  const { context, calls } = recorder();
  const [xs, ys] = [0, 1].map((i) => points.map((point) => point[i] ?? 0));
  traceSmooth(context, xs ?? [], ys ?? []);
  return calls;
}

function theirs(points: readonly Point[]) {
  const { context, calls } = recorder();
  const path = curveMonotoneX(context as unknown as Parameters<typeof curveMonotoneX>[0]);
  path.lineStart();
  for (const [x, y] of points) path.point(x, y);
  path.lineEnd();
  return calls;
}

const random = seeded(11);

/** As many points from left to right; some stand at one height, above each other or twice. */
function walk(length: number): Point[] {
  let x = 0;
  let y = 0;
  return Array.from({ length }, () => {
    if (random() < 0.8) x += random();
    if (random() < 0.7) y = 10 * random() - 5;
    return [x, y];
  });
}

test.each([0, 1, 2, 3, 4, 5, 64])("%i points are joined as d3 joins them", (length) => {
  for (let i = 0; i < 50; i++) {
    const points = walk(length);
    const [a, b] = [ours(points), theirs(points)];
    expect(a.map(([name]) => name)).toEqual(b.map(([name]) => name));
    a.flat().forEach((one, at) => {
      if (typeof one === "number") expect(one).toBeCloseTo(Number(b.flat()[at]), 9);
    });
  }
});
