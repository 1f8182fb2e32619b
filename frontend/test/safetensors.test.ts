import { expect, test } from "vitest";
import { readSafetensors } from "../src/model/safetensors";
import { safetensors } from "./worlds";

const two = { dtype: "F32", shape: [2], bytes: new Uint8Array(Float32Array.of(1.5, -2).buffer) };
const odd = { dtype: "U8", shape: [3], bytes: Uint8Array.of(1, 2, 3) };

test("arrays come back with their types, at any offset", () => {
  const { arrays } = readSafetensors(safetensors({ odd, two }));
  expect(arrays.get("odd")).toEqual(Uint8Array.of(1, 2, 3));
  expect(arrays.get("two")).toEqual(Float32Array.of(1.5, -2));
});

test("metadata come back as texts", () => {
  const { metadata } = readSafetensors(safetensors({ odd }, { answer: "{}" }));
  expect(metadata.get("answer")).toBe("{}");
});

test("a 64-bit step beyond 2^53 keeps every digit", () => {
  const bytes = new Uint8Array(BigInt64Array.of(9007199254740993n).buffer);
  const { arrays } = readSafetensors(safetensors({ step: { dtype: "I64", shape: [1], bytes } }));
  expect(arrays.get("step")?.[0]).toBe(9007199254740993n);
});

test.each([
  ["nothing", new ArrayBuffer(0)],
  ["a web page", new TextEncoder().encode("<!DOCTYPE html><html></html>").buffer],
  ["a header longer than the file", new Uint8Array([255, 0, 0, 0, 0, 0, 0, 0]).buffer],
  ["a header that is no JSON", new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 123, 123]).buffer],
  ["a truncated array", safetensors({ two }).slice(0, -1)],
  ["an unknown type", safetensors({ two: { ...two, dtype: "C64" } })],
  ["a shape that does not fit", safetensors({ two: { ...two, shape: [3] } })],
])("%s is refused with a sentence", (_, bytes) => {
  expect(() => readSafetensors(bytes as ArrayBuffer)).toThrow(
    /^The server's answer can't be read: /,
  );
});
