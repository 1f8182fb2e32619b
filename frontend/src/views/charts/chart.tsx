import { computed, effect, type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { isOfSteps } from "../../chosen";
import { cancelFrame, nextFrame } from "../../frame";
import { pixelRatio, restorations } from "../../host";
import { binCentre, fromAxis, axisOf as gridAxis, onAxis } from "../../model/axis";
import { readout, readoutBeyond } from "../../model/words";
import { paintScene } from "../../paint/paint";
import { clearedContext } from "../../paint/surface";
import { binOfVertex } from "../../scene/curve";
import { type Hit, hitTest } from "../../scene/hit";
import { placeAt } from "../../scene/scale";
import type { Line, Chart as Plan, Scene, Size } from "../../scene/scene";
import { step } from "../../state";
import { px } from "../px";
import { type Brush, useBrush } from "./brush";
import { useGlide } from "./motion";
import { pixelOf, pointer } from "./pointer";

const NARROW = 240;

/** What is under the pointer, of which line, and whether it is told to the left of it. */
interface Found extends Hit {
  of: Line;
  onRight: boolean;
}

/** Paints a scene on a canvas in the next frame. */
export function paintSoon(canvas: HTMLCanvasElement, size: Size, scene: () => Scene): void {
  const ratio = pixelRatio.value;
  restorations.value;
  nextFrame(canvas, () => {
    const context = clearedContext(canvas, size, ratio);
    if (context !== null) paintScene(context, scene());
  });
}

/** A canvas that shows a scene, painted anew at most once a frame when a signal that it rests on has changed. */
export function Painting({ size, scene }: { size: Size; scene: () => Scene | null }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return;
    const stop = effect(() => {
      const drawn = scene();
      if (drawn !== null) paintSoon(canvas, size, () => drawn);
    });
    return () => {
      stop();
      cancelFrame(canvas);
    };
  }, [size, scene]);
  return <canvas ref={ref} style={px({ width: size.width, height: size.height })} />;
}

/**
 * A chart on two canvases: while the scrubber and the pointer move, the upper alone is painted, unless what they move
 * is the chart itself.
 */
export function Chart(props: {
  plan: ReadonlySignal<Plan | null>;
  size: Size;
  name: ReadonlySignal<string>;
}) {
  const { plan, size, name } = props;
  const hit = useSignal<Found | null>(null);
  const brush = useBrush(plan);
  useEffect(() => {
    // What the pointer met in the chart before says nothing of this one.
    hit.value = null;
  }, [plan, size]);
  useEffect(
    () => () => {
      // An element that goes is never left.
      if (hit.peek() !== null) pointer.value = null;
    },
    [],
  );
  const base = useStable(useGlide(plan), plan);
  const marks = useStable(() => {
    const shared = pointer.value;
    return (
      plan.value?.cursor({
        step: shared?.step ?? step.value,
        at: shared?.at ?? null,
        line: isThere(plan.value, hit.value) ? (hit.value?.line ?? null) : null,
      }) ?? null
    );
  }, plan);

  const point = (event: PointerEvent) => {
    const chart = plan.peek();
    const { x, y } = pixelOf(event);
    brush.move(x, y);
    const found = chart && hitTest(chart.scene, x, y);
    const line = found && chart?.lines[found.line];
    // A read-out is wider than a narrow chart, and must not go beyond the page.
    const onRight = size.width < NARROW ? event.clientX > innerWidth - NARROW : x > size.width / 2;
    hit.value = found && line ? { ...found, of: line, onRight } : null;
    pointer.value =
      found && line && chart
        ? {
            at: placeOf(found, line, chart, x),
            step: isOfSteps() ? (line.series.steps[line.row] ?? null) : null,
          }
        : null;
  };
  const leave = () => {
    hit.value = null;
    pointer.value = null;
  };
  return (
    <div
      class="chart"
      role="img"
      aria-label={name}
      style={px({ width: size.width, height: size.height })}
      onPointerMove={point}
      onPointerLeave={leave}
      {...brush.handlers}
    >
      <Painting size={size} scene={base} />
      <Painting size={size} scene={marks} />
      <Selection brush={brush.value.value} />
      {hit.value !== null && brush.value.value === null && isThere(plan.value, hit.value) && (
        <Readout plan={plan} hit={hit.value} width={size.width} />
      )}
    </div>
  );
}

/** The chart of what it is `of`: planned and named anew for another, or another size. */
export function Drawn(props: {
  of: readonly unknown[];
  width: number;
  height: number;
  plan(size: Size): ReadonlySignal<Plan | null>;
  name(): string;
}) {
  const { of, width, height } = props;
  const size = useMemo((): Size => ({ width, height }), [width, height]);
  const plan = useMemo(() => props.plan(size), [size, ...of]);
  const name = useMemo(() => computed(props.name), of);
  return <Chart plan={plan} size={size} name={name} />;
}

/** Where the pointer stands on the value axis: at the middle of the bin that is told of, or where no bin is. */
function placeOf({ line: index, vertex, beyond }: Hit, line: Line, chart: Plan, x: number): number {
  const axis = chart.axisOf(index);
  if (beyond !== null) return placeAt(axis, chart.scene.clip, x);
  const { series, row } = line;
  const { grid } = series;
  return onAxis(axis, series, row, binCentre(gridAxis(grid), grid, binOfVertex(series, vertex)));
}

/** Whether the line that the pointer met is still where it was: scrolling brings others there. */
function isThere(chart: Plan | null, hit: { line: number; of: Line } | null): boolean {
  return hit !== null && chart?.lines[hit.line]?.series === hit.of.series;
}

/** The same function for as long as what it reads is the same signal. */
function useStable<T>(read: () => T, source: unknown): () => T {
  const kept = useRef<{ read: () => T; source: unknown }>({ read, source });
  if (kept.current.source !== source) kept.current = { read, source };
  return kept.current.read;
}

function Selection({ brush }: { brush: Brush | null }) {
  if (brush === null) return null;
  const { left, top, width, height } = brush;
  return <i class="brush" style={px({ left, top, width, height })} />;
}

function Readout(props: { plan: ReadonlySignal<Plan | null>; hit: Found; width: number }) {
  const { plan, hit, width } = props;
  const line = plan.value?.lines[hit.line];
  if (line === undefined) return null;
  const { series, row } = line;
  const chart = plan.value;
  const at = pointer.value?.at ?? undefined;
  const lines =
    hit.beyond !== null && chart !== null && at !== undefined
      ? readoutBeyond(series, row, fromAxis(chart.axisOf(hit.line), series, row, at), hit.beyond)
      : readout(series, row, binOfVertex(series, hit.vertex));
  return (
    <>
      {hit.beyond === null && <i class="dot" style={px({ left: hit.x, top: hit.y })} />}
      <dl
        class="readout"
        style={px(
          hit.onRight ? { right: width - hit.x + 12, top: 0 } : { left: hit.x + 12, top: 0 },
        )}
      >
        {!isOfSteps() && <b>{line.name}</b>}
        {lines.map(({ term, text }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
