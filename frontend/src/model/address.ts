import { KINDS, type Kind } from "./kinds";
import type { Axis, Reading } from "./series";

export const STATISTICS = [
  "std",
  "rms",
  "mean",
  "largest",
  "near_zero",
  "distance_first",
  "distance_previous",
  "update_ratio",
  "non_finite",
] as const;
/** What the map shows of each histogram. */
export type Statistic = (typeof STATISTICS)[number];

export const TRENDS = [
  "quantiles",
  "std",
  "mean",
  "rms",
  "near_zero",
  "kurtosis",
  "max_sigma",
  "distance_first",
  "distance_previous",
  "update_ratio",
] as const;
/** What is shown of a parameter over its steps. */
export type Trend = (typeof TRENDS)[number];

export const ORDERS = ["network", "name", "moved", "spread", "near_zero", "broken"] as const;
export type Order = (typeof ORDERS)[number];

/** One histogram of every parameter: a run at a step (`null`: the scrubber's). */
export interface Pick {
  run: string;
  step: number | null;
}

/** All that a person chose: plain JSON, mirrored to the address as `p.layer_weights.*`. */
export interface View {
  /** Selected runs; `null`: the person has not chosen. */
  runs: string[] | null;
  runFilter: string;
  search: string;
  view: "ridgeline" | "overlay" | "compare" | "map" | "table";
  /** What the ridges of a ridgeline and the curves of an overlay are. */
  rows: "steps" | "layers" | "runs";
  /** Kinds of parameters that are not shown. */
  hidden: Kind[];
  /** Keys of parameters that stand at the top. */
  pins: string[];
  order: Order;
  /** The step under the scrubber; `null`: the newest. */
  step: number | null;
  /** The first and the last step to show; `null`: all of them. */
  between: [number, number] | null;
  /** Values as they are, drawn together towards large ones, or in standard deviations from the mean. */
  axis: Axis | "sigma";
  range: "robust" | "full";
  /** The values to show, on the axis; `null`: as `range` says. */
  window: [number, number] | null;
  /** The steps that TensorBoard kept, or every step, from the event files. */
  read: Reading;
  /** Heights comparable within a chart, every ridge equally high, or every ridge of the same area. */
  heights: "chart" | "ridge" | "area";
  /** How many rows a ridge of full height reaches over. */
  overlap: number;
  /** One value axis for a parameter in all runs, for each chart, or for all layers. */
  scale: "runs" | "own" | "layers";
  /** What steps are labelled with. */
  time: "step" | "relative" | "wall";
  /** The run that every chart shows as a reference. */
  baseline: string | null;
  /** The two that are compared; `null`: the first step and the scrubber's, or the first two runs. */
  a: Pick | null;
  b: Pick | null;
  statistic: Statistic;
  /** The map's colours over all layers, or over each by itself. */
  shades: "all" | "row";
  /** The column that the table is sorted by; `null`: none. */
  sort: { key: string; descending: boolean } | null;
  /** The parameter at full size. */
  focus: { run: string; tag: string } | null;
  trend: Trend;
  sidebar: boolean;
  /** Whether each view says how it is read. */
  guide: boolean;
}

export const OVERLAPS = [0.5, 1, 1.5, 2.5, 4, 6] as const;

export const DEFAULT_VIEW: View = {
  runs: null,
  runFilter: "",
  search: "",
  view: "ridgeline",
  rows: "steps",
  hidden: [],
  pins: [],
  order: "network",
  step: null,
  between: null,
  axis: "linear",
  range: "robust",
  window: null,
  read: "kept",
  heights: "chart",
  overlap: 2.5,
  scale: "runs",
  time: "step",
  baseline: null,
  a: null,
  b: null,
  statistic: "std",
  shades: "all",
  sort: null,
  focus: null,
  trend: "quantiles",
  sidebar: true,
  guide: true,
};

function oneOf<T extends string>(choices: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => choices.includes(value as T);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isListOf =
  <T>(isItem: (value: unknown) => value is T) =>
  (value: unknown): value is T[] =>
    Array.isArray(value) && value.every(isItem);

const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isStep = (value: unknown): value is number => Number.isSafeInteger(value);
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isPair =
  (isEnd: (value: unknown) => value is number) =>
  (value: unknown): boolean =>
    isListOf(isEnd)(value) && value.length === 2 && (value[0] ?? 0) <= (value[1] ?? 0);
const isWindow = (value: unknown): boolean =>
  isPair(isNumber)(value) && new Set(value as number[]).size > 1;
const isPick = (value: unknown): boolean => {
  const pick = value as Pick | null;
  return typeof pick === "object" && isText(pick?.run) && (pick.step === null || isStep(pick.step));
};

const CHECKS: { [K in keyof View]: (value: unknown) => boolean } = {
  runs: isListOf(isText),
  runFilter: isText,
  search: isText,
  view: oneOf(["ridgeline", "overlay", "compare", "map", "table"]),
  rows: oneOf(["steps", "layers", "runs"]),
  hidden: isListOf(oneOf(KINDS)),
  pins: isListOf(isText),
  order: oneOf(ORDERS),
  step: isStep,
  between: isPair(isStep),
  axis: oneOf(["linear", "symlog", "sigma"]),
  range: oneOf(["robust", "full"]),
  window: isWindow,
  read: oneOf(["kept", "every"]),
  heights: oneOf(["chart", "ridge", "area"]),
  overlap: (value) => isNumber(value) && value >= OVERLAPS[0] && value <= 20,
  scale: oneOf(["runs", "own", "layers"]),
  time: oneOf(["step", "relative", "wall"]),
  baseline: isText,
  a: isPick,
  b: isPick,
  statistic: oneOf(STATISTICS),
  shades: oneOf(["all", "row"]),
  focus: (value) => {
    const focus = value as View["focus"];
    return typeof focus === "object" && isText(focus?.run) && isText(focus?.tag);
  },
  sort: (value) => {
    const sort = value as View["sort"];
    return typeof sort === "object" && isText(sort?.key) && isFlag(sort.descending);
  },
  trend: oneOf(TRENDS),
  sidebar: isFlag,
  guide: isFlag,
};

const KEYS = Object.keys(DEFAULT_VIEW) as (keyof View)[];

/** What differs from the default view, as texts for the address: words as they are, the rest as JSON. */
export function encodeView(view: View): Map<string, string> {
  const texts = new Map<string, string>();
  for (const key of KEYS) {
    const value = view[key];
    if (JSON.stringify(value) === JSON.stringify(DEFAULT_VIEW[key])) continue;
    texts.set(key, isText(DEFAULT_VIEW[key]) ? String(value) : JSON.stringify(value));
  }
  return texts;
}

/** The view that an address tells; a text that says nothing sensible leaves its default in place. */
export function decodeView(texts: ReadonlyMap<string, string>): View {
  const view: Record<string, unknown> = { ...DEFAULT_VIEW };
  for (const key of KEYS) {
    const text = texts.get(key);
    if (text === undefined) continue;
    const value = isText(DEFAULT_VIEW[key]) ? text : parsed(text);
    if (CHECKS[key](value)) view[key] = value;
  }
  return view as unknown as View;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The `key=value` parts of a TensorBoard address (without `#`) that belong to a plugin. */
export function readHash(hash: string, prefix: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [key, value, ...rest] = part.split("=").map(maybeDecoded);
    if (key === undefined || value === undefined || rest.length > 0) continue;
    if (key.startsWith(prefix)) texts.set(key.slice(prefix.length), value);
  }
  return texts;
}

/** The same address with the plugin's parts replaced by `texts` and all others untouched. */
export function writeHash(
  hash: string,
  prefix: string,
  texts: ReadonlyMap<string, string>,
): string {
  const others = hash
    .replace(/^#/, "")
    .split("&")
    .filter((part) => part !== "" && !maybeDecoded(part.split("=")[0] ?? "")?.startsWith(prefix));
  const ours = [...texts].map(([key, value]) => `${prefix}${key}=${encodeURIComponent(value)}`);
  return `#${[...others, ...ours].join("&")}`;
}

function maybeDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
