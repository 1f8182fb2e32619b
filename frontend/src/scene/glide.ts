import type { Chart, Curve, Line, Scene } from "./scene";

/** A chart of the same series that has gained steps, on its way from how it was to how it is. */

/** Whether a chart shows the same series as another one, some steps later. */
export function hasGrown(before: Chart, after: Chart): boolean {
  const [old, now] = [before.lines[0]?.series, after.lines[0]?.series];
  if (old === undefined || now === undefined || old === now) return false;
  if (old.run !== now.run || old.tag !== now.tag || old.grid.bins !== now.grid.bins) return false;
  return (now.steps[now.length - 1] ?? 0) > (old.steps[old.length - 1] ?? 0);
}

/** What a line stays the same by: its series and its step. */
function keyOf(line: Line | undefined): string | undefined {
  if (line === undefined) return undefined;
  const { run, tag, steps } = line.series;
  return JSON.stringify([run, tag, steps[line.row]]);
}

/** The scene in between: ridges that were there move to their new places, new ones rise. */
export function glide(before: Chart, after: Chart, share: number): Scene {
  const known = new Map<string, Curve>();
  for (const curve of before.scene.curves) {
    const key = keyOf(before.lines[curve.line]);
    if (key !== undefined) known.set(key, curve);
  }
  const curves = after.scene.curves.map((curve) => {
    const key = keyOf(after.lines[curve.line]);
    const old = key === undefined ? undefined : known.get(key);
    return old === undefined ? risen(curve, share) : moved(old, curve, share);
  });
  return { ...after.scene, curves };
}

function risen(curve: Curve, share: number): Curve {
  const { baseline, ys } = curve;
  return { ...curve, ys: ys.map((y) => baseline + (y - baseline) * share) };
}

function moved(old: Curve, curve: Curve, share: number): Curve {
  if (old.ys.length !== curve.ys.length) return curve;
  const between = (a: number, b: number) => a + (b - a) * share;
  return {
    ...curve,
    baseline: between(old.baseline, curve.baseline),
    xs: curve.xs.map((x, i) => between(old.xs[i] ?? x, x)),
    ys: curve.ys.map((y, i) => between(old.ys[i] ?? y, y)),
    from: Math.min(old.from, curve.from),
    to: Math.max(old.to, curve.to),
  };
}
