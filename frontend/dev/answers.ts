import { axisOf, binEdge } from "../src/model/axis";
import { densityAt, readDensities, type Series } from "../src/model/series";
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
    case "histogram":
      return histogramOf(
        readDensities(read([asked.get("tag") ?? ""])).series,
        asked.get("tag"),
        Number(asked.get("step")),
      );
    case "statistics":
      return json({
        run,
        series: readDensities(read(asked.getAll("tag"))).series.map(statisticsOf),
        unreadable: [],
        notices: [],
      });
    case "progress":
      return json({ read: 0, size: 0 });
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

const MOMENTS = ["mean", "std", "rms", "min", "max", "near_zero", "kurtosis", "max_sigma"] as const;
const RANKS = [0.05, 0.25, 0.5, 0.75, 0.95];

/** The numbers of a row; what the densities don't tell is that of a normal distribution. */
function numbersOf(series: Series, row: number) {
  const at = (column: ArrayLike<number>) => maybe(column[row]);
  const [mean, std] = [at(series.mean) ?? 0, at(series.std) ?? 0];
  const first = Math.hypot(mean - (series.mean[0] ?? 0), std - (series.std[0] ?? 0));
  const before = Math.max(0, row - 1);
  const previous = Math.hypot(mean - (series.mean[before] ?? 0), std - (series.std[before] ?? 0));
  return {
    count: at(series.count),
    mean: at(series.mean),
    std: at(series.std),
    rms: maybe(Math.hypot(mean, std)),
    min: at(series.min),
    max: at(series.max),
    near_zero: at(series.nearZero),
    kurtosis: 3,
    max_sigma: 4,
    distance_first: maybe(first),
    distance_previous: row === 0 ? null : maybe(previous),
    non_finite: at(series.nonFinite),
  };
}

const maybe = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? value : null;

function statisticsOf(series: Series) {
  const rows = Array.from({ length: series.length }, (_, row) => numbersOf(series, row));
  const names = Object.keys(numbersOf(series, 0)) as (keyof ReturnType<typeof numbersOf>)[];
  const quantiles = Object.fromEntries(
    RANKS.map((rank) => [
      String(rank),
      rows.map(({ mean, std }) =>
        maybe((mean ?? 0) + (std ?? 0) * 2 * Math.log(rank / (1 - rank)) * 0.28),
      ),
    ]),
  );
  const side = (factor: number) => ({
    ...Object.fromEntries(
      names.map((name) => [
        name,
        rows.map((row) => {
          const value = row[name];
          return value === null ? null : value + factor * 0.01 * Math.abs(value);
        }),
      ]),
    ),
    quantiles,
  });
  const { tag, layer, parameter, role } = series;
  return {
    ...{ tag, layer, parameter, role },
    step: [...series.steps],
    wall_time: [...series.wallTimes].map(maybe),
    ...side(0),
    low: side(-1),
    high: side(1),
    quality: Object.fromEntries([...names, "quantiles"].map((name) => [name, "estimated"])),
  };
}

function histogramOf(series: readonly Series[], tag: string | null, step: number): Answer | null {
  const one = series.find((each) => each.tag === tag);
  const row = one?.steps.indexOf(step) ?? -1;
  if (one === undefined || row < 0) return null;
  const { grid } = one;
  const axis = axisOf(grid);
  const width = (axis.toUnit(grid.high) - axis.toUnit(grid.low)) / grid.bins;
  const count = one.count[row] ?? 0;
  const numbers = numbersOf(one, row);
  const quantity = (value: number | null) => ({ value, low: value, high: value, quality: "exact" });
  const guess = (value: number | null) => ({ value, low: null, high: null, quality: "estimated" });
  return json({
    run: one.run,
    tag,
    step,
    wall_time: maybe(one.wallTimes[row]),
    buckets: Array.from({ length: grid.bins }, (_, bin) => [
      binEdge(axis, grid, bin),
      binEdge(axis, grid, bin + 1),
      densityAt(one, row, bin) * width * count,
    ]),
    count: quantity(count),
    non_finite: quantity(one.nonFinite[row] ?? 0),
    moments: Object.fromEntries(MOMENTS.map((name) => [name, guess(numbers[name])])),
    quantiles: [{ q: 0.5, ...guess(numbers.mean) }],
  });
}
