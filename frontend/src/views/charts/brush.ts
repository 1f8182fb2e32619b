import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { change, drawing, view } from "../../chosen";
import { clamp } from "../../model/clamp";
import { hitTest } from "../../scene/hit";
import { placeAt } from "../../scene/scale";
import type { Chart, Scene } from "../../scene/scene";
import { showValues } from "../show";
import { pixelOf } from "./pointer";

/** The rectangle that is being drawn, in pixels of the chart. */
export interface Brush {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A press that moves less is a click. */
const LEAST_PX = 5;

interface Press {
  x: number;
  y: number;
  /** Beside the plot, where the steps are written, steps are chosen; else values. */
  ofSteps: boolean;
}

/** The line whose baseline is nearest to a pixel. */
function lineAt(scene: Scene, y: number): number {
  let best = 0;
  let closest = Number.POSITIVE_INFINITY;
  for (const { line, baseline } of scene.curves) {
    if (line >= 0 && Math.abs(baseline - y) < closest) {
      closest = Math.abs(baseline - y);
      best = line;
    }
  }
  return best;
}

/** Drawing over a chart chooses the values of all charts; over its step labels, the steps. A double click takes it back. */
export function useBrush(plan: ReadonlySignal<Chart | null>) {
  const value = useSignal<Brush | null>(null);
  const press = useRef<Press | null>(null);
  const end = useRef({ x: 0, y: 0 });

  const move = (x: number, y: number) => {
    const scene = plan.peek()?.scene;
    if (press.current === null || scene === undefined) return;
    const { left, right, top, bottom } = scene.clip;
    end.current = { x: clamp(x, left, right), y: clamp(y, top, bottom) };
    const from = {
      x: clamp(press.current.x, left, right),
      y: clamp(press.current.y, top, bottom),
    };
    if (press.current.ofSteps) {
      const height = Math.abs(end.current.y - from.y);
      const start = Math.min(end.current.y, from.y);
      value.value = height < LEAST_PX ? null : { left, top: start, width: right - left, height };
    } else {
      const width = Math.abs(end.current.x - from.x);
      const start = Math.min(end.current.x, from.x);
      value.value = width < LEAST_PX ? null : { left: start, top, width, height: bottom - top };
    }
  };

  const choose = () => {
    const chart = plan.peek();
    const started = press.current;
    press.current = null;
    if (value.value === null || chart === null || started === null) return;
    value.value = null;
    if (started.ofSteps) {
      const ends = [started.y, end.current.y].map(
        (y) => chart.lines[lineAt(chart.scene, y)]?.series.steps[lineAt(chart.scene, y)] ?? 0,
      );
      change({ between: [Math.min(...ends), Math.max(...ends)] });
    } else {
      const { left, right } = chart.scene.clip;
      const met = hitTest(chart.scene, started.x, started.y);
      const axis = chart.axisOf(met?.line ?? lineAt(chart.scene, started.y));
      const ends = [started.x, end.current.x].map((x) =>
        placeAt(axis, chart.scene.clip, clamp(x, left, right)),
      );
      showValues(Math.min(...ends), Math.max(...ends));
    }
  };

  const handlers = {
    onPointerDown(event: PointerEvent) {
      const scene = plan.peek()?.scene;
      if (event.button !== 0 || scene === undefined) return;
      const { x, y } = pixelOf(event);
      const { kind, rows } = drawing.peek();
      const ofSteps = x > scene.clip.right && rows === "steps" && kind === "ridgeline";
      if (x > scene.clip.right && !ofSteps) return;
      press.current = { x, y, ofSteps };
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    },
    onPointerUp: choose,
    onPointerCancel() {
      press.current = null;
      value.value = null;
    },
    onDblClick() {
      const { window, between } = view.peek();
      if (window !== null || between !== null) change({ window: null, between: null });
    },
  };
  return { value, move, handlers };
}
