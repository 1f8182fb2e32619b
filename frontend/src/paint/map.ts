import type { MapScene, Outline } from "../scene/map";
import type { Hatch } from "../scene/scene";
import { type Painter, paintScene } from "./paint";

const STRIPE = 4;

/** Cells, what lies over them, and names beside them. */
export function paintMap(context: Painter, scene: MapScene): void {
  const { left, top, right, bottom } = scene.clip;
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  let color = "";
  for (const cell of scene.cells) {
    if (color !== cell.color) {
      color = cell.color;
      context.fillStyle = color;
    }
    context.fillRect(cell.left, cell.top, cell.right - cell.left, cell.bottom - cell.top);
  }
  for (const hatch of scene.hatches) paintStripes(context, hatch);
  for (const outline of scene.outlines) paintOutline(context, outline);
  context.restore();
  paintScene(context, { ...scene, hatches: [] });
}

/** Stripes that end at the edges of their box. */
function paintStripes(context: Painter, { left, top, right, bottom, color }: Hatch): void {
  const height = bottom - top;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.setLineDash([]);
  context.beginPath();
  // On one lattice for all boxes, so that stripes go on from one to the next.
  const first = Math.ceil((left - height + bottom) / STRIPE) * STRIPE - bottom;
  for (let x = first; x < right; x += STRIPE) {
    const from = Math.max(0, left - x);
    const to = Math.min(height, right - x);
    context.moveTo(x + from, bottom - from);
    context.lineTo(x + to, bottom - to);
  }
  context.stroke();
}

/** Around the box, so that what is in it stays in sight. */
function paintOutline(context: Painter, outline: Outline): void {
  const { left, top, right, bottom, line, halo, width } = outline;
  context.setLineDash([]);
  const around = (color: string, lineWidth: number, out: number) => {
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.beginPath();
    context.rect(left - out, top - out, right - left + 2 * out, bottom - top + 2 * out);
    context.stroke();
  };
  around(halo, 1, width + 0.5);
  around(line, width, width / 2);
}
