import { computed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { cancelFrame, nextFrame } from "../frame";
import { pixelRatio } from "../host";
import { rowAtStep, type Series } from "../model/series";
import { chartName, readout } from "../model/words";
import { paintScene } from "../paint/paint";
import { clearedContext } from "../paint/surface";
import { type ChartOptions, chartOf } from "../scene/chart";
import { binOfVertex } from "../scene/curve";
import { type Hit, hitTest } from "../scene/hit";
import type { Chart as Plan, Scene, Size } from "../scene/scene";
import { step } from "../state";
import { px } from "./px";

/** Paints a scene on a canvas in the next frame. */
export function paintSoon(canvas: HTMLCanvasElement, size: Size, scene: () => Scene): void {
  const ratio = pixelRatio.value;
  nextFrame(canvas, () => {
    const context = clearedContext(canvas, size, ratio);
    if (context !== null) paintScene(context, scene());
  });
}

/** The distributions of one series over its steps, on two canvases: the scrubber and the pointer repaint the upper alone. */
export function Chart({ series, options }: { series: Series; options: ChartOptions }) {
  const base = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  const hit = useSignal<Hit | null>(null);
  const chart = useMemo(() => chartOf(series, options), [series, options]);
  const { size, view } = options;
  useEffect(() => {
    // What the pointer met in the chart before says nothing of this one.
    hit.value = null;
  }, [chart]);
  // A signal goes straight to the attribute: a step of the scrubber renders nothing anew.
  const name = useMemo(
    () => computed(() => chartName(series, rowAtStep(series, step.value), view)),
    [series, view],
  );
  const ratio = pixelRatio.value;

  useEffect(() => {
    const canvas = base.current;
    if (canvas === null) return;
    paintSoon(canvas, size, () => chart.scene);
    return () => cancelFrame(canvas);
  }, [chart, size, ratio]);

  useMarks(marks, size, chart, () => hit.value?.row ?? rowAtStep(series, step.value));

  const point = (event: PointerEvent) => {
    const bounds = (event.currentTarget as Element).getBoundingClientRect();
    hit.value = hitTest(chart.scene, event.clientX - bounds.left, event.clientY - bounds.top);
  };
  return (
    <div
      class="chart"
      role="img"
      aria-label={name}
      style={px({ width: size.width, height: size.height })}
      onPointerMove={point}
      onPointerLeave={() => {
        hit.value = null;
      }}
    >
      <canvas ref={base} style={px({ width: size.width, height: size.height })} />
      <canvas ref={marks} style={px({ width: size.width, height: size.height })} />
      {hit.value !== null && <Readout series={series} hit={hit.value} width={size.width} />}
    </div>
  );
}

function useMarks(
  ref: { current: HTMLCanvasElement | null },
  size: Size,
  chart: Plan,
  rowNow: () => number,
): void {
  const paint = () => {
    const canvas = ref.current;
    const row = rowNow();
    if (canvas !== null) paintSoon(canvas, size, () => chart.cursor(row));
  };
  // One effect follows the signals, the other the properties; both paint at most once a frame.
  useSignalEffect(paint);
  useEffect(() => {
    paint();
    const canvas = ref.current;
    return () => {
      if (canvas !== null) cancelFrame(canvas);
    };
  }, [chart, size]);
}

function Readout({ series, hit, width }: { series: Series; hit: Hit; width: number }) {
  const onRight = hit.x > width / 2;
  return (
    <>
      <i class="dot" style={px({ left: hit.x, top: hit.y })} />
      <dl
        class="readout"
        style={px(onRight ? { right: width - hit.x + 12, top: 0 } : { left: hit.x + 12, top: 0 })}
      >
        {readout(series, hit.row, binOfVertex(series, hit.vertex)).map(({ term, text }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
