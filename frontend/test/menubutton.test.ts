import { expect, test } from "vitest";
import { itemForKey } from "../src/views/save/menubutton";

const items = [{ text: "PNG" }, { text: "SVG" }, { text: "CSV" }, { text: "Copy link" }];

test.each([
  ["ArrowDown", 0, 1],
  ["ArrowDown", 3, 0],
  ["ArrowUp", 0, 3],
  ["ArrowUp", 2, 1],
  ["ArrowUp", -1, 3],
  ["ArrowDown", -1, 0],
  ["Home", 2, 0],
  ["End", 0, 3],
  ["s", 0, 1],
  ["C", 0, 2],
  ["c", 2, 3],
  ["c", 3, 2],
  ["x", 1, null],
  [" ", 1, null],
  ["Enter", 1, null],
])("%s leads from item %i to %s", (key, at, next) => {
  expect(itemForKey(items, at, key)).toBe(next);
});
