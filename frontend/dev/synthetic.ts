import { axisOf, binCentre, binEdge } from "../src/model/axis";
import type { Axis, Grid, Parameter } from "../src/model/series";
import { safetensors } from "./safetensors";

/** Networks of any size that train in a formula: the same numbers for the same question, on any machine. */

export interface World {
  layers: number;
  steps: number;
  runs: number;
}

export interface Question {
  run: string;
  /** Empty: every series of the run. */
  tags: readonly string[];
  axis: Axis;
  bins: number;
  steps: number;
  bits: 8 | 16;
  /** The first and the last step, and the ends of all grids, where they are asked for. */
  between?: [number, number];
  ends?: [number, number];
}

const BLOCK = 10;
const STEP = 100;
const START = 1_760_000_000;

export function runNames({ runs }: World): string[] {
  return Array.from({ length: runs }, (_, i) => `synthetic/${i + 1}`);
}

/** A weight and a bias for each layer, in blocks of ten layers. */
export function parametersOf({ layers }: World): Parameter[] {
  return Array.from({ length: layers }, (_, i) => {
    const layer = `encoder.${Math.floor(i / BLOCK)}.layer${i % BLOCK}`;
    return ["weight", "bias"].map(
      (parameter): Parameter => ({
        tag: `${layer}.${parameter}`,
        layer,
        parameter,
        role: "weight",
      }),
    );
  }).flat();
}

/** The steps of a series in a range, thinned evenly with the first and the last. */
export function stepsOf(
  { steps }: World,
  most: number,
  [from, to]: [number, number] = [0, Number.POSITIVE_INFINITY],
): number[] {
  const all = Array.from({ length: steps }, (_, i) => i * STEP).filter(
    (step) => step >= from && step <= to,
  );
  const count = Math.min(all.length, most);
  return Array.from(
    { length: count },
    (_, i) => all[count < 2 ? 0 : Math.round((i * (all.length - 1)) / (count - 1))] ?? 0,
  );
}

export function wallTime(step: number): number {
  return START + step * 0.25;
}

/** How the values of a parameter are spread at a step: two bells, and what else happens to it. */
interface Shape {
  count: number;
  mean: number;
  spread: number;
  /** How far the second bell lies from the first, and how much it holds. */
  away: number;
  part: number;
  above: number;
  broken: boolean;
}

/** The character of a parameter in one number from 0 to 1, without any pattern over the network. */
function whim(run: number, index: number): number {
  const x = Math.sin(12.9898 * (index + 1) + 78.233 * (run + 1)) * 43758.5453;
  return x - Math.floor(x);
}

function shapeOf(run: number, index: number, progress: number): Shape {
  const own = whim(run, index);
  const isBias = index % 2 === 1;
  const isOdd = own > 0.9;
  return {
    count: isBias ? 64 : 4096 * (1 + (index % 7)),
    mean: isBias ? 0.3 * (own - 0.5) * progress : 0.02 * (own - 0.5),
    spread: (isBias ? 0.02 : 0.1) * (0.6 + own) * (1 + progress * (isOdd ? 4 : own)),
    away: 0.5 * progress,
    part: own > 0.7 ? 0.3 * progress : 0,
    above: isOdd ? 0.002 * progress : 0,
    broken: own < 0.02 && progress > 0.7,
  };
}

const bell = (value: number, mean: number, spread: number) =>
  Math.exp(-(((value - mean) / spread) ** 2) / 2) / spread;

/** A `densities` answer: the bytes that `http_api.md` lays down. */
export function densitiesAnswer(world: World, question: Question): ArrayBuffer {
  const { axis, bins, bits } = question;
  const run = runNames(world).indexOf(question.run);
  const wanted = new Set(question.tags);
  const chosen = parametersOf(world)
    .map((parameter, index) => ({ parameter, index }))
    .filter(({ parameter }) => wanted.size === 0 || wanted.has(parameter.tag));
  const steps = stepsOf(world, question.steps, question.between);
  const rows = chosen.length * steps.length;
  const floats = () => new Float32Array(rows);
  const tensors = {
    offset: Int32Array.from({ length: chosen.length + 1 }, (_, s) => s * steps.length),
    range: new Float64Array(2 * chosen.length),
    threshold: new Float64Array(chosen.length),
    step: new BigInt64Array(rows),
    wall_time: new Float64Array(rows),
    density: bits === 16 ? new Uint16Array(rows * bins) : new Uint8Array(rows * bins),
    peak: floats(),
    below: floats(),
    above: floats(),
    count: new Float64Array(rows),
    non_finite: new Uint8Array(rows),
    buckets: new Int32Array(rows),
    min: floats(),
    max: floats(),
    mean: floats(),
    std: floats(),
    near_zero: floats(),
  };
  const levels = bits === 16 ? 65535 : 255;
  for (const [s, { index }] of chosen.entries()) {
    const shapes = steps.map((step) =>
      shapeOf(run, index, step / Math.max(1, STEP * (world.steps - 1))),
    );
    const grid = gridFor(shapes, question);
    tensors.range.set([grid.low, grid.high], 2 * s);
    tensors.threshold[s] = grid.threshold;
    for (const [i, shape] of shapes.entries()) {
      const row = s * steps.length + i;
      const off =
        question.ends === undefined ? { below: 0, above: shape.above } : beyond(grid, shape);
      const { densities, moments } = spreadOver(grid, shape, 1 - off.below - off.above);
      const peak = Math.max(...densities);
      tensors.density.set(
        densities.map((density) => (peak > 0 ? Math.round((density / peak) * levels) : 0)),
        row * bins,
      );
      tensors.step[row] = BigInt(steps[i] ?? 0);
      tensors.wall_time[row] = wallTime(steps[i] ?? 0);
      tensors.peak[row] = peak;
      tensors.below[row] = off.below;
      tensors.above[row] = off.above;
      tensors.count[row] = shape.count;
      tensors.non_finite[row] = shape.broken ? 1 : 0;
      tensors.buckets[row] = 30;
      tensors.min[row] = shape.mean - REACH * shape.spread;
      tensors.max[row] = topOf(shape) * (shape.above > 0 ? 1.2 : 1);
      tensors.mean[row] = moments.mean;
      tensors.std[row] = moments.std;
      tensors.near_zero[row] = moments.nearZero;
    }
  }
  const series = chosen.map(({ parameter }) => ({ ...parameter, steps_kept: world.steps }));
  const answer = {
    run: question.run,
    axis,
    bins,
    bits,
    series,
    unreadable: [],
    unfinished: [],
    notices: [],
  };
  return safetensors(tensors, { answer: JSON.stringify(answer) });
}

/** How many spreads a bell reaches to either side. */
const REACH = 4;

const topOf = ({ mean, spread, away, part }: Shape) =>
  mean + REACH * spread + (part > 0 ? away : 0);

/** A grid that holds all shapes, unless its ends are asked for. */
function gridFor(shapes: readonly Shape[], { axis, bins, ends }: Question): Grid {
  const threshold = axis === "symlog" ? (shapes[0]?.spread ?? 1) : 0;
  if (ends !== undefined) return { axis, bins, low: ends[0], high: ends[1], threshold };
  if (shapes.length === 0) return { axis, bins, low: -1, high: 1, threshold };
  const low = Math.min(...shapes.map(({ mean, spread }) => mean - REACH * spread));
  return { axis, bins, low, high: Math.max(...shapes.map(topOf)), threshold };
}

/** The share of a normal distribution below so many spreads, to a thousandth. */
const shareBelow = (spreads: number) =>
  (1 + Math.tanh(0.7978845608 * (spreads + 0.044715 * spreads ** 3))) / 2;

/** The shares of a shape on either side of a grid. */
function beyond({ low, high }: Grid, { mean, spread, away, part }: Shape) {
  const below = (value: number) =>
    (1 - part) * shareBelow((value - mean) / spread) +
    part * shareBelow((value - mean - away) / spread);
  return { below: below(low), above: 1 - below(high) };
}

/** The density in each bin of a grid that holds a share of the values, per unit of its axis, and the moments. */
function spreadOver(grid: Grid, { mean, spread, away, part }: Shape, share: number) {
  const axis = axisOf(grid);
  const width = (axis.toUnit(grid.high) - axis.toUnit(grid.low)) / grid.bins;
  const masses = Array.from({ length: grid.bins }, (_, bin) => {
    const value = binCentre(axis, grid, bin);
    const extent = binEdge(axis, grid, bin + 1) - binEdge(axis, grid, bin);
    const density =
      (1 - part) * bell(value, mean, spread) + part * bell(value, mean + away, spread);
    return density * extent;
  });
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const middle = mean + part * away;
  const std = Math.sqrt(spread ** 2 + part * (1 - part) * away ** 2);
  const nearZero = Math.min(1, 0.008 * Math.hypot(middle, std) * bell(0, mean, spread));
  return {
    densities: masses.map((mass) => (total > 0 ? ((mass / total) * share) / width : 0)),
    moments: { mean: middle, std, nearZero },
  };
}
