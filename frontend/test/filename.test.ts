import { expect, test } from "vitest";
import { fileName } from "../src/model/filename";

test.each([
  [["train", "dense", "kernel", "step 40"], "train_dense_kernel_step_40.png"],
  [["a/b\\c", "../../etc/passwd"], "a-b-c_..-..-etc-passwd.png"],
  [["..", "x"], "x.png"],
  [[".hidden"], "hidden.png"],
  [["-rf"], "rf.png"],
  [['<>:"|?*'], "weights.png"],
  [["a\u0000b\nc\u202egnp"], "a-b-c-gnp.png"],
  [["CON"], "_CON.png"],
  [["", "  "], "weights.png"],
  [["trailing. "], "trailing.png"],
  [["éa e\u0301", "層"], "éa_é_層.png"],
])("%j is called %s", (parts, name) => {
  expect(fileName(parts, "png")).toBe(name);
});

test("a long name loses its middle and keeps its end", () => {
  const name = fileName(["train", "encoder/block/".repeat(20), "kernel", "step 40"], "svg");
  expect([...name]).toHaveLength(100);
  expect(name).toMatch(/^train_encoder.*~.*_kernel_step_40\.svg$/);
});

test("a name fits into what file systems keep, whatever its signs take", () => {
  for (const sign of ["層", "🌈", "é"]) {
    const name = fileName([sign.repeat(300)], "json");
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(240);
    expect([...name].length).toBeLessThanOrEqual(100);
    expect(name).not.toMatch(/\ud83c(?!\udf08)/);
  }
});
