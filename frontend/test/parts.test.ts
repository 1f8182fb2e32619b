import { expect, test } from "vitest";
import { fitting, inParts } from "../src/model/parts";

const ENDLESS = "l".repeat(100_000);

test("names that are asked for together fit into an address, whatever they are", () => {
  const names = Array.from({ length: 100 }, (_, index) => `${index}${"\uffee".repeat(20)}`);
  const some = fitting(names);
  expect(some).toEqual(names.slice(0, some.length));
  expect(some.length).toBeGreaterThan(30);
  expect(String(new URLSearchParams(some.map((tag) => ["tag", tag]))).length).toBeLessThan(8000);
  expect(fitting([ENDLESS, "kernel"])).toEqual(["kernel"]);
  expect(fitting([])).toEqual([]);
});

interface Answer {
  done: readonly string[];
  unfinished: readonly string[];
}

const TAGS = ["a", "b", "c", "d", "e", ENDLESS];

/** Answers with the first few of the series asked for. */
const answering =
  (most: number) =>
  async (tags: readonly string[] = TAGS) => ({
    done: tags.slice(0, most),
    unfinished: tags.slice(most),
  });

const join = (one: Answer, more: Answer) => ({ ...more, done: [...one.done, ...more.done] });

test("what took too long is asked for again until it is there", async () => {
  const early: number[] = [];
  const ask = answering(2);
  const answer = await inParts<Answer>(ask, join, ({ done }) => early.push(done.length));
  expect(answer).toEqual({ done: ["a", "b", "c", "d", "e"], unfinished: [ENDLESS] });
  expect(early).toEqual([2, 4]);
});

test("a whole answer is one question", async () => {
  expect((await inParts<Answer>(answering(9), join)).done).toEqual(TAGS);
});

test("a server that gets nothing done is not asked for ever", async () => {
  await expect(inParts<Answer>(answering(0), join)).rejects.toThrow("TensorBoard takes too long.");
});
