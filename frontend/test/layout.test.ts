import { expect, test } from "vitest";
import {
  CARD_MIN_WIDTH,
  columnCount,
  firstInSight,
  GAP,
  type Group,
  inSight,
  layOut,
  offsetOf,
} from "../src/model/layout";

const CARD_HEIGHT = 252;

function network(blocks: number, layersPerBlock: number, cardsPerLayer: number): Group<string>[] {
  return Array.from({ length: blocks }, (_, b) => ({
    block: `block${b}`,
    layers: Array.from({ length: layersPerBlock }, (_, l) => ({
      layer: `block${b}/layer${l}`,
      cards: Array.from({ length: cardsPerLayer }, (_, c) => `block${b}/layer${l}/${c}`),
    })),
  }));
}

test.each([
  [1000, 2, 2],
  [1000, 3, 3],
  [1000, 1, 3],
  [1600, 2, 4],
  [1600, 6, 3],
  [200, 4, 1],
])("%i pixels with %i cards a layer have %i columns", (width, cards, columns) => {
  expect(columnCount(width, cards)).toBe(columns);
});

test("cards are as wide as asked for or wider and fill the row", () => {
  for (const width of [700, 1000, 1333, 1920, 3840]) {
    const { columns, cardWidth } = layOut(network(2, 3, 2), width, CARD_HEIGHT, 1);
    expect(cardWidth).toBeGreaterThanOrEqual(CARD_MIN_WIDTH);
    expect(columns * cardWidth + (columns - 1) * GAP).toBeGreaterThan(width - columns);
  }
});

test("every card has one place, in order", () => {
  const groups = network(3, 5, 3);
  const cards = layOut(groups, 1000, CARD_HEIGHT, 1).groups.flatMap((group) =>
    group.rows.flatMap((row) => row.cards),
  );
  expect(cards).toEqual(groups.flatMap((group) => group.layers.flatMap((layer) => layer.cards)));
});

test("what is in sight is found, and what is not is left out", () => {
  const layout = layOut(network(50, 3, 2), 1000, CARD_HEIGHT, 1);
  const seen = inSight(layout, 5000, 5800).flatMap((group) => group.rows);
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.length).toBeLessThan(10);
  const all = inSight(layout, 0, layout.height).flatMap((group) => group.rows);
  expect(all.length).toBe(layout.groups.flatMap((group) => group.rows).length);
});

test("a sought card scrolls into view below the header of its block", () => {
  const layout = layOut(network(10, 3, 2), 1000, CARD_HEIGHT, 1);
  const top = offsetOf(layout, (card) => card === "block7/layer2/1") ?? 0;
  const seen = inSight(layout, top, top + CARD_HEIGHT).flatMap((group) =>
    group.rows.flatMap((row) => row.cards),
  );
  expect(seen).toContain("block7/layer2/1");
  expect(offsetOf(layout, (card) => card === "nowhere")).toBeNull();
});

test("the first card in sight is one that is half to be seen", () => {
  const layout = layOut(network(3, 2, 2), 1000, CARD_HEIGHT, 1);
  expect(firstInSight(layout, 0)).toBe("block0/layer0/0");
  const top = offsetOf(layout, (card) => card === "block1/layer1/0") ?? 0;
  expect(firstInSight(layout, top + CARD_HEIGHT / 4)).toBe("block1/layer1/0");
  expect(firstInSight(layout, layout.height)).toBeNull();
});

test("the runs of a parameter stand side by side, in the same columns all the way down", () => {
  expect(layOut(network(2, 3, 6), 1600, CARD_HEIGHT, 3).columns).toBe(3);
  expect(layOut(network(2, 3, 6), 1600, CARD_HEIGHT, 1).columns).toBe(3);
  expect(layOut(network(2, 3, 4), 1600, CARD_HEIGHT, 2).columns).toBe(4);
});
