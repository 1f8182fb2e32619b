import { type Axis, type Reading, ROLES, type Role } from "./series";

/** All that a person chose: plain JSON, mirrored to the address as `p.layer_weights.*`. */
export interface View {
  /** Selected runs; `null`: the person has not chosen. */
  runs: string[] | null;
  runFilter: string;
  search: string;
  view: "ridgeline" | "overlay";
  /** Roles that are not shown. */
  hidden: Role[];
  /** The step under the scrubber; `null`: the newest. */
  step: number | null;
  axis: Axis;
  range: "robust" | "full";
  /** The steps that TensorBoard kept, or every step, from the event files. */
  read: Reading;
  /** Heights comparable within a chart, or every ridge equally high. */
  heights: "chart" | "ridge";
  /** Runs of one parameter on one value axis, or each on its own. */
  scale: "shared" | "own";
  /** The parameter at full size. */
  focus: { run: string; tag: string } | null;
  sidebar: boolean;
}

export const DEFAULT_VIEW: View = {
  runs: null,
  runFilter: "",
  search: "",
  view: "ridgeline",
  hidden: [],
  step: null,
  axis: "linear",
  range: "robust",
  read: "kept",
  heights: "chart",
  scale: "shared",
  focus: null,
  sidebar: true,
};

function oneOf<T extends string>(choices: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => choices.includes(value as T);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isListOf =
  <T>(isItem: (value: unknown) => value is T) =>
  (value: unknown): value is T[] =>
    Array.isArray(value) && value.every(isItem);

const CHECKS: { [K in keyof View]: (value: unknown) => boolean } = {
  runs: isListOf(isText),
  runFilter: isText,
  search: isText,
  view: oneOf(["ridgeline", "overlay"]),
  hidden: isListOf(oneOf(ROLES)),
  step: Number.isSafeInteger,
  axis: oneOf(["linear", "symlog"]),
  range: oneOf(["robust", "full"]),
  read: oneOf(["kept", "every"]),
  heights: oneOf(["chart", "ridge"]),
  scale: oneOf(["shared", "own"]),
  focus: (value) => {
    const focus = value as View["focus"];
    return typeof focus === "object" && isText(focus?.run) && isText(focus?.tag);
  },
  sidebar: (value) => typeof value === "boolean",
};

const KEYS = Object.keys(DEFAULT_VIEW) as (keyof View)[];

/** What differs from the default view, as texts for the address: words as they are, the rest as JSON. */
export function encodeView(view: View): Map<string, string> {
  const texts = new Map<string, string>();
  for (const key of KEYS) {
    const value = view[key];
    if (JSON.stringify(value) === JSON.stringify(DEFAULT_VIEW[key])) continue;
    texts.set(key, typeof value === "string" ? value : JSON.stringify(value));
  }
  return texts;
}

/** The view that an address tells; a text that says nothing sensible leaves its default in place. */
export function decodeView(texts: ReadonlyMap<string, string>): View {
  const view: Record<string, unknown> = { ...DEFAULT_VIEW };
  for (const key of KEYS) {
    const text = texts.get(key);
    if (text === undefined) continue;
    const value = typeof DEFAULT_VIEW[key] === "string" ? text : parsed(text);
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
