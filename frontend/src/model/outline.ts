import { parameterKey } from "./names";
import type { Parameter } from "./series";

/** A layer and its parameters, in network order. */
export interface LayerRow {
  layer: string;
  /** The layer's class, where the log tells it. */
  kind: string | null;
  parameters: Parameter[];
}

/**
 * One outline for several runs: the first run's order, then the layers that only later runs have, each after
 * the layer that precedes it there.
 */
export function mergeOutlines(outlines: readonly (readonly LayerRow[])[]): LayerRow[] {
  let merged: LayerRow[] = [];
  const known = new Map<string, LayerRow>();
  for (const outline of outlines) {
    const followers = new Map<LayerRow | null, LayerRow[]>();
    let last: LayerRow | null = null;
    for (const { layer, kind, parameters } of outline) {
      const before = known.get(layer);
      const row = before ?? { layer, kind, parameters: [] };
      if (before === undefined) {
        known.set(layer, row);
        const others = followers.get(last) ?? [];
        others.push(row);
        followers.set(last, others);
      } else last = before;
      row.kind ??= kind;
      const keys = new Set(row.parameters.map(parameterKey));
      row.parameters.push(...parameters.filter((one) => !keys.has(parameterKey(one))));
    }
    const withFollowers = (row: LayerRow) => [row, ...(followers.get(row) ?? [])];
    merged = [...(followers.get(null) ?? []), ...merged.flatMap(withFollowers)];
  }
  return merged;
}

/** The layers with those of their parameters whose key is kept; layers without any are left out. */
export function withParameters(
  rows: readonly LayerRow[],
  isKept: (key: string) => boolean,
): LayerRow[] {
  return rows.flatMap((row) => {
    const parameters = row.parameters.filter((one) => isKept(parameterKey(one)));
    return parameters.length === 0 ? [] : [{ ...row, parameters }];
  });
}
