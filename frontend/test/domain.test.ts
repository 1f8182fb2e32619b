import { expect, test } from "vitest";
import { domainOf } from "../src/model/domain";

const spread = (count: number, value: (i: number) => number) =>
  Float64Array.from({ length: count }, (_, i) => value(i));

test("places run from 0 to 1 and never beyond", () => {
  for (const spacing of ["log", "signed", "share", "flag"] as const) {
    const values = spread(500, (i) => (i - 250) / 100);
    const domain = domainOf(values, spacing, true);
    const places = [...values].map(domain.place);
    expect(places.every((place) => place >= 0 && place <= 1)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  }
});

test("numbers that span decades are spaced by their logarithm", () => {
  const domain = domainOf(Float64Array.of(0.001, 0.01, 0.1, 1), "log", false);
  expect(domain.place(0.01)).toBeCloseTo(1 / 3);
  expect(domain.ticks).toEqual([0.001, 0.01, 0.1, 1]);
  expect(domainOf(Float64Array.of(1, 1.5, 2), "log", false).place(1.5)).toBeCloseTo(0.5);
});

test("one exploding layer leaves the others their colours", () => {
  const values = spread(1000, (i) => (i < 900 ? 0.1 + i / 9000 : 10 ** (i / 50)));
  const domain = domainOf(values, "log", true);
  expect(domain.high).toBeLessThan(1);
  expect(domain.place(1e9)).toBe(1);
  expect(domain.most).toBe(10 ** (999 / 50));
  expect([0, 0.15, 0.21, 1e9].map(domain.far)).toEqual([-1, 0, 0, 1]);
  expect(domain.place(0.2) - domain.place(0.1)).toBeGreaterThan(0.5);
});

test("zero is in the middle of signed numbers, whichever side is further out", () => {
  const domain = domainOf(Float64Array.of(-0.001, 0.002, 0, 3), "signed", false);
  expect(domain.place(0)).toBe(0.5);
  expect(domain.low).toBe(-domain.high);
  expect(domain.place(-0.001)).toBeLessThan(0.48);
  expect(domain.ticks).toContain(0);
});

test("zeros lie at the lower end of numbers on a logarithmic scale", () => {
  const domain = domainOf(Float64Array.of(0, 0.01, 1), "log", false);
  expect(domain.place(0)).toBe(0);
  expect(domain.far(0)).toBe(-1);
});

test.each([
  { values: [], place: 0 },
  { values: [Number.NaN, Number.POSITIVE_INFINITY], place: 0 },
  { values: [0, 0], place: 0 },
])("there is a domain where there is hardly a number: $values", ({ values, place }) => {
  for (const spacing of ["log", "share"] as const) {
    const domain = domainOf(values, spacing, true);
    expect(domain.high).toBeGreaterThan(domain.low);
    expect(domain.place(0)).toBe(place);
  }
});

test("where nothing is left out nothing is far", () => {
  const values = [-5, -0.01, 0.02, 3];
  const domain = domainOf(values, "signed", false);
  expect(values.map(domain.far)).toEqual([0, 0, 0, 0]);
});

test("numbers that are all alike are in the middle", () => {
  expect(domainOf([2, 2, 2], "log", true).place(2)).toBe(0.5);
  expect(domainOf([0, 0], "signed", true).place(0)).toBe(0.5);
});

test("the share near zero counts from nothing", () => {
  expect(domainOf([0.2, 0.4], "share", false)).toMatchObject({ low: 0, high: 0.4 });
});
