import { expect, test } from "vitest";
import { axisOf, binCentre, sharedAxis, valueTicks } from "../src/model/axis";
import type { Grid } from "../src/model/series";

const linear: Grid = { axis: "linear", bins: 4, low: -1, high: 1, threshold: 0 };
const symlog: Grid = { axis: "symlog", bins: 4, low: -100, high: 100, threshold: 0.1 };

test.each([linear, symlog])("positions on a $axis axis lead back to their values", (grid) => {
  const axis = axisOf(grid);
  for (const value of [-0.9, -0.001, 0, 0.5]) {
    expect(axis.fromUnit(axis.toUnit(value))).toBeCloseTo(value, 9);
  }
});

test("bins of a linear axis have equal widths in value", () => {
  const axis = axisOf(linear);
  expect([0, 1, 2, 3].map((bin) => binCentre(axis, linear, bin))).toEqual([
    -0.75, -0.25, 0.25, 0.75,
  ]);
});

test("a shared axis covers every grid", () => {
  const shared = sharedAxis([linear, { ...linear, low: -0.5, high: 3 }]);
  expect([shared.low, shared.high]).toEqual([-1, 3]);
});

test.each([linear, symlog])(
  "ticks of a $axis axis are few, inside, ascending and have zero",
  (grid) => {
    const ticks = valueTicks(axisOf(grid));
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks).toContain(0);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    for (const tick of ticks) expect(Math.abs(tick)).toBeLessThanOrEqual(100);
  },
);

test("an axis all on one side of zero marks only values inside it", () => {
  const axis = axisOf({ ...symlog, low: 1, high: 1000 });
  for (const tick of valueTicks(axis)) expect(tick).toBeGreaterThanOrEqual(1);
});

test("a symlog axis of a few thresholds has numbers beside zero, evenly spread", () => {
  const axis = axisOf({ ...symlog, low: -0.31, high: 0.31, threshold: 0.13 });
  const ticks = valueTicks(axis, 6);
  expect(ticks.length).toBeGreaterThanOrEqual(3);
  expect(ticks).toEqual(ticks.map((tick) => (tick === 0 ? 0 : -tick)).reverse());
});
