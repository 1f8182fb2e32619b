import { parameterKey } from "./names";
import type { LayerRow } from "./outline";

/** The layers as a tree of blocks, and the rows of it that are seen. */

export interface Branch {
  /** The paths of the blocks that it stands for, outermost first: a block that holds one block alone is joined with it. */
  paths: string[];
  label: string;
  /** How many layers are in it, at any depth. */
  layers: number;
  children: Node[];
}

export interface Leaf {
  row: LayerRow;
  label: string;
}

export type Node = Branch | Leaf;

export interface TreeRow {
  /** Tells the row from all others, also after a search. */
  id: string;
  /** 1 at the top. */
  level: number;
  /** The place among its siblings, from 1, and how many there are. */
  place: number;
  siblings: number;
  node: Node;
  /** `null` for a layer. */
  open: boolean | null;
}

/** The path of the block of pinned parameters; no layer has it. */
export const PINNED = "";

/**
 * Layers in nested blocks. Layers of one block that do not follow each other in the network are in two of that name.
 *
 * @param pinned How many of the rows, from the first, are pinned: they stand in a block of their own.
 * @param nested Whether there are blocks otherwise; else every layer stands alone under its full name.
 */
export function buildTree(rows: readonly LayerRow[], pinned: number, nested: boolean): Node[] {
  const rest = rows.slice(pinned);
  const nodes = nested ? nest(rest, 0) : rest.map(alone);
  if (pinned === 0) return nodes;
  const children = rows.slice(0, pinned).map(alone);
  return [{ paths: [PINNED], label: "Pinned", layers: pinned, children }, ...nodes];
}

const alone = (row: LayerRow): Leaf => ({ row, label: row.layer });

/** The nodes of rows whose names are the same up to `from`. */
function nest(rows: readonly LayerRow[], from: number): Node[] {
  const nodes: Node[] = [];
  for (let i = 0; i < rows.length; ) {
    const row = rows[i];
    if (row === undefined) break;
    const end = separatorAfter(row.layer, from);
    if (end < 0) {
      nodes.push({ row, label: row.layer.slice(from) });
      i++;
      continue;
    }
    const head = row.layer.slice(0, end);
    let next = i + 1;
    while (isWithin(rows[next]?.layer ?? "", head)) next++;
    nodes.push(branch(head, from, rows.slice(i, next)));
    i = next;
  }
  return nodes;
}

function branch(path: string, from: number, rows: readonly LayerRow[]): Node {
  const children = nest(rows, path.length + 1);
  const [only] = children;
  if (children.length > 1 || only === undefined)
    return { paths: [path], label: path.slice(from), layers: rows.length, children };
  const withSeparator = leavesOf(only)[0]?.layer.slice(from, path.length + 1) ?? "";
  const label = withSeparator + only.label;
  return "row" in only ? { ...only, label } : { ...only, label, paths: [path, ...only.paths] };
}

/** Where the next part of a path ends; -1 if it is the last one. */
function separatorAfter(layer: string, from: number): number {
  const found = layer.slice(from).search(/(?<=.)[/.](?=.)/s);
  return found < 0 ? -1 : from + found;
}

function isWithin(layer: string, path: string): boolean {
  return layer.startsWith(path) && separatorAfter(layer, path.length - 1) === path.length;
}

/** Paths of all blocks. */
export function blockPaths(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) =>
    "row" in node ? [] : [...node.paths, ...blockPaths(node.children)],
  );
}

/** The layers in a node, at any depth. */
export function leavesOf(node: Node): LayerRow[] {
  return "row" in node ? [node.row] : node.children.flatMap(leavesOf);
}

/** The rows that are seen, from the top, while the blocks with these paths are closed. */
export function visibleRows(nodes: readonly Node[], closed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (some: readonly Node[], level: number, above: string) => {
    for (const [i, node] of some.entries()) {
      const place = { level, place: i + 1, siblings: some.length, node };
      if ("row" in node) {
        const [first] = node.row.parameters;
        const key = first === undefined ? node.row.layer : parameterKey(first);
        rows.push({ ...place, id: `${above} ${key}`, open: null });
        continue;
      }
      const open = !node.paths.some((path) => closed.has(path));
      const id = `${node.paths.at(-1)}/ ${leavesOf(node)[0]?.layer}`;
      rows.push({ ...place, id, open });
      if (open) add(node.children, level + 1, node.paths[0] === PINNED ? "pinned" : "");
    }
  };
  add(nodes, 1, "");
  return rows;
}

/** The closed blocks after a block was opened or closed. */
export function toggled(closed: ReadonlySet<string>, { paths }: Branch): Set<string> {
  const next = new Set(closed);
  if (paths.some((path) => closed.has(path))) for (const path of paths) next.delete(path);
  else next.add(paths.at(-1) ?? "");
  return next;
}

/** The index of the row that a row lies in; -1 at the top. */
export function parentOf(rows: readonly TreeRow[], index: number): number {
  const level = rows[index]?.level ?? 1;
  return rows.findLastIndex((row, i) => i < index && row.level < level);
}
