import type { Part } from "./parts";
import { type Numbers, readSafetensors } from "./safetensors";
import type { Distances } from "./statistics";

/** By tag. */
export type DistancesOfRun = ReadonlyMap<string, Distances>;

export interface DistancesAnswer extends Part {
  distances: DistancesOfRun;
}

/** The distances of a `statistics` answer. */
export function readDistances(bytes: ArrayBuffer): DistancesAnswer {
  const { metadata, arrays } = readSafetensors(bytes);
  const answer = JSON.parse(metadata.get("answer") ?? "{}") as Part & { series: { tag: string }[] };
  const array = <T extends Numbers>(name: string): T => {
    const found = arrays.get(name);
    if (found === undefined) throw new Error(`The server's answer lacks the array "${name}".`);
    return found as T;
  };
  const offset = array<Int32Array>("offset");
  const steps = Float64Array.from(array<BigInt64Array>("step"), Number);
  const first = array<Float32Array>("distance_first");
  const previous = array<Float32Array>("distance_previous");
  const ratio = array<Float32Array>("update_ratio");
  const most = array<Float32Array>("update_ratio_high");
  const byStep = (numbers: Float32Array, from: number, to: number) => {
    const known = new Map<number, number>();
    for (let row = from; row < to; row++) known.set(steps[row] ?? 0, numbers[row] ?? Number.NaN);
    return known;
  };
  const entries = answer.series.map(({ tag }, s): [string, Distances] => {
    const from = offset[s] ?? 0;
    const to = offset[s + 1] ?? from;
    return [
      tag,
      {
        first: byStep(first, from, to),
        previous: byStep(previous, from, to),
        updateRatio: byStep(ratio, from, to),
        mostUpdateRatio: byStep(most, from, to),
      },
    ];
  });
  return { distances: new Map(entries), unfinished: answer.unfinished };
}

/** The distances of two answers about different series of a run. */
export function joinedDistances(answer: DistancesAnswer, more: DistancesAnswer): DistancesAnswer {
  return {
    distances: new Map([...answer.distances, ...more.distances]),
    unfinished: more.unfinished,
  };
}
