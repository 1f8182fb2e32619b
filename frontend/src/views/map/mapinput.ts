import { useRef } from "preact/hooks";
import { change } from "../../chosen";
import { clamp } from "../../model/clamp";
import {
  chooseColumns,
  columns,
  type Drawing,
  matrix,
  open,
  rows,
  stepColumn,
} from "../../plans/map";
import { columnAt, columnIn, type Spot, scrolledTo, spotAt } from "../../scene/maplayout";
import { pixelOf } from "../charts/pointer";

/** Pixels that the pointer may move in a click. */
const STILL = 5;

/** Pointing reads out, a click opens, dragging chooses steps; a double click on the steps shows all again. */
export function useMapPointer({ layout, scrolled, spot, band }: Drawing) {
  const pressed = useRef<{ x: number; panel: number; column: number } | null>(null);
  const spotOf = (event: PointerEvent) => {
    const { x, y } = pixelOf(event);
    return spotAt(layout.peek(), rows.peek().length, scrolled.peek(), x, y);
  };
  return {
    onPointerDown(event: PointerEvent) {
      const { x } = pixelOf(event);
      const at = columnAt(layout.peek(), x);
      if (at === null || event.button !== 0) return;
      pressed.current = { x, ...at };
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent) {
      const { x } = pixelOf(event);
      const from = pressed.current;
      if (from !== null && (band.peek() !== null || Math.abs(x - from.x) > STILL)) {
        const to = columnIn(layout.peek(), from.panel, x);
        band.value = { panel: from.panel, from: from.column, to };
        spot.value = null;
      } else if (from === null) spot.value = spotOf(event);
    },
    onPointerUp(event: PointerEvent) {
      const [from, drawn] = [pressed.current, band.peek()];
      pressed.current = null;
      band.value = null;
      if (from === null) return;
      const at = spotOf(event);
      if (drawn !== null) chooseColumns(drawn.from, drawn.to);
      else if (at !== null) open(at);
    },
    onPointerCancel() {
      pressed.current = null;
      band.value = null;
    },
    onPointerLeave() {
      if (pressed.current === null) spot.value = null;
    },
    onDblClick(event: MouseEvent) {
      if (pixelOf(event).y < layout.peek().top) change({ between: null });
    },
  };
}

/** Arrows move a cursor from cell to cell, with Shift they choose steps; Enter opens. */
export function useMapKeys(
  { layout, scrolled, spot, band }: Drawing,
  scroller: { current: HTMLElement | null },
) {
  const first = (): Spot => ({
    panel: 0,
    row: Math.ceil(scrolled.peek() / layout.peek().rowHeight),
    column: stepColumn.peek() ?? 0,
  });
  const show = (at: Spot) => {
    spot.value = at;
    const top = scrolledTo(layout.peek(), at.row, scrolled.peek());
    if (scroller.current !== null && top !== scrolled.peek()) scroller.current.scrollTop = top;
  };
  const page = () => Math.floor(layout.peek().size.height / layout.peek().rowHeight) - 2;
  return {
    onKeyDown(event: KeyboardEvent) {
      const at = spot.peek();
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter" && at !== null) open(at);
      else if (event.shiftKey && at !== null && event.key in SIDEWAYS) {
        const { from, to } = band.peek() ?? { from: at.column, to: at.column };
        const next = clamp(to + (SIDEWAYS[event.key] ?? 0), 0, columns.peek().length - 1);
        band.value = { panel: at.panel, from, to: next };
      } else {
        const next = moved(at ?? first(), event.key, page());
        if (next === null) return;
        show(at === null ? first() : next);
      }
      event.preventDefault();
    },
    onKeyUp({ key }: KeyboardEvent) {
      const drawn = band.peek();
      if (key !== "Shift" || drawn === null) return;
      band.value = null;
      if (drawn.from !== drawn.to) chooseColumns(drawn.from, drawn.to);
    },
    onFocus({ currentTarget }: FocusEvent) {
      const isByKey = (currentTarget as Element).matches(":focus-visible");
      if (isByKey && rows.peek().length > 0) show(spot.peek() ?? first());
    },
    onBlur() {
      spot.value = null;
      band.value = null;
    },
  };
}

const SIDEWAYS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };

/** The cell that a key leads to, from panel to panel past an edge; `null`: the key leads nowhere. */
function moved(at: Spot, key: string, page: number): Spot | null {
  const [height, width] = [rows.peek().length, columns.peek().length];
  const panels = matrix.peek().panels.length;
  const down = (places: number) => ({ ...at, row: clamp(at.row + places, 0, height - 1) });
  const across = (places: number) => {
    const index = clamp(at.panel * width + at.column + places, 0, panels * width - 1);
    return { ...at, panel: Math.floor(index / width), column: index % width };
  };
  switch (key) {
    case "ArrowUp":
      return down(-1);
    case "ArrowDown":
      return down(1);
    case "PageUp":
      return down(-page);
    case "PageDown":
      return down(page);
    case "ArrowLeft":
      return across(-1);
    case "ArrowRight":
      return across(1);
    case "Home":
      return { ...at, column: 0 };
    case "End":
      return { ...at, column: width - 1 };
    default:
      return null;
  }
}
