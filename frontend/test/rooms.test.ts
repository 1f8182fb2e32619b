import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));

/** What each room may import from: data flow from the model to the views, never back. */
const ALLOWED: Record<string, string[]> = {
  model: ["model", "d3"],
  scene: ["scene", "model", "d3"],
  paint: ["paint", "scene"],
  frame: [],
  api: ["model"],
  host: ["model", "signals"],
  chosen: ["model", "signals"],
  answers: ["api", "chosen", "host", "model", "signals"],
  state: ["answers", "chosen", "model", "signals"],
  load: ["answers", "api", "chosen", "host", "state", "model", "signals"],
  plans: ["plans", "host", "answers", "chosen", "state", "scene", "model", "signals"],
  views: [
    "views",
    "plans",
    "api",
    "frame",
    "host",
    "load",
    "answers",
    "chosen",
    "state",
    "paint",
    "scene",
    "model",
    "signals",
    "preact",
  ],
  entry: ["index"],
  index: ["chosen", "host", "load", "state", "model", "views", "signals", "preact", "styles.css"],
};

function roomOf(path: string): string {
  const [first = ""] = path.split("/");
  return first.replace(/\.tsx?$/, "");
}

function importedRoom(file: string, name: string): string {
  if (name.startsWith(".")) return roomOf(relative(SOURCES, join(dirname(file), name)));
  if (name.startsWith("d3-")) return "d3";
  return name === "@preact/signals" ? "signals" : (name.split("/")[0] ?? name);
}

const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts"))
  .map((path) => join(SOURCES, path));

test.each(files)("%s imports only what its room may", (file) => {
  const text = readFileSync(file, "utf8");
  const room = roomOf(relative(SOURCES, file));
  for (const [, name = ""] of text.matchAll(/(?:from |import\()"([^"]+)"/g)) {
    expect(ALLOWED[room], `${basename(file)} imports ${name}`).toContain(importedRoom(file, name));
  }
});

test.each(files)("%s is short enough to be read", (file) => {
  expect(readFileSync(file, "utf8").split("\n").length).toBeLessThanOrEqual(300);
});

/** The dev page rests on the page and never the page on it, so that nothing of it is bundled. */
const ofDevPage = readdirSync(new URL("../dev/", import.meta.url), "utf8")
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(SOURCES, "../dev", name));

test.each(ofDevPage)("%s imports only its own room and the page, and is short", (file) => {
  const text = readFileSync(file, "utf8");
  for (const [, name = ""] of text.matchAll(/from "([^"]+)"/g)) {
    expect(name).toMatch(/^\.\/\w+$|^\.\.\/src\//);
  }
  expect(text.split("\n").length).toBeLessThanOrEqual(300);
});

test("frames are asked for in one place, and text from logs never becomes markup", () => {
  const texts = files.map((file) => readFileSync(file, "utf8")).join("\n");
  expect(texts.match(/requestAnimationFrame\(/g)).toHaveLength(1);
  expect(texts).not.toMatch(
    /innerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|\beval\(|new Function/,
  );
});
