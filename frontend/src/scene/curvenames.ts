import type { Palette } from "../model/colors";
import { cutLabel, label } from "./labels";
import type { Box, Curve, Label, Line, Rule } from "./scene";
import { guessed, LABEL_SIZE, type Measure } from "./text";

const HEIGHT = 14;
const GAP = 6;
/** Between the heights that are tried. */
const STEP = 7;
/** Between the positions that are tried, and at which heights of curves are kept. */
const CELL = 4;
/** Names are not cut shorter than this. */
const LEAST_WIDTH = 60;

interface Place {
  y: number;
  /** Where the curve is met. */
  from: number;
  fromY: number;
  x: number;
  left: number;
  right: number;
}

/** How high the curves reach in each cell of a plot, in pixels from the top. */
function skyline(curves: readonly Curve[], { left, right, bottom }: Box): Float32Array {
  const heights = new Float32Array(Math.ceil((right - left) / CELL) + 1).fill(bottom);
  for (const { xs, ys, from, to } of curves) {
    for (let i = from + 1; i < to; i++) {
      const y = Math.min(ys[i - 1] ?? 0, ys[i] ?? 0);
      const last = ((xs[i] ?? 0) - left) / CELL;
      for (let cell = Math.floor(((xs[i - 1] ?? 0) - left) / CELL); cell <= last; cell++) {
        if (y < (heights[cell] ?? y)) heights[cell] = y;
      }
    }
  }
  return heights;
}

/** Where a curve is met from one side at a height; from above its peak, at the peak. */
function metAt({ xs, ys, from, to }: Curve, y: number, isRight: boolean) {
  let top = from;
  let outermost = -1;
  for (let i = from; i < to; i++) {
    if ((ys[i] ?? 0) < (ys[top] ?? 0)) top = i;
    if ((ys[i] ?? 0) <= y && (isRight || outermost < 0)) outermost = i;
  }
  return outermost < 0
    ? { from: xs[top] ?? 0, fromY: ys[top] ?? 0 }
    : { from: xs[outermost] ?? 0, fromY: y };
}

/** Names beside their curves and over none, each as near to its own as there is room, with a leader where that is far. */
export function curveNames(
  curves: readonly Curve[],
  lines: readonly Line[],
  plot: Box,
  { ground }: Palette,
  measure: Measure = guessed,
): { rules: Rule[]; labels: Label[] } {
  const heights = skyline(curves, plot);
  const taken: Place[] = [];
  const isFree = ({ left, right, y }: Place) =>
    heights
      .subarray(Math.floor((left - plot.left) / CELL), Math.ceil((right - plot.left) / CELL) + 1)
      .every((height) => height >= y + HEIGHT / 2) &&
    taken.every(
      (one) => Math.abs(one.y - y) >= HEIGHT || one.left >= right + GAP || one.right + GAP <= left,
    );
  const nearest = (curve: Curve, wanted: number): Place | null => {
    let best: Place | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (let y = plot.top + HEIGHT / 2; y < plot.bottom - HEIGHT / 2; y += STEP) {
      for (const isRight of [true, false]) {
        const sign = isRight ? 1 : -1;
        const met = metAt(curve, y, isRight);
        for (let x = met.from + sign * GAP; x > plot.left && x < plot.right; x += sign * CELL) {
          const width = Math.min(wanted, isRight ? plot.right - x : x - plot.left);
          const cost = Math.abs(x - met.from) + met.fromY - y + wanted - width;
          if (cost >= least || width < Math.min(wanted, LEAST_WIDTH)) break;
          const place = { y, ...met, x, left: Math.min(x, x + sign * width), right: 0 };
          place.right = place.left + width;
          if (!isFree(place)) continue;
          least = cost;
          best = place;
        }
      }
    }
    return best;
  };
  const rules: Rule[] = [];
  const labels: Label[] = [];
  for (const curve of curves) {
    const { color } = curve;
    const name = lines[curve.line]?.name;
    if (name === undefined || curve.to <= curve.from) continue;
    const place = nearest(curve, measure(name, LABEL_SIZE, true));
    if (place === null) continue;
    taken.push(place);
    const { x, y, from, fromY, left, right } = place;
    const named = { ...label(x, y, name, color, x > from ? "left" : "right"), strong: true };
    labels.push({ ...cutLabel(named, right - left + 1, measure), halo: ground });
    if (Math.abs(x - from) + fromY - y > 3 * GAP) {
      const end = x - Math.sign(x - from) * 2;
      rules.push({ x1: from, y1: fromY, x2: end, y2: y, color, dash: false });
    }
  }
  return { rules, labels };
}
