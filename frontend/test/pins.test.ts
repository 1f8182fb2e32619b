import { expect, test } from "vitest";
import { parameterKey } from "../src/model/names";
import { resolvePins } from "../src/model/pins";

const key = (layer: string) =>
  parameterKey({ tag: "", layer, parameter: "kernel", role: "weight" });
const known = new Set([key("dense"), key("dense_1")]);
const renaming = { as: "A", names: new Map([["dense_3", "dense"]]) };

test("a pin holds under its own name, else under the one its layer was matched with", () => {
  const pins = [key("dense_1"), key("dense_3"), key("gone"), "no JSON", "[]", "null"];
  const resolved = resolvePins(pins, (one) => known.has(one), [renaming]);
  expect([...resolved].slice(0, 2)).toEqual([key("dense_1"), key("dense")]);
  expect(resolved.has(key("gone"))).toBe(true);
});
