/** Where the charts of the grid lie, so that only those in sight need to exist. All lengths in CSS pixels. */

export const CARD_MIN_WIDTH = 300;
export const GAP = 16;
export const HEADER_HEIGHT = 36;

export interface Group<Card> {
  block: string;
  /** The cards of one layer stand together. */
  layers: { layer: string; cards: Card[] }[];
}

export interface PlacedRow<Card> {
  top: number;
  cards: Card[];
}

export interface PlacedGroup<Card> {
  block: string;
  top: number;
  height: number;
  /** `top` of a row counts from the top of its group. */
  rows: PlacedRow<Card>[];
}

export interface Layout<Card> {
  columns: number;
  cardWidth: number;
  cardHeight: number;
  height: number;
  groups: PlacedGroup<Card>[];
}

/**
 * The number of columns: as many as fit, fewer where that keeps the charts of one unit (the runs of a parameter, the
 * parameters of a layer) in the same columns all the way down, so that the eye can follow.
 */
export function columnCount(width: number, unit: number): number {
  const fit = Math.max(1, Math.floor((width + GAP) / (CARD_MIN_WIDTH + GAP)));
  for (let columns = fit; columns > fit / 2; columns--) {
    if (columns % unit === 0 || unit % columns === 0) return columns;
  }
  return fit;
}

/** The size that most layers have. */
function commonSize(sizes: number[]): number {
  const tally = new Map<number, number>();
  for (const size of sizes) tally.set(size, (tally.get(size) ?? 0) + 1);
  return [...tally].reduce((best, one) => (one[1] > best[1] ? one : best), [1, 0])[0];
}

/** Groups in rows of cards, with each parameter in so many runs; a group without a name has no header. */
export function layOut<Card>(
  groups: readonly Group<Card>[],
  width: number,
  cardHeight: number,
  runs: number,
): Layout<Card> {
  const sizes = groups.flatMap((group) => group.layers.map(({ cards }) => cards.length));
  const columns = columnCount(width, runs > 1 ? runs : commonSize(sizes));
  const placed: PlacedGroup<Card>[] = [];
  let top = 0;
  for (const { block, layers } of groups) {
    const cards = layers.flatMap((layer) => layer.cards);
    const rows: PlacedRow<Card>[] = [];
    let y = block === "" ? 0 : HEADER_HEIGHT;
    for (let i = 0; i < cards.length; i += columns) {
      rows.push({ top: y, cards: cards.slice(i, i + columns) });
      y += cardHeight + GAP;
    }
    placed.push({ block, top, height: y, rows });
    top += y;
  }
  const cardWidth = Math.floor((width - GAP * (columns - 1)) / columns);
  return { columns, cardWidth, cardHeight, height: top, groups: placed };
}

/** What of the layout touches the pixels from `from` to `to`: its groups, each with those of its rows. */
export function inSight<Card>(layout: Layout<Card>, from: number, to: number): PlacedGroup<Card>[] {
  return layout.groups
    .filter((group) => group.top < to && group.top + group.height > from)
    .map((group) => ({
      ...group,
      rows: group.rows.filter(
        (row) => group.top + row.top < to && group.top + row.top + layout.cardHeight > from,
      ),
    }));
}

/** The first card that is at least half to be seen below so many pixels from the top; `null` if there is none. */
export function firstInSight<Card>(layout: Layout<Card>, from: number): Card | null {
  for (const group of layout.groups) {
    if (group.top + group.height <= from) continue;
    for (const row of group.rows) {
      if (group.top + row.top + layout.cardHeight / 2 > from) return row.cards[0] ?? null;
    }
  }
  return null;
}

/** Pixels from the top to the row of the first card that `isSought` knows; `null` if there is none. */
export function offsetOf<Card>(
  layout: Layout<Card>,
  isSought: (card: Card) => boolean,
): number | null {
  for (const group of layout.groups) {
    for (const row of group.rows) {
      if (row.cards.some(isSought))
        return group.top + row.top - (group.block === "" ? 0 : HEADER_HEIGHT);
    }
  }
  return null;
}
