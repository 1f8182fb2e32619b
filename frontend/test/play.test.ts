import { beforeEach, expect, test, vi } from "vitest";
import { densities, runs } from "../src/answers";
import { change, view } from "../src/chosen";
import { step } from "../src/state";
import { showStep } from "../src/views/show";
import { playing, togglePlay } from "../src/views/toolbar/play";
import { bells } from "./worlds";

vi.stubGlobal("requestAnimationFrame", () => 0);
vi.stubGlobal("cancelAnimationFrame", () => {});

const load = <T>(value: T) => ({ value, pending: false, failure: null });

beforeEach(() => {
  const run = { run: "train", series: 1, layers: 1, last_step: 20, last_wall_time: 1 };
  runs.value = load({ runs: [run], notices: [] });
  const answer = load({ series: [bells(3)], unreadable: [], unfinished: [], notices: [] });
  densities.value = new Map([["train", answer]]);
});

test("whoever chooses the newest step follows those to come", () => {
  showStep(10);
  expect(view.value.step).toBe(10);
  for (const at of [20, 30, undefined]) {
    change({ step: 10 });
    showStep(at);
    expect(view.value.step).toBeNull();
  }
});

test.each([
  [null, 0],
  [20, 0],
  [10, 10],
])("from step %s the film starts at %i", (chosen, first) => {
  change({ step: chosen });
  togglePlay();
  expect([playing.value, step.value]).toEqual([true, first]);
  togglePlay();
  expect([playing.value, step.value]).toEqual([false, first]);
});
