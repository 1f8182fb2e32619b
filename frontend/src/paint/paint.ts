import type { Band, Curve, Dash, Hatch, Label, Rule, Scene } from "../scene/scene";
import { CHARACTER, LABEL_SIZE } from "../scene/text";
import { traceSmooth } from "./smooth";

/** The part of a 2D context that painters use; a recording one stands in for it in tests. */
export type Painter = Pick<
  CanvasRenderingContext2D,
  | "save"
  | "restore"
  | "translate"
  | "beginPath"
  | "closePath"
  | "moveTo"
  | "lineTo"
  | "bezierCurveTo"
  | "rect"
  | "clip"
  | "fill"
  | "stroke"
  | "fillRect"
  | "fillText"
  | "strokeText"
  | "setLineDash"
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "lineJoin"
  | "font"
  | "textAlign"
  | "textBaseline"
> & {
  /** Keeps the whole of the text that is filled next, which lost its middle: a canvas can't, a drawing can. */
  keepWhole?(text: string): void;
};

export const FAMILY = "Roboto, system-ui, sans-serif";
export const fontOf = (size: number, strong: boolean) =>
  `${strong ? "500 " : ""}${size}px ${FAMILY}`;
const FONT = fontOf(LABEL_SIZE, false);
const STRONG_FONT = fontOf(LABEL_SIZE, true);
const HALO = 3;
const DASH = [3, 3];
const BASELINE_DASH = [8, 3, 2, 3];

export function paintScene(context: Painter, scene: Scene): void {
  for (const rule of scene.rules) paintRule(context, rule);
  context.save();
  context.beginPath();
  const { left, top, right, bottom } = scene.clip;
  context.rect(left, top, right - left, bottom - top + 1);
  context.clip();
  for (const band of scene.bands) paintBand(context, band);
  for (const curve of scene.curves) paintCurve(context, curve);
  for (const hatch of scene.hatches) paintHatch(context, hatch);
  context.restore();
  paintLabels(context, scene.labels);
}

const lengthsOf = (dash: Dash) => (dash === "baseline" ? BASELINE_DASH : dash ? DASH : []);

function paintRule(context: Painter, { x1, y1, x2, y2, color, dash }: Rule): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.setLineDash(lengthsOf(dash));
  context.beginPath();
  context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  context.stroke();
}

/** From where the path is, if it has begun. */
function traceStraight(
  context: Painter,
  xs: Float32Array,
  ys: Float32Array,
  begins: boolean,
): void {
  xs.forEach((x, i) => {
    if (begins && i === 0) context.moveTo(x, ys[i] ?? 0);
    else context.lineTo(x, ys[i] ?? 0);
  });
}

function trace(context: Painter, curve: Curve): void {
  const { xs, ys, from, to } = curve;
  if (curve.smooth) traceSmooth(context, xs, ys, from, to);
  else traceStraight(context, xs.subarray(from, to), ys.subarray(from, to), true);
}

function paintCurve(context: Painter, curve: Curve): void {
  if (curve.to <= curve.from) return;
  if (curve.fill !== null) {
    context.fillStyle = curve.fill;
    context.beginPath();
    trace(context, curve);
    context.lineTo(curve.xs[curve.to - 1] ?? 0, curve.baseline);
    context.lineTo(curve.xs[curve.from] ?? 0, curve.baseline);
    context.closePath();
    context.fill();
  }
  context.strokeStyle = curve.color;
  context.lineWidth = curve.width;
  context.lineJoin = "round";
  context.setLineDash(lengthsOf(curve.dash));
  context.beginPath();
  trace(context, curve);
  context.stroke();
}

function paintBand(context: Painter, { xs, lows, highs, fill }: Band): void {
  if (xs.length === 0) return;
  context.fillStyle = fill;
  context.beginPath();
  traceStraight(context, xs, highs, true);
  traceStraight(context, xs.toReversed(), lows.toReversed(), false);
  context.closePath();
  context.fill();
}

function paintHatch(context: Painter, { left, top, right, bottom, color }: Hatch): void {
  const height = bottom - top;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.setLineDash([]);
  context.beginPath();
  for (let x = left; x < right; x += 5) {
    context.moveTo(x, bottom);
    context.lineTo(x + height, top);
  }
  context.stroke();
}

function paintLabels(context: Painter, labels: readonly Label[]): void {
  context.textBaseline = "middle";
  let font = "";
  for (const label of labels) {
    const { x, y, text, color, align, ground, halo } = label;
    if (ground !== null) {
      const width = text.length * CHARACTER;
      const left = align === "right" ? x - width : align === "center" ? x - width / 2 : x;
      context.fillStyle = ground;
      context.fillRect(left - 2, y - 7, width + 4, 14);
    }
    const wanted = label.strong ? STRONG_FONT : FONT;
    // Even an unchanged font is parsed anew.
    if (font !== wanted) {
      font = wanted;
      context.font = font;
    }
    context.textAlign = align;
    if (halo !== undefined) {
      context.strokeStyle = halo;
      context.lineWidth = HALO;
      context.lineJoin = "round";
      context.setLineDash([]);
      context.strokeText(text, x, y);
    }
    context.fillStyle = color;
    if (label.whole !== undefined) context.keepWhole?.(label.whole);
    context.fillText(text, x, y);
  }
}
