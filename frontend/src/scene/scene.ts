/** What painters draw: plain geometry in CSS pixels, with the colours decided. */

import type { Palette, Tint } from "../model/colors";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** One density as a curve above its baseline: vertices `from` to `to` (exclusive) of `xs` and `ys`. */
export interface Curve {
  row: number;
  baseline: number;
  xs: Float32Array;
  ys: Float32Array;
  from: number;
  to: number;
  line: string;
  lineWidth: number;
  dash: boolean;
  /** Between vertices a cubic that has no turning points but theirs; else straight lines. */
  smooth: boolean;
  /** `null`: only the line is drawn. */
  fill: string | null;
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
}

export interface Rule {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  color: string;
  dash: boolean;
}

/** A band that stands for values that can't be drawn: NaN and infinity. */
export interface Hatch extends Box {
  color: string;
}

/** Painted in this order. */
export interface Scene {
  rules: Rule[];
  curves: Curve[];
  hatches: Hatch[];
  labels: Label[];
  /** Curves are cut off at these edges. */
  clip: Box;
}

export interface Style {
  palette: Palette;
  /** One for each row of the series, oldest first. */
  tints: readonly Tint[];
}

export interface Size {
  width: number;
  height: number;
}

/** A chart: what stays while the scrubber and the pointer move, and the marks on one row, painted over it. */
export interface Chart {
  scene: Scene;
  cursor(row: number): Scene;
}
