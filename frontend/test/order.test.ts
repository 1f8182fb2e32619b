import { expect, test } from "vitest";
import { ORDERS } from "../src/model/address";
import { parameterKey } from "../src/model/names";
import { distanceMoved, ORDER_WORDS, orderRows, placeWords } from "../src/model/order";
import type { Series } from "../src/model/series";
import { bells, layerRow } from "./worlds";

/** Two rows: a bell around zero, then the same one moved to the right by so many bins. */
function shifted(bins: number, changes: Partial<Series> = {}): Series {
  const still = bells(1);
  const density = new Uint8Array(128);
  density.set(still.density);
  density.set(still.density.subarray(0, 64 - bins), 64 + bins);
  const peaks = new Float32Array([...still.peaks, ...still.peaks]);
  return { ...bells(2), density, peaks, ...changes };
}

test("the distance of a distribution that moves as it is, is how far it moved", () => {
  for (const bins of [0, 1, 4, 8])
    expect(distanceMoved(shifted(bins))).toBeCloseTo((bins * (2 / 64)) / 0.1, 1);
});

test("the distance is in values on a symlog grid too", () => {
  const grid = { axis: "symlog", bins: 64, low: -1, high: 1, threshold: 0.1 } as const;
  const density = new Uint8Array(128);
  density[32] = 255;
  density[64 + 63] = 255;
  const unit = (2 * Math.asinh(10)) / 64;
  const peaks = new Float32Array(2).fill(1 / unit);
  const series = { ...bells(2), grid, density, peaks, std: new Float32Array(2).fill(1) };
  expect(distanceMoved(series)).toBeGreaterThan(0.85);
  expect(distanceMoved(series)).toBeLessThan(1);
});

test("what starts without a spread is measured by its newest", () => {
  const still = shifted(8, { std: Float32Array.of(0, 0.1) });
  expect(distanceMoved(still)).toBeCloseTo(2.5, 1);
});

test("rows without values are passed over", () => {
  expect(distanceMoved(shifted(8, { count: Float64Array.of(0, 0) }))).toBeNull();
  expect(distanceMoved(shifted(8, { count: Float64Array.of(5, 0) }))).toBe(0);
});

const rows = [layerRow("conv10", ["w", "b"]), layerRow("conv2", ["w"]), layerRow("a", ["w"])];
const only = (value: number, name: "std" | "nearZero") =>
  bells(1, { [name]: Float32Array.of(value) });

function ordered(order: (typeof ORDERS)[number], series: Record<string, Series[]>): string[] {
  const byKey = new Map(
    rows.flatMap(({ layer, parameters }) =>
      parameters.map((one) => [parameterKey(one), series[`${layer} ${one.parameter}`] ?? []]),
    ),
  );
  return orderRows(rows, order, (key) => byKey.get(key) ?? []).map(
    ({ layer, parameters }) => `${layer} ${parameters.map(({ parameter }) => parameter).join("+")}`,
  );
}

test("the network's order is left as it is", () => {
  expect(ordered("network", {})).toEqual(["conv10 w+b", "conv2 w", "a w"]);
});

test("names are sorted as people do, layers whole", () => {
  expect(ordered("name", {})).toEqual(["a w", "conv2 w", "conv10 w+b"]);
});

test("parameters are sorted each by itself, the worst of its runs counts, those without data are last", () => {
  const series = {
    "conv10 b": [only(1, "std"), only(5, "std")],
    "conv2 w": [only(3, "std")],
    "a w": [only(4, "std"), only(Number.NaN, "std")],
  };
  expect(ordered("spread", series)).toEqual(["conv10 b", "a w", "conv2 w", "conv10 w"]);
});

test("equal ones keep the network's order", () => {
  const same = [only(0.5, "nearZero")];
  const series = {
    "conv10 w": same,
    "conv10 b": same,
    "conv2 w": same,
    "a w": [only(1, "nearZero")],
  };
  expect(ordered("near_zero", series)).toEqual(["a w", "conv10 w", "conv10 b", "conv2 w"]);
});

test("what broke first is first, then the network's order", () => {
  const broken = (row: number) => {
    const nonFinite = new Uint8Array(5);
    nonFinite[row] = 1;
    return bells(5, { nonFinite });
  };
  const series = {
    "conv10 w": [bells(5)],
    "conv10 b": [bells(5), broken(3)],
    "conv2 w": [bells(5)],
    "a w": [broken(1)],
  };
  expect(ordered("broken", series)).toEqual(["a w", "conv10 b", "conv10 w", "conv2 w"]);
});

test("the number behind a place is said as it is measured", () => {
  expect(placeWords("moved", [shifted(8)])).toMatch(/^2\.[45]\d*×$/);
  expect(placeWords("spread", [only(0.25, "std"), only(0.5, "std")])).toBe("0.5");
  expect(placeWords("near_zero", [only(0.5, "nearZero")])).toBe("50%");
  expect(placeWords("broken", [bells(2, { nonFinite: Uint8Array.of(0, 1) })])).toBe("step 10");
  expect(placeWords("broken", [bells(2)])).toBe("");
  expect(placeWords("moved", [])).toBe("");
  expect(placeWords("network", [bells(2)])).toBe("");
});

test("every order has its words", () => {
  expect(Object.keys(ORDER_WORDS)).toEqual([...ORDERS]);
});
