import type { Numbers } from "./safetensors";

/** The arrays that have nothing for each row. */
const WHOLE = new Set(["offset", "range", "threshold", "row"]);

type Arrays = ReadonlyMap<string, Numbers>;

/**
 * All arrays of an answer that leaves out the rows which an earlier one has: its `row` says which row of that one it is,
 * or −1 for the next of those that are here.
 */
export function withRows(before: Arrays, changes: Arrays, bins: number): Map<string, Numbers> {
  const row = changes.get("row") as Int32Array;
  const all = new Map<string, Numbers>();
  for (const [name, fresh] of changes) {
    const old = before.get(name);
    const isWhole = WHOLE.has(name) || old === undefined;
    all.set(name, isWhole ? fresh : joined(row, old, fresh, name === "density" ? bins : 1));
  }
  return all;
}

/** Copies rows of so many numbers each, as many at once as follow each other. */
function joined(row: Int32Array, old: Numbers, fresh: Numbers, width: number): Numbers {
  const Type = fresh.constructor as new (length: number) => Numbers;
  const made = new Type(row.length * width);
  let next = 0;
  for (let begin = 0, end = 0; begin < row.length; begin = end) {
    const first = row[begin] ?? -1;
    const isHere = first < 0;
    do end++;
    while (end < row.length && row[end] === (isHere ? -1 : first + end - begin));
    const from = isHere ? next : first;
    const part = (isHere ? fresh : old).subarray(from * width, (from + end - begin) * width);
    made.set(part as Uint8Array<ArrayBuffer> & BigInt64Array<ArrayBuffer>, begin * width);
    if (isHere) next += end - begin;
  }
  return made;
}
