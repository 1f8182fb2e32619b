/** What painters draw: plain geometry in CSS pixels, with the colours decided. */

import type { ValueAxis } from "../model/axis";
import type { Tint } from "../model/colors";
import type { Series } from "../model/series";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Whole, dashed as outlines of the first step are, or as those of the baseline run are. */
export type Dash = boolean | "baseline";

/** One density as a curve above its baseline: vertices `from` to `to` (exclusive) of `xs` and `ys`. */
export interface Curve {
  /** The index of its line in the chart. */
  line: number;
  baseline: number;
  xs: Float32Array;
  ys: Float32Array;
  from: number;
  to: number;
  color: string;
  width: number;
  dash: Dash;
  /** Between vertices a cubic that has no turning points but theirs; else straight lines. */
  smooth: boolean;
  /** `null`: only the line is drawn. */
  fill: string | null;
}

/** What lies between two curves over the same positions. */
export interface Band {
  xs: Float32Array;
  lows: Float32Array;
  highs: Float32Array;
  fill: string;
}

export interface Label {
  x: number;
  y: number;
  text: string;
  color: string;
  align: "left" | "center" | "right";
  strong: boolean;
  /** Painted behind the text, so that it can be read over other marks; `null`: nothing. */
  ground: string | null;
  /** A thin edge around the letters, where a whole ground would hide what they stand at. */
  halo?: string;
  /** The text that lost its middle. */
  whole?: string;
}

export interface Rule {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  color: string;
  dash: Dash;
}

/** A band that stands for values that can't be drawn: NaN and infinity. */
export interface Hatch extends Box {
  color: string;
}

/** Painted in this order. */
export interface Scene {
  rules: Rule[];
  bands: Band[];
  curves: Curve[];
  hatches: Hatch[];
  labels: Label[];
  /** Bands, curves and hatches are cut off at these edges. */
  clip: Box;
}

export interface Size {
  width: number;
  height: number;
}

/** What margins leave of a chart. */
export function within({ width, height }: Size, margin: Box): Box {
  const { left, top, right, bottom } = margin;
  return { left, top, right: width - right, bottom: height - bottom };
}

/** One distribution in a chart: a row of a series, under the name that tells it from the others. */
export interface Line {
  series: Series;
  row: number;
  tint: Tint;
  name: string;
}

/** What is marked in every chart at once. */
export interface Cursor {
  step: number | null;
  /** The place on the value axis that the pointer stands on. */
  at: number | null;
  /** The line under the pointer, in the chart that it stands in. */
  line: number | null;
}

/** A chart: what stays while the scrubber and the pointer move, and the marks that are painted over it. */
export interface Chart {
  lines: readonly Line[];
  /** The axis that a line is drawn on. */
  axisOf(line: number): ValueAxis;
  scene: Scene;
  cursor(cursor: Cursor): Scene;
}

export function emptyScene(clip: Box): Scene {
  return { rules: [], bands: [], curves: [], hatches: [], labels: [], clip };
}
