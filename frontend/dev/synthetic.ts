import { axisOf, binCentre, binEdge } from "../src/model/axis";
import type { Axis, Grid, Parameter } from "../src/model/series";

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

/** The steps of a series, thinned evenly with the first and the last. */
export function stepsOf({ steps }: World, most: number): number[] {
  const count = Math.min(steps, most);
  return Array.from({ length: count }, (_, i) =>
    count < 2 ? 0 : STEP * Math.round((i * (steps - 1)) / (count - 1)),
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
  const steps = stepsOf(world, question.steps);
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
    const grid = gridFor(shapes, axis, bins);
    tensors.range.set([grid.low, grid.high], 2 * s);
    tensors.threshold[s] = grid.threshold;
    for (const [i, shape] of shapes.entries()) {
      const row = s * steps.length + i;
      const { densities, moments } = spreadOver(grid, shape);
      const peak = Math.max(...densities);
      tensors.density.set(
        densities.map((density) => Math.round((density / peak) * levels)),
        row * bins,
      );
      tensors.step[row] = BigInt(steps[i] ?? 0);
      tensors.wall_time[row] = wallTime(steps[i] ?? 0);
      tensors.peak[row] = peak;
      tensors.above[row] = shape.above;
      tensors.count[row] = shape.count;
      tensors.non_finite[row] = shape.broken ? 1 : 0;
      tensors.buckets[row] = 30;
      tensors.min[row] = grid.low;
      tensors.max[row] = grid.high * (shape.above > 0 ? 1.2 : 1);
      tensors.mean[row] = moments.mean;
      tensors.std[row] = moments.std;
      tensors.near_zero[row] = moments.nearZero;
    }
  }
  const series = chosen.map(({ parameter }) => ({ ...parameter, steps_kept: world.steps }));
  const answer = { run: question.run, axis, bins, bits, series, unreadable: [], notices: [] };
  return safetensors(tensors, { answer: JSON.stringify(answer) });
}

/** A grid that holds all shapes to four spreads. */
function gridFor(shapes: readonly Shape[], axis: Axis, bins: number): Grid {
  const low = Math.min(...shapes.map(({ mean, spread }) => mean - 4 * spread));
  const high = Math.max(
    ...shapes.map(({ mean, spread, away, part }) => mean + 4 * spread + (part > 0 ? away : 0)),
  );
  const threshold = axis === "symlog" ? (shapes[0]?.spread ?? 1) : 0;
  return { axis, bins, low, high, threshold };
}

/** The density in each bin of a grid, per unit of its axis, and the moments that follow from it. */
function spreadOver(grid: Grid, { mean, spread, away, part, above }: Shape) {
  const axis = axisOf(grid);
  const width = (axis.toUnit(grid.high) - axis.toUnit(grid.low)) / grid.bins;
  const values = Array.from({ length: grid.bins }, (_, bin) => binCentre(axis, grid, bin));
  const masses = values.map((value, bin) => {
    const extent = binEdge(axis, grid, bin + 1) - binEdge(axis, grid, bin);
    const density =
      (1 - part) * bell(value, mean, spread) + part * bell(value, mean + away, spread);
    return density * extent;
  });
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const shares = masses.map((mass) => (mass / total) * (1 - above));
  const over = (f: (value: number) => number) =>
    shares.reduce((sum, share, bin) => sum + share * f(values[bin] ?? 0), 0) / (1 - above);
  const middle = over((value) => value);
  const std = Math.sqrt(over((value) => (value - middle) ** 2));
  const rms = Math.hypot(middle, std);
  const nearZero = Math.min(1, 0.02 * rms * bell(0, mean, spread) * 0.4);
  return {
    densities: shares.map((share) => share / width),
    moments: { mean: middle, std, nearZero },
  };
}

const TYPES = new Map<unknown, string>([
  [Uint8Array, "U8"],
  [Uint16Array, "U16"],
  [Int32Array, "I32"],
  [BigInt64Array, "I64"],
  [Float32Array, "F32"],
  [Float64Array, "F64"],
]);

function safetensors(
  tensors: Record<string, ArrayBufferView & { length: number }>,
  metadata: Record<string, string>,
): ArrayBuffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let size = 0;
  for (const [name, array] of Object.entries(tensors)) {
    const data_offsets = [size, size + array.byteLength];
    header[name] = { dtype: TYPES.get(array.constructor), shape: [array.length], data_offsets };
    size += array.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let at = 8 + text.length;
  for (const { buffer, byteOffset, byteLength } of Object.values(tensors)) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return file.buffer;
}
