import { type DistancesAnswer, readDistances } from "./model/distances";
import type { Histogram, Statistics } from "./model/logged";
import {
  type Axis,
  type Densities,
  type Notice,
  type Parameter,
  type Reading,
  readDensities,
} from "./model/series";

/** The routes of `http_api.md`, one function each. All reject with an Error whose message is for a person. */

export interface Run {
  run: string;
  series: number;
  layers: number;
  last_step: number | null;
  last_wall_time: number | null;
}

export interface Runs {
  runs: Run[];
  notices: Notice[];
}

export interface Layer {
  layer: string;
  kind: string | null;
  parameters: (Omit<Parameter, "layer"> & { last_step: number | null })[];
}

export interface Outline {
  run: string;
  /** Which readings can be asked for. */
  readings: Reading[];
  layers: Layer[];
  notices: Notice[];
}

/** The answer to a question; whatever goes wrong is a sentence for a person. */
async function ask<T>(
  route: string,
  question: Record<string, string> | [string, string][],
  read: (response: Response) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const query = new URLSearchParams(question).toString();
  let response: Response;
  try {
    response = await fetch(query === "" ? route : `${route}?${query}`, signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error("TensorBoard does not answer. Is it still running?");
  }
  if (!response.ok) {
    const isSentence = response.headers.get("content-type")?.startsWith("text/plain") ?? false;
    const text = isSentence ? await response.text() : "";
    throw new Error(text || `TensorBoard answered ${response.status} to ${route}.`);
  }
  try {
    return await read(response);
  } catch (error) {
    // Ours are sentences; those of other kinds are what reading stumbled on.
    if ((error as Error).constructor === Error) throw error;
    throw new Error(`TensorBoard's answer to ${route} can't be read.`);
  }
}

/** Reads JSON that has these lists. */
const json =
  <T>(...lists: (keyof T)[]) =>
  async (response: Response): Promise<T> => {
    const answer = await response.json();
    if (!lists.every((key) => Array.isArray(answer[key]))) throw new TypeError();
    return answer;
  };

export const fetchRuns = (signal?: AbortSignal): Promise<Runs> =>
  ask("runs", {}, json<Runs>("runs", "notices"), signal);

export const fetchOutline = (
  question: { run: string; read: Reading },
  signal?: AbortSignal,
): Promise<Outline> =>
  ask("outline", { ...question }, json<Outline>("readings", "layers", "notices"), signal);

/** How much of a run's event files is indexed, in bytes, and how many series of answers in the making are done. */
export interface Progress {
  read: number;
  size: number;
  done: number;
  of: number;
}

export const fetchProgress = (run: string, signal?: AbortSignal): Promise<Progress> =>
  ask("progress", { run }, json<Progress>(), signal);

export interface DensityQuestion {
  run: string;
  /** Which series; every one of the run if it is left out. */
  tags?: readonly string[];
  axis: Axis;
  range: "robust" | "full";
  read: Reading;
  /** The first and the last step, if not all. */
  from?: number;
  to?: number;
  /** The values at either end of the grid, if not those that `range` finds. */
  low?: number;
  high?: number;
  bins?: number;
  steps?: number;
  bits?: 8 | 16;
}

/** The parameters of a question, one for each of its tags. */
function entries({ tags = [], ...rest }: { tags?: readonly string[] }): [string, string][] {
  const asked = Object.entries(rest).map(([key, value]): [string, string] => [key, String(value)]);
  return [...asked, ...tags.map((tag): [string, string] => ["tag", tag])];
}

/** Which answer of the server it is, to be told when the same is asked again. */
interface Origin {
  question: string;
  etag: string;
}

const origins = new WeakMap<Densities, Origin>();

/** Of what was known `before` from the same question, the server leaves out what is still the same. */
export async function fetchDensities(
  question: DensityQuestion,
  signal?: AbortSignal,
  before?: Densities | null,
): Promise<Densities> {
  const asked = entries(question);
  const text = String(new URLSearchParams(asked));
  const known = before && origins.get(before)?.question === text ? before : undefined;
  const since = known && origins.get(known)?.etag;
  const sent = since ? [...asked, ["since", since] as [string, string]] : asked;
  let etag: string | undefined;
  const read = async (response: Response) => {
    etag = /"(.+)"/.exec(response.headers.get("etag") ?? "")?.[1];
    return readDensities(await response.arrayBuffer(), known);
  };
  const answer = await ask("densities", sent, read, signal);
  if (etag !== undefined) origins.set(answer, { question: text, etag });
  return answer;
}

/** As many steps as `densities` shows unless it is asked otherwise: the distances are of these. */
const SHOWN_STEPS = "51";

/** How far each series of a run moved, step by step, and its update ratio. */
export async function fetchDistances(
  question: Pick<DensityQuestion, "run" | "tags" | "read" | "from" | "to">,
  signal?: AbortSignal,
): Promise<DistancesAnswer> {
  const shown = { steps: SHOWN_STEPS, format: "safetensors" };
  const asked = entries({ ...question, ...shown });
  for (const number of ["distance_first", "distance_previous", "update_ratio"])
    asked.push(["number", number]);
  const read = async (response: Response) => readDistances(await response.arrayBuffer());
  return ask("statistics", asked, read, signal);
}

export function fetchHistogram(
  question: { run: string; tag: string; step: bigint; read: Reading },
  signal?: AbortSignal,
): Promise<Histogram> {
  const asked = { ...question, step: String(question.step) };
  return ask("histogram", asked, json<Histogram>("buckets", "quantiles"), signal);
}

/** Every step of one series in numbers; `null` if it holds none. */
export async function fetchStatistics(
  question: { run: string; tag: string; read: Reading },
  signal?: AbortSignal,
): Promise<Statistics | null> {
  const read = json<{ series: Statistics[] }>("series");
  return (await ask("statistics", { ...question }, read, signal)).series[0] ?? null;
}
