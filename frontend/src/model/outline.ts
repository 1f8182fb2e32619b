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
  const known = new Map<string, LayerRow>();
  /** The row after each row; the first one after `null`. */
  const next = new Map<LayerRow | null, LayerRow>();
  for (const outline of outlines) {
    let previous: LayerRow | null = null;
    for (const { layer, kind, parameters } of outline) {
      let row = known.get(layer);
      if (row === undefined) {
        row = { layer, kind, parameters: [] };
        known.set(layer, row);
        const after = next.get(previous);
        if (after !== undefined) next.set(row, after);
        next.set(previous, row);
      }
      row.kind ??= kind;
      const keys = new Set(row.parameters.map(parameterKey));
      row.parameters.push(...parameters.filter((one) => !keys.has(parameterKey(one))));
      previous = row;
    }
  }
  const merged: LayerRow[] = [];
  for (let row = next.get(null); row !== undefined; row = next.get(row)) merged.push(row);
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
