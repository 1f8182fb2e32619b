import { expect, test } from "vitest";
import { densities, outlines, runs } from "../src/answers";
import { keyOf } from "../src/state";
import { bells } from "./worlds";

const load = <T>(value: T) => ({ value, pending: false, failure: null });
const parameterOf = (layer: string) =>
  ({ tag: `${layer}/kernel`, layer, parameter: "kernel", role: "weight" }) as const;

function logged(layers: Record<string, string[]>): void {
  const names = Object.keys(layers);
  const known = { series: 1, layers: 1, last_step: 1, last_wall_time: 1 };
  runs.value = load({ runs: names.map((run) => ({ run, ...known })), notices: [] });
  outlines.value = new Map(
    Object.entries(layers).map(([run, ofRun]) => {
      const outline = ofRun.map((layer) => ({
        layer,
        kind: null,
        parameters: [{ ...parameterOf(layer), last_step: 1 }],
      }));
      return [run, load({ run, readings: ["kept"], layers: outline, notices: [] })];
    }),
  );
}

/** An answer about a run with as many values in each layer, at no step where there are none. */
function answered(run: string, sizes: Record<string, number>): void {
  const series = Object.entries(sizes).map(([layer, size]) =>
    bells(size > 0 ? 1 : 0, { run, ...parameterOf(layer), count: Float64Array.of(size) }),
  );
  const answer = load({ series, unreadable: [], unfinished: [], notices: [] });
  densities.value = new Map(densities.value).set(run, answer);
}

test("layers are one by what is known of their sizes, whatever steps are shown", () => {
  logged({ a: ["dense"], b: ["dense_1"] });
  const key = () => keyOf("b", parameterOf("dense_1"));
  const same = keyOf("a", parameterOf("dense"));
  answered("a", { dense: 4 });
  expect(key()).toBe(same);
  answered("b", { dense_1: 0 });
  expect(key()).not.toBe(same);
  answered("b", { dense_1: 5 });
  expect(key()).not.toBe(same);
  answered("b", { dense_1: 4 });
  expect(key()).toBe(same);
  answered("a", { dense: 0 });
  expect(key()).toBe(same);
  answered("a", { dense: 6 });
  expect(key()).not.toBe(same);
});
