import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { densities, distances, progress } from "../src/answers";
import { change, view } from "../src/chosen";
import { visible } from "../src/host";
import { reload, startLoading } from "../src/load";
import { DEFAULT_VIEW } from "../src/model/address";
import { isLoading } from "../src/state";
import { safetensors } from "./worlds";

const none = (dtype: string) => ({ dtype, shape: [0], bytes: new Uint8Array(0) });
const ARRAYS: Record<string, string> = {
  range: "F64",
  threshold: "F64",
  step: "I64",
  density: "U8",
  wall_time: "F64",
  peak: "F32",
  below: "F32",
  above: "F32",
  count: "F64",
  non_finite: "U8",
  buckets: "I32",
  min: "F32",
  max: "F32",
  mean: "F32",
  std: "F32",
  near_zero: "F32",
  distance_first: "F32",
  distance_previous: "F32",
  update_ratio: "F32",
  update_ratio_high: "F32",
};

/** What the log holds; a reload brings the newest. */
let logged = "old";
let isHeld = false;
/** Tags that an answer about the run b lacks, unless they are asked for. */
let unfinished: string[] = [];
/** The tag of the answers; with it they are told apart. */
let etag = "";
let isCalledOff: string[] = [];
let queries: URLSearchParams[] = [];
/** The route that is not answered, if any. */
let dead = "";
let asked: string[] = [];

function answerTo(route: string, run: string, isNamed: boolean): BodyInit {
  if (route === "runs") {
    const known = { series: 1, layers: 1, last_step: 1, last_wall_time: 1 };
    return JSON.stringify({
      runs: ["a", "b"].map((name) => ({ run: name, ...known })),
      notices: [],
    });
  }
  if (route === "outline")
    return JSON.stringify({ run, readings: ["kept"], layers: [], notices: [] });
  const notices = [{ code: logged, level: "info", text: "", fix: "" }];
  const said = { run, axis: "linear", bins: 1, series: [], unreadable: [], notices };
  const answer = JSON.stringify({ ...said, unfinished: run === "b" && !isNamed ? unfinished : [] });
  const arrays = Object.entries(ARRAYS).map(([name, dtype]) => [name, none(dtype)]);
  const offset = { dtype: "I32", shape: [1], bytes: new Uint8Array(4) };
  return safetensors({ offset, ...Object.fromEntries(arrays) }, { answer });
}

const SENTENCE = { "content-type": "text/plain" };

vi.stubGlobal("fetch", async (address: string, { signal }: RequestInit = {}) => {
  const [route = "", query = ""] = address.split("?");
  const parameters = new URLSearchParams(query);
  const run = parameters.get("run") ?? "";
  signal?.addEventListener("abort", () => isCalledOff.push(`${route} ${run}`));
  if (route === "densities") queries.push(parameters);
  asked.push(`${route} ${run}`.trim());
  if (route === dead) return new Response("Gone.", { status: 503, headers: SENTENCE });
  if (route === "progress") return Response.json({ read: 0, size: 0, done: 96, of: 161 });
  const body = answerTo(route, run, parameters.has("tag"));
  if (isHeld && route !== "runs") await new Promise(() => {});
  return new Response(body, etag === "" ? {} : { headers: { etag: `W/"${etag}"` } });
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const shown = (run: string) => densities.value.get(run)?.value?.notices[0]?.code;

startLoading();

beforeEach(async () => {
  [logged, isHeld, dead, etag] = ["old", false, "", ""];
  view.value = DEFAULT_VIEW;
  await reload();
  await settled();
  [asked, isCalledOff, queries] = [[], [], []];
});

afterEach(() => {
  vi.useRealTimers();
});

test("a run that was not selected during a reload is asked for when it is again", async () => {
  change({ runs: ["a"] });
  logged = "new";
  await reload();
  await settled();
  expect(asked).not.toContain("densities b");
  change({ runs: ["a", "b"] });
  await settled();
  expect([shown("a"), shown("b")]).toEqual(["new", "new"]);
  expect(asked.filter((one) => one.startsWith("densities"))).toEqual([
    "densities a",
    "densities b",
  ]);
});

test("distances that were not in sight during a reload are asked for when they are again", async () => {
  const onMap = { view: "map", statistic: "distance_first" } as const;
  change(onMap);
  await settled();
  change({ view: "ridgeline" });
  await reload();
  expect(asked.filter((one) => one === "statistics a")).toHaveLength(1);
  change(onMap);
  await settled();
  expect(asked.filter((one) => one === "statistics a")).toHaveLength(2);
  change({ statistic: "std" });
  change(onMap);
  await settled();
  expect(asked.filter((one) => one === "statistics a")).toHaveLength(2);
});

test("distances of other steps are not shown while those of the chosen ones are on their way", async () => {
  change({ view: "map", statistic: "distance_first" });
  await settled();
  expect(distances.value.get("a")?.value).not.toBeNull();
  isHeld = true;
  reload();
  expect(distances.value.get("a")?.value).not.toBeNull();
  change({ between: [10, 20] });
  expect(distances.value.get("a")).toEqual({ value: null, pending: true, failure: null });
  expect(shown("a")).toBe("old");
});

test("what fails is asked again until it is answered, and meanwhile says how old its data are", async () => {
  vi.useFakeTimers({ now: new Date("2026-11-25T12:00:00") });
  await reload();
  await vi.advanceTimersByTimeAsync(90_000);
  dead = "densities";
  logged = "new";
  await reload();
  await vi.advanceTimersByTimeAsync(1000);
  expect(densities.value.get("a")?.failure).toMatch(/^Gone\. Last read: .*12:00/);
  expect(shown("a")).toBe("old");
  asked = [];
  await vi.advanceTimersByTimeAsync(10_000);
  const failing = ["densities a", "densities b"];
  expect(asked).toEqual([...failing, ...failing]);
  dead = "";
  await vi.advanceTimersByTimeAsync(5000);
  expect(densities.value.get("a")?.failure).toBeNull();
  expect(shown("a")).toBe("new");
  asked = [];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
});

test("nothing that fails is asked again while another tab is in front", async () => {
  vi.useFakeTimers();
  dead = "runs";
  await reload();
  asked = [];
  visible.value = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
  dead = "";
  visible.value = true;
  await vi.advanceTimersByTimeAsync(10);
  expect(asked).toContain("runs");
});

test("of the same question only what is new since the last answer is asked for", async () => {
  change({ runs: ["a"] });
  await settled();
  queries = [];
  for (etag of ["first", "second"]) {
    await reload();
    await settled();
  }
  await reload();
  await settled();
  expect(queries.map((one) => one.get("since"))).toEqual([null, "first", "second"]);
  change({ axis: "symlog" });
  await settled();
  expect(queries.at(-1)?.get("axis")).toBe("symlog");
  expect(queries.at(-1)?.get("since")).toBeNull();
});

test("what is on its way about a run that is not wanted any more is called off", async () => {
  isHeld = true;
  reload();
  await settled();
  isCalledOff = [];
  change({ runs: ["a"] });
  await settled();
  expect(isCalledOff.filter((one) => one.startsWith("densities"))).toEqual(["densities b"]);
  isHeld = false;
  asked = [];
  change({ runs: ["a", "b"] });
  await settled();
  expect(asked).toContain("densities b");
});

test("an answer that takes long says how far it is", async () => {
  vi.useFakeTimers();
  isHeld = true;
  reload();
  await vi.advanceTimersByTimeAsync(1000);
  expect(progress.value.get("a")).toEqual({ read: 0, size: 0, done: 96, of: 161 });
  expect(isLoading.value).toBe(true);
});

test("what the server did not finish is asked for until it is there", async () => {
  const endless = "l".repeat(100_000);
  unfinished = ["kernel", "bias", endless];
  change({ runs: ["b"], axis: "symlog" });
  await settled();
  const named = queries.filter((query) => query.get("run") === "b").map((one) => one.getAll("tag"));
  expect(named).toEqual([[], ["kernel", "bias"]]);
  const known = densities.value.get("b")?.value;
  expect(known?.unreadable.map(({ tag }) => tag)).toEqual([endless]);
  expect(densities.value.get("b")?.failure).toBe(null);
});
