import { afterEach, expect, test, vi } from "vitest";
import { fetchHistogram, nameable } from "../src/api";

afterEach(() => vi.unstubAllGlobals());

test("tags are named in an address as long as there is room for them", () => {
  const long = "l".repeat(100_000);
  const weird = "\u{1f4a5}".repeat(3000);
  expect(nameable(["a", long, "b"])).toEqual(["a", "b"]);
  expect(nameable([weird, "a"])).toEqual(["a"]);
  expect(nameable([long])).toEqual([]);
  const many = Array.from({ length: 60 }, (_, index) => `${index}${"x".repeat(1000)}`);
  const named = nameable(many);
  expect(named).toEqual(many.slice(0, named.length));
  expect(named.length).toBe(29);
});

test("what no address has room for is not asked", async () => {
  const fetched = vi.fn();
  vi.stubGlobal("fetch", fetched);
  const question = { run: "run", tag: "l".repeat(100_000), step: 1n, read: "kept" } as const;
  await expect(fetchHistogram(question)).rejects.toThrow("too long");
  expect(fetched).not.toHaveBeenCalled();
});
