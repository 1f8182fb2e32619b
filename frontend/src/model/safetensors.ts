/** Reader of the safetensors format: an 8-byte little-endian header length, a JSON header, the arrays. */

export type Numbers =
  | Uint8Array
  | Uint16Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array;

export interface Tensors {
  /** The header's `__metadata__`. */
  metadata: Map<string, string>;
  arrays: Map<string, Numbers>;
}

interface Constructor {
  new (buffer: ArrayBuffer): Numbers;
  readonly BYTES_PER_ELEMENT: number;
}

const TYPES = new Map<string, Constructor>([
  ["U8", Uint8Array],
  ["U16", Uint16Array],
  ["I32", Int32Array],
  ["I64", BigInt64Array],
  ["F32", Float32Array],
  ["F64", Float64Array],
]);

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

function isEntry(value: unknown): value is Entry {
  const entry = value as Partial<Entry> | null;
  return (
    typeof entry === "object" &&
    entry !== null &&
    typeof entry.dtype === "string" &&
    Array.isArray(entry.shape) &&
    Array.isArray(entry.data_offsets) &&
    entry.data_offsets.length === 2
  );
}

/**
 * The arrays of a safetensors file.
 *
 * @throws Error with a sentence for a person if the bytes are not such a file.
 */
export function readSafetensors(bytes: ArrayBuffer): Tensors {
  const broken = (why: string) => new Error(`The server's answer can't be read: ${why}.`);
  if (bytes.byteLength < 8) throw broken("it is too short");
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  if (length > bytes.byteLength - 8) throw broken("its header is cut off");
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes, 8, length)),
    );
  } catch {
    throw broken("its header is no JSON");
  }
  if (typeof header !== "object" || header === null) throw broken("its header is no object");
  const arrays = new Map<string, Numbers>();
  let metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") {
      metadata = new Map(Object.entries(value as Record<string, string>));
      continue;
    }
    if (!isEntry(value)) throw broken(`its entry ${JSON.stringify(name)} is malformed`);
    const type = TYPES.get(value.dtype);
    if (type === undefined) throw broken(`it has numbers of type ${value.dtype}`);
    const [begin, end] = value.data_offsets;
    const size = value.shape.reduce((product, n) => product * n, type.BYTES_PER_ELEMENT);
    if (!(begin >= 0) || end > bytes.byteLength - 8 - length || end - begin !== size) {
      throw broken(`its array ${JSON.stringify(name)} is cut off`);
    }
    // A copy, since an array in the file need not lie at a multiple of its element size.
    arrays.set(name, new type(bytes.slice(8 + length + begin, 8 + length + end)));
  }
  return { metadata, arrays };
}
