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

/** A cubic through points of ascending x that has no turning points but theirs: d3's `curveMonotoneX`. */
export function traceSmooth(path: Path, xs: ArrayLike<number>, ys: ArrayLike<number>): void {
  let [x0, y0, x1, y1, slope, count] = [0, 0, Number.NaN, Number.NaN, 0, 0];
  /** Of a first or last stretch, the slope at its end that the one at the other leaves open. */
  const slopeAtEnd = (other: number) =>
    x1 > x0 ? ((3 * (y1 - y0)) / (x1 - x0) - other) / 2 : other;
  const stretch = (from: number, to: number) => {
    const third = (x1 - x0) / 3;
    path.bezierCurveTo(x0 + third, y0 + third * from, x1 - third, y1 - third * to, x1, y1);
  };
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [xs[i] ?? 0, ys[i] ?? 0];
    if (x === x1 && y === y1) continue;
    if (count === 0) path.moveTo(x, y);
    if (count > 1) {
      const next = slopeWithin(x0, y0, x1, y1, x, y);
      stretch(count === 2 ? slopeAtEnd(next) : slope, next);
      slope = next;
    }
    [x0, y0, x1, y1] = [x1, y1, x, y];
    count++;
  }
  if (count === 1) path.closePath();
  else if (count === 2) path.lineTo(x1, y1);
  else if (count > 2) stretch(slope, slopeAtEnd(slope));
}
