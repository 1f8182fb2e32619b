import type { Curve, Scene } from "./scene";

export interface Hit {
  /** The index of the line in its chart. */
  line: number;
  /** The vertex of the curve nearest to the pointer. */
  vertex: number;
  x: number;
  y: number;
  /** Whether the curve's grid ends before the pointer: on its left or its right. */
  beyond: "left" | "right" | null;
}

/** The index of the position nearest to `x` in ascending positions. */
export function nearest(xs: Float32Array, x: number): number {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const before = xs[low - 1];
  return before !== undefined && x - before < (xs[low] ?? 0) - x ? low - 1 : low;
}

/** On which side of all vertices a position lies. */
function beyondEnds({ xs }: Curve, x: number): Hit["beyond"] {
  if (x < (xs[0] ?? x)) return "left";
  return x > (xs[xs.length - 1] ?? x) ? "right" : null;
}

function distance(curve: Curve, vertex: number, y: number): number {
  const top = curve.ys[vertex] ?? curve.baseline;
  if (curve.fill === null) return Math.abs(top - y);
  if (y >= top && y <= curve.baseline) return 0;
  return Math.abs(curve.baseline - y);
}

/** The curve under a point: of ridges the frontmost that covers it, else the nearest; `null` outside the plot. */
export function hitTest(scene: Scene, x: number, y: number): Hit | null {
  const { left, right, top, bottom } = scene.clip;
  if (x < left || x > right || y < top || y > bottom + 4) return null;
  let best: Hit | null = null;
  let closest = Number.POSITIVE_INFINITY;
  for (const curve of scene.curves.toReversed()) {
    if (curve.line < 0 || curve.to <= curve.from) continue;
    const vertex = nearest(curve.xs, x);
    const far = distance(curve, vertex, y);
    if (far < closest) {
      closest = far;
      best = {
        line: curve.line,
        vertex,
        x: curve.xs[vertex] ?? x,
        y: curve.ys[vertex] ?? curve.baseline,
        beyond: beyondEnds(curve, x),
      };
    }
  }
  return best;
}
