import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { selectedRuns } from "../../answers";
import { statistic } from "../../chosen";
import { type CellWords, cellSentence, cellWords, mapName } from "../../model/cell";
import { columns, type Drawing, distancesOf, isAwaited, matrix, rows } from "../../plans/map";
import { measure } from "../../plans/measure";
import { layOutMap, type Spot, scrolledTo } from "../../scene/maplayout";
import type { Marks } from "../../scene/mapmarks";
import { MiddleCut, RunMark } from "../names";
import { px } from "../px";
import { useScroller } from "../size";
import { topmost, useSought } from "../sought";
import { useMapCanvases } from "./mapcanvas";
import { MapHead } from "./maphead";
import { useMapKeys, useMapPointer } from "./mapinput";

/** Every parameter a row, every step a column, each run a panel; the colour is a statistic. */
export function LayerMap() {
  const scroller = useScroller();
  const { size, scrolled, onScroll } = scroller;
  const spot = useSignal<Spot | null>(null);
  const band = useSignal<Marks["band"]>(null);
  const layout = useComputed(() =>
    layOutMap(
      rows.value,
      columns.value.length,
      selectedRuns.value.length,
      size.value,
      measure.value,
    ),
  );
  const drawing = { layout, scrolled, spot, band };
  const { base, marks } = useMapCanvases(drawing);
  const pointer = useMapPointer(drawing);
  const handlers = useMapKeys(drawing, scroller.ref);
  const name = useComputed(() => mapName(matrix.value, statistic.value));
  const words = useComputed(() =>
    spot.value === null
      ? null
      : cellWords(matrix.value, spot.value, statistic.value, distancesOf, isAwaited),
  );
  const said = useComputed(() => (words.value === null ? "" : cellSentence(words.value)));

  const [keys, steps, runs] = [rows.value, columns.value, selectedRuns.value];
  const cellAt = (at: Spot) => [runs[at.panel], keys[at.row]?.key, steps[at.column]].join("\n");
  const cellBefore = useRef(cellAt);
  useEffect(() => {
    const at = spot.peek();
    if (at !== null && cellBefore.current(at) !== cellAt(at)) spot.value = null;
    cellBefore.current = cellAt;
  }, [keys, steps, runs]);
  useSought(scroller, (key) => {
    const row = rows.peek().findIndex((one) => one.key === key);
    return row < 0 ? null : scrolledTo(layout.peek(), row, row * layout.peek().rowHeight);
  });
  useSignalEffect(() => {
    const row = Math.ceil(scrolled.value / layout.value.rowHeight);
    topmost.value = rows.value[row]?.key ?? null;
  });

  const { width, height } = size.value;
  const { panels, height: whole } = layout.value;
  return (
    <section class="map" aria-label="Map">
      <h2 class="unseen">Map of all layers</h2>
      <MapHead />
      <div
        class="map-scroller"
        ref={scroller.ref}
        role="application"
        aria-label="Cells of the map. Arrow keys move, Enter opens the parameter, Shift with arrow keys chooses steps."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the cells are walked through by key
        tabIndex={0}
        onScroll={onScroll}
        {...handlers}
      >
        <div style={px({ height: Math.max(whole, height) })}>
          <div
            class="map-window"
            role="img"
            aria-label={name}
            style={px({ width, height })}
            {...pointer}
          >
            <canvas ref={base} style={px({ width, height })} />
            <canvas ref={marks} style={px({ width, height })} />
            {panels.length > 1 &&
              selectedRuns.value.map((run, panel) => {
                const { left = 0, right = 0 } = panels[panel] ?? {};
                return (
                  <span key={run} class="map-run" style={px({ left, width: right - left })}>
                    <RunMark run={run} />
                  </span>
                );
              })}
            <Readout drawing={drawing} words={words} />
          </div>
        </div>
      </div>
      <p class="unseen" aria-live="polite">
        {said}
      </p>
    </section>
  );
}

/** About the height of a read-out. */
const READOUT = 150;

function Readout(props: { drawing: Drawing; words: ReadonlySignal<CellWords | null> }) {
  const { layout, scrolled, spot } = props.drawing;
  const words = props.words.value;
  const at = spot.value;
  if (words === null || at === null) return null;
  const { size, top, rowHeight, xOf, yOf } = layout.value;
  const y = yOf(at.row) - scrolled.value;
  if (y < top - rowHeight || y > size.height) return null;
  const [left, right] = [xOf(at.panel, at.column), xOf(at.panel, at.column + 1)];
  const beside: Record<string, number> =
    left > size.width / 2 ? { right: size.width - left + 12 } : { left: right + 12 };
  const { layer, parameter } = words.title;
  return (
    <dl
      class="readout map-readout"
      style={px({ ...beside, top: Math.max(0, Math.min(y, size.height - READOUT)) })}
    >
      <div class="title">
        <dt>
          <MiddleCut text={layer} /> {parameter}
        </dt>
      </div>
      {words.lines.map(({ term, text, isAlarm }) => (
        <div key={term} class={isAlarm ? "alarm" : undefined}>
          <dt>{term}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
