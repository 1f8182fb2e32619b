import { parameterKey } from "./names";
import type { LayerRow } from "./outline";
import type { Notice, Parameter } from "./series";

/** Layers of several runs that are one layer, though their names may differ. */

export interface RunLayers {
  run: string;
  /** In network order. */
  layers: readonly LayerRow[];
  /**
   * How many values a parameter has; `null` while no answer has told of it, NaN where its answer tells of none, so that
   * nothing matches it. Asked only where names differ.
   */
  sizeOf(parameter: Parameter): number | null;
}

/** What the layers of a run are called where that is not their own name: the name in `as`, an earlier run. */
export interface Renaming {
  as: string;
  names: ReadonlyMap<string, string>;
}

interface Entry {
  layer: string;
  /** What the layer is called in the outline of all runs. */
  name: string;
  stem: string;
  /** Its parameters, as a text to compare. */
  form: string;
  row: LayerRow;
  sizeOf(parameter: Parameter): number | null;
}

interface Side {
  run: string;
  entries: Entry[];
}

/**
 * The layers of each run that are those of an earlier run under another name; of one run no two get the same name.
 *
 * Equal names are the same layer. Among the others, between layers that both runs have, a layer is taken for
 * the one at the same position if its name differs by nothing but Keras' counters, positions or the name of the model,
 * its parameters and their sizes are the same, and no other pairing fits as well.
 */
export function matchLayers(runs: readonly RunLayers[]): Map<string, Renaming> {
  const renamings = new Map<string, Renaming>();
  const earlier = new Map<string, Side>();
  for (const { run, layers, sizeOf } of runs) {
    if (layers.length === 0) continue;
    const likeness = layers.map(({ layer }) => layer).join("\n");
    const twin = earlier.get(likeness);
    const side: Side = { run, entries: entriesOf(layers, sizeOf) };
    let as = "";
    if (twin === undefined) {
      as = nameEntries(side, [...earlier.values()]);
      earlier.set(likeness, side);
    } else {
      as = renamings.get(twin.run)?.as ?? "";
      const names = new Map(twin.entries.map(({ layer, name }) => [layer, name]));
      for (const entry of side.entries) entry.name = names.get(entry.layer) ?? entry.layer;
    }
    const renamed = side.entries.filter(({ layer, name }) => layer !== name);
    if (renamed.length === 0) continue;
    renamings.set(run, { as, names: new Map(renamed.map(({ layer, name }) => [layer, name])) });
  }
  return renamings;
}

/** Names the entries of a run after those of earlier runs; returns the first run that gave a name. */
function nameEntries(side: Side, earlier: readonly Side[]): string {
  for (const other of earlier) {
    if (!isSameThroughout(side, other)) continue;
    for (const [i, entry] of side.entries.entries())
      entry.name = other.entries[i]?.name ?? entry.name;
    return other.run;
  }
  const taken = new Set(earlier.flatMap(({ entries }) => entries.map(({ name }) => name)));
  const open = new Set(side.entries.filter(({ name }) => !taken.has(name)));
  let as = "";
  for (const other of earlier) {
    if (open.size === 0) break;
    for (const [entry, found] of pairsOf(side.entries, other.entries, open)) {
      entry.name = found.name;
      open.delete(entry);
      as ||= other.run;
    }
  }
  return as;
}

/** So many layers in a row are not the same by chance. */
const TELLING = 3;

/**
 * Whether two networks are the same from top to bottom, all sizes known, while their names say nothing of
 * it or the contrary: no name is in both, or one that is has other sizes here than there.
 */
function isSameThroughout(a: Side, b: Side): boolean {
  if (a.entries.length !== b.entries.length) return false;
  const named = new Map(b.entries.map((entry) => [entry.name, entry]));
  const shared = a.entries.flatMap((entry) => {
    const found = named.get(entry.layer);
    return found === undefined ? [] : [{ entry, found }];
  });
  if (shared.length > 0 && !shared.some(({ entry, found }) => sizes(entry, found) === "other"))
    return false;
  return a.entries.every((entry, i) => {
    const other = b.entries[i];
    return (
      other !== undefined &&
      hasFormOf(entry, other) &&
      sizes(entry, other) === "same" &&
      (entry.stem === other.stem || a.entries.length >= TELLING)
    );
  });
}

/** Entries that are open with their partners in the other run, segment by segment between those that both have. */
function pairsOf(
  entries: readonly Entry[],
  others: readonly Entry[],
  open: ReadonlySet<Entry>,
): [Entry, Entry][] {
  const pairs: [Entry, Entry][] = [];
  const places = new Map(others.map(({ name }, i) => [name, i]));
  const placeOf = (entry: Entry) => (open.has(entry) ? undefined : places.get(entry.name));
  const used = new Set(entries.filter((entry) => !open.has(entry)).map(({ name }) => name));
  const mostBefore = [-1];
  for (const entry of entries)
    mostBefore.push(Math.max(mostBefore.at(-1) ?? -1, placeOf(entry) ?? -1));
  let after = others.length;
  let mine: Entry[] = [];
  for (let i = entries.length; i >= 0; i--) {
    const entry = entries[i - 1];
    const place = entry === undefined ? undefined : placeOf(entry);
    if (entry !== undefined && place === undefined) {
      if (open.has(entry)) mine.push(entry);
      continue;
    }
    const theirs = others
      .slice((mostBefore[i] ?? -1) + 1, after)
      .filter(({ name }) => !used.has(name));
    if (mine.length > 0) pairs.push(...alignOneWay(mine.reverse(), theirs));
    mine = [];
    after = Math.min(after, place ?? after);
  }
  return pairs;
}

/** The pairs of the longest alignment, as far as there is only one: those that both its ends agree on. */
function alignOneWay(a: readonly Entry[], b: readonly Entry[]): [Entry, Entry][] {
  const late = align([...a].reverse(), [...b].reverse());
  return [...align(a, b)].filter(([entry, other]) => late.get(entry) === other);
}

/** Beyond so many comparisons two networks have so little in common that a guess is worth nothing. */
const MOST_COMPARISONS = 4e6;

/** The longest common subsequence of two runs of layers, as early in both as it can be. */
function align(a: readonly Entry[], b: readonly Entry[]): Map<Entry, Entry> {
  const pairs = new Map<Entry, Entry>();
  let start = 0;
  const pair = (i: number, j: number): boolean => {
    const entry = a[i];
    const other = b[j];
    if (entry === undefined || other === undefined || !isAlike(entry, other)) return false;
    pairs.set(entry, other);
    return true;
  };
  while (pair(start, start)) start++;
  const rows = a.length - start;
  const columns = b.length - start;
  if (rows * columns > MOST_COMPARISONS) return pairs;
  // [row, column]: the length of the longest alignment of what is left from there on.
  const lengths = new Uint16Array((rows + 1) * (columns + 1));
  const at = (i: number, j: number) => i * (columns + 1) + j;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const entry = a[start + i];
      const other = b[start + j];
      const both = entry !== undefined && other !== undefined && isAlike(entry, other);
      lengths[at(i, j)] = both
        ? 1 + (lengths[at(i + 1, j + 1)] ?? 0)
        : Math.max(lengths[at(i + 1, j)] ?? 0, lengths[at(i, j + 1)] ?? 0);
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (pair(start + i, start + j)) {
      i++;
      j++;
    } else if ((lengths[at(i + 1, j)] ?? 0) >= (lengths[at(i, j + 1)] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

function isAlike(a: Entry, b: Entry): boolean {
  return a.stem === b.stem && hasFormOf(a, b) && sizes(a, b) !== "other";
}

function hasFormOf(a: Entry, b: Entry): boolean {
  const [kind, other] = [a.row.kind, b.row.kind];
  return a.form === b.form && (kind === null || other === null || kind === other);
}

/** Whether the parameters that two layers have both are equally large: the weights, or all if there are none. */
function sizes(a: Entry, b: Entry): "same" | "other" | "unknown" {
  const theirs = new Map(lastingOf(b.row).map((one) => [formOf(one), one]));
  let known = true;
  for (const mine of lastingOf(a.row)) {
    const other = theirs.get(formOf(mine));
    if (other === undefined) continue;
    const size = a.sizeOf(mine);
    const otherSize = b.sizeOf(other);
    if (size === null || otherSize === null) known = false;
    else if (size !== otherSize) return "other";
  }
  return known ? "same" : "unknown";
}

function entriesOf(layers: readonly LayerRow[], sizeOf: RunLayers["sizeOf"]): Entry[] {
  const stems = stemsOf(layers.map(({ layer }) => layer));
  return layers.map((row, i) => ({
    layer: row.layer,
    name: row.layer,
    stem: stems[i] ?? row.layer,
    form: lastingOf(row).map(formOf).sort().join("\n"),
    row,
    sizeOf,
  }));
}

/** Names without what may differ between two trainings of one network: the model's own name, counters, positions. */
function stemsOf(names: readonly string[]): string[] {
  let paths = names.map((name) => name.split(/[/.]/));
  const first = paths[0];
  while (first !== undefined && paths.every((path) => path.length > 1 && path[0] === paths[0]?.[0]))
    paths = paths.map((path) => path.slice(1));
  return paths.map((path) =>
    path.map((part) => part.replace(/_\d+$/, "").replace(/^\d+$/, "#")).join("/"),
  );
}

/** What a layer has in every training, whatever else is logged of it. */
function lastingOf({ parameters }: LayerRow): readonly Parameter[] {
  const lasting = parameters.filter(({ role }) => role === "weight" || role === "statistic");
  return lasting.length > 0 ? lasting : parameters;
}

const formOf = ({ parameter, role }: Parameter): string => `${role} ${parameter}`;

/** How many pairs a notice names. */
const NAMED = 4;

/** What a person must know of layers that are matched though their names differ: one notice for each run matched with. */
export function matchingNotices(renamings: ReadonlyMap<string, Renaming>): Notice[] {
  const byReference = new Map<string, [string, Renaming][]>();
  for (const entry of renamings) {
    const { as } = entry[1];
    byReference.set(as, [...(byReference.get(as) ?? []), entry]);
  }
  return [...byReference].map(([as, matched]) => {
    const [run = "", renaming] = matched[0] ?? [];
    const pairs = [...(renaming?.names ?? [])].map(([layer, name]) => `${layer} with ${name}`);
    const more = pairs.length > NAMED ? ` and ${pairs.length - NAMED} more` : "";
    const runs = matched.length === 1 ? `run ${run}` : `${matched.length} runs`;
    const example = matched.length === 1 ? "" : `in run ${run} `;
    return {
      code: "matched_by_position",
      level: "info",
      text: `Layers of ${runs} are matched to those of run ${as} by their position, since their names differ: ${example}${pairs.slice(0, NAMED).join(", ")}${more}.`,
      fix: "Keras counts names up within a process: name the layers, or call keras.backend.clear_session() before each model.",
    };
  });
}

/** The key under which a parameter of a run is compared with those of other runs. */
export function matchedKey(parameter: Parameter, renaming: Renaming | undefined): string {
  const layer = renaming?.names.get(parameter.layer);
  return parameterKey(layer === undefined ? parameter : { ...parameter, layer });
}

/** The layers of a run under the names that they have in the outline of all runs. */
export function renamedRows(rows: readonly LayerRow[], renaming: Renaming | undefined): LayerRow[] {
  if (renaming === undefined) return [...rows];
  return rows.map((row) => {
    const layer = renaming.names.get(row.layer) ?? row.layer;
    return { ...row, layer, parameters: row.parameters.map((one) => ({ ...one, layer })) };
  });
}
