import { padded, sharedAxis } from "../src/model/axis";
import { PALETTES, stepTints } from "../src/model/colors";
import type { LayerRow } from "../src/model/outline";
import type { Role, Series } from "../src/model/series";

import { chartPeak } from "../src/scene/chart";
import type { StepsOptions } from "../src/scene/ridgeline";
import type { Line } from "../src/scene/scene";

/** A series of bell curves that widen from step to step, on a grid from -1 to 1. */
export function bells(length: number, changes: Partial<Series> = {}): Series {
  const bins = 64;
  const density = new Uint8Array(length * bins);
  const peaks = new Float32Array(length);
  for (let row = 0; row < length; row++) {
    const spread = 0.1 + (0.2 * row) / Math.max(1, length - 1);
    peaks[row] = 1 / (spread * Math.sqrt(2 * Math.PI));
    for (let bin = 0; bin < bins; bin++) {
      const value = -1 + (2 * (bin + 0.5)) / bins;
      density[row * bins + bin] = Math.round(255 * Math.exp(-((value / spread) ** 2) / 2));
    }
  }
  const floats = (fill: number) => new Float32Array(length).fill(fill);
  return {
    run: "train",
    tag: "dense/kernel",
    layer: "dense",
    parameter: "kernel",
    role: "weight",
    grid: { axis: "linear", bins, low: -1, high: 1, threshold: 0 },
    length,
    steps: Float64Array.from({ length }, (_, i) => 10 * i),
    exactSteps: BigInt64Array.from({ length }, (_, i) => BigInt(10 * i)),
    wallTimes: new Float64Array(length),
    density,
    levels: 255,
    peaks,
    below: floats(0),
    above: floats(0),
    count: new Float64Array(length).fill(4096),
    nonFinite: new Uint8Array(length),
    buckets: new Int32Array(length).fill(500),
    min: floats(-1),
    max: floats(1),
    mean: floats(0),
    std: floats(0.1),
    nearZero: floats(0.01),
    ...changes,
  };
}

/** The light style for a series. */
export function styleOf(series: Series) {
  return { palette: PALETTES.light, tints: stepTints("#425066", series.length, "light") };
}

export const size = { width: 360, height: 208 };

/** The options of a chart of steps on an axis of its own. */
export function optionsOf(series: Series, changes: Partial<StepsOptions> = {}): StepsOptions {
  const axis = padded(sharedAxis([series.grid]));
  return {
    axis,
    peak: chartPeak([series], axis, "chart"),
    palette: PALETTES.light,
    heights: "chart",
    overlap: 2.5,
    time: "step",
    reference: null,
    size,
    ...changes,
  };
}

/** All steps of a series as lines. */
export function stepLines(series: Series): Line[] {
  return styleOf(series).tints.map((tint, row) => ({ series, row, tint, name: `${row}` }));
}

/** The smallest safetensors file with the given arrays. */
export function safetensors(
  arrays: Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>,
  metadata: Record<string, string> = {},
): ArrayBuffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(arrays)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let offset = 8 + text.length;
  for (const { bytes } of Object.values(arrays)) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file.buffer;
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A layer with parameters, each written as `kernel` or, where it is no weight, `kernel gradient`. */
export function layerRow(
  layer: string,
  parameters: string[],
  kind: string | null = null,
): LayerRow {
  return {
    layer,
    kind,
    parameters: parameters.map((text) => {
      const [parameter = "", role = "weight"] = text.split(" ");
      return { tag: `${layer}/${text}`, layer, parameter, role: role as Role };
    }),
  };
}
