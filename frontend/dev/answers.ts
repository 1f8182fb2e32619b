import { readDensities, type Series } from "../src/model/series";
import { histogramOf, statisticsBytes, statisticsOf } from "./numbers";
import {
  densitiesAnswer,
  parametersOf,
  type Question,
  runNames,
  stepsOf,
  type World,
  wallTime,
} from "./synthetic";

/** The plugin's routes, answered without TensorBoard and without Python. */

/** An answer of the server that is kept in the repository. */
export interface Golden {
  run: string;
  bytes: ArrayBuffer;
}

export interface Answer {
  type: string;
  body: string | ArrayBuffer;
}

const MOST = { layers: 20_000, steps: 1000, runs: 20 };

/** The world that a page's address asks for; `null`: it asks for none, and gets a small one and the golden answer. */
export function maybeWorld(asked: URLSearchParams): World | null {
  if (!["layers", "steps", "runs"].some((key) => asked.has(key))) return null;
  const number = (key: keyof World, usual: number) => {
    const value = Math.floor(Number(asked.get(key) ?? usual));
    return Number.isFinite(value) ? Math.min(Math.max(1, value), MOST[key]) : usual;
  };
  return { layers: number("layers", 12), steps: number("steps", 51), runs: number("runs", 2) };
}

const SMALL: World = { layers: 12, steps: 51, runs: 2 };

/** The answer to a question about a world, `null` to one that no route answers. */
export function answerTo(
  route: string,
  asked: URLSearchParams,
  world: World | null,
  golden: Golden,
): Answer | null {
  const run = asked.get("run") ?? "";
  const isGolden = run === golden.run && world === null;
  const read = (tags: readonly string[]): ArrayBuffer => {
    if (isGolden) return golden.bytes;
    return densitiesAnswer(world ?? SMALL, questionOf(run, tags, asked));
  };
  switch (route) {
    case "runs":
      return json({ runs: runsOf(world, golden), notices: [] });
    case "outline":
      return json(outlineOf(run, isGolden ? readDensities(golden.bytes).series : [], world));
    case "densities":
      return { type: "application/octet-stream", body: read(asked.getAll("tag")) };
    case "histogram": {
      const tag = asked.get("tag") ?? "";
      const found = histogramOf(readDensities(read([tag])).series, tag, Number(asked.get("step")));
      return found === null ? null : json(found);
    }
    case "statistics": {
      const { series } = readDensities(read(asked.getAll("tag")));
      if (asked.get("format") === "safetensors") {
        const body = statisticsBytes(run, series, asked.getAll("number"));
        return { type: "application/octet-stream", body };
      }
      return json({
        run,
        series: series.map(statisticsOf),
        unreadable: [],
        unfinished: [],
        notices: [],
      });
    }
    case "progress":
      return json({ read: 0, size: 0, done: 0, of: 0 });
    default:
      return null;
  }
}

const json = (value: unknown): Answer => ({
  type: "application/json",
  body: JSON.stringify(value),
});

function questionOf(run: string, tags: readonly string[], asked: URLSearchParams): Question {
  return {
    run,
    tags,
    axis: asked.get("axis") === "symlog" ? "symlog" : "linear",
    bins: Number(asked.get("bins") ?? 64),
    steps: Number(asked.get("steps") ?? 51),
    bits: asked.get("bits") === "16" ? 16 : 8,
    ...(asked.has("from") && {
      between: [Number(asked.get("from")), Number(asked.get("to"))] as [number, number],
    }),
    ...(asked.has("low") && {
      ends: [Number(asked.get("low")), Number(asked.get("high"))] as [number, number],
    }),
  };
}

function runsOf(world: World | null, golden: Golden) {
  const made = runNames(world ?? SMALL).map((run) => {
    const last = stepsOf(world ?? SMALL, Number.POSITIVE_INFINITY).at(-1) ?? 0;
    const { layers } = world ?? SMALL;
    const counts = { series: 2 * layers, layers };
    return { run, ...counts, last_step: last, last_wall_time: wallTime(last) };
  });
  if (world !== null) return made;
  const { series } = readDensities(golden.bytes);
  const layers = new Set(series.map(({ layer }) => layer)).size;
  const last = Math.max(...series.flatMap(({ steps }) => [...steps]));
  return [
    { run: golden.run, series: series.length, layers, last_step: last, last_wall_time: null },
    ...made,
  ];
}

function outlineOf(run: string, golden: readonly Series[], world: World | null) {
  const layers = new Map<string, object[]>();
  const parameters = golden.length > 0 ? golden : parametersOf(world ?? SMALL);
  for (const { layer, tag, parameter, role } of parameters) {
    layers.set(layer, [...(layers.get(layer) ?? []), { tag, parameter, role, last_step: null }]);
  }
  return {
    run,
    readings: ["kept"],
    layers: [...layers].map(([layer, of]) => ({ layer, kind: null, parameters: of })),
    notices: [],
  };
}
