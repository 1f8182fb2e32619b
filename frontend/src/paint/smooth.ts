import type { Painter } from "./paint";

type Path = Pick<Painter, "moveTo" | "lineTo" | "bezierCurveTo" | "closePath">;

/** The slope at the middle of three points that turns nowhere but there (Steffen 1990). */
function slopeWithin(x0: number, y0: number, x1: number, y1: number, x2: number, y2: number) {
  const before = (y1 - y0) / (x1 - x0);
  const after = (y2 - y1) / (x2 - x1);
  const mean = (before * (x2 - x1) + after * (x1 - x0)) / (x2 - x0);
  const least = Math.min(Math.abs(before), Math.abs(after), Math.abs(mean) / 2);
  return (Math.sign(before) + Math.sign(after)) * least || 0;
}

/** The slope at the end of a first or last stretch, which that at its other end leaves open. */
function slopeAtEnd(x0: number, y0: number, x1: number, y1: number, other: number): number {
  return x1 > x0 ? ((3 * (y1 - y0)) / (x1 - x0) - other) / 2 : other;
}

/**
 * A cubic through some of the points, of ascending x, that has no turning points but theirs: d3's `curveMonotoneX`.
 * Every frame draws thousands of points: numbers stay in variables that no function shares, so that none is allocated.
 */
export function traceSmooth(
  path: Path,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  from = 0,
  to = xs.length,
): void {
  let x0 = 0;
  let y0 = 0;
  let x1 = Number.NaN;
  let y1 = Number.NaN;
  let slope = 0;
  let count = 0;
  for (let i = from; i < to; i++) {
    const x = xs[i] ?? 0;
    const y = ys[i] ?? 0;
    if (x === x1 && y === y1) continue;
    if (count === 0) path.moveTo(x, y);
    if (count > 1) {
      const next = slopeWithin(x0, y0, x1, y1, x, y);
      stretch(path, x0, y0, x1, y1, count === 2 ? slopeAtEnd(x0, y0, x1, y1, next) : slope, next);
      slope = next;
    }
    x0 = x1;
    y0 = y1;
    x1 = x;
    y1 = y;
    count++;
  }
  if (count === 1) path.closePath();
  else if (count === 2) path.lineTo(x1, y1);
  else if (count > 2) stretch(path, x0, y0, x1, y1, slope, slopeAtEnd(x0, y0, x1, y1, slope));
}

/** From one point to the next, with the slopes at both. */
function stretch(
  path: Path,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  slope0: number,
  slope1: number,
): void {
  const third = (x1 - x0) / 3;
  path.bezierCurveTo(x0 + third, y0 + third * slope0, x1 - third, y1 - third * slope1, x1, y1);
}
