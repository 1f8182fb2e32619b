const TYPES = new Map<unknown, string>([
  [Uint8Array, "U8"],
  [Uint16Array, "U16"],
  [Int32Array, "I32"],
  [BigInt64Array, "I64"],
  [Float32Array, "F32"],
  [Float64Array, "F64"],
]);

/** A safetensors file, as the server writes its answers. */
export function safetensors(
  tensors: Record<string, ArrayBufferView & { length: number }>,
  metadata: Record<string, string>,
): ArrayBuffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let size = 0;
  for (const [name, array] of Object.entries(tensors)) {
    const data_offsets = [size, size + array.byteLength];
    header[name] = { dtype: TYPES.get(array.constructor), shape: [array.length], data_offsets };
    size += array.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let at = 8 + text.length;
  for (const { buffer, byteOffset, byteLength } of Object.values(tensors)) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return file.buffer;
}
