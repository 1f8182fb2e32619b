import { useEffect, useRef } from "preact/hooks";
import { change, focus, view } from "../chosen";
import type { View } from "../model/address";
import { goTo } from "./goto";
import { nextRows, showAll, showView } from "./show";
import { focusSearch, isTyping } from "./sidebar/search";
import { keysShown } from "./toolbar/help";
import { togglePlay } from "./toolbar/play";
import { stepBy } from "./toolbar/scrubber";

const VIEW_KEYS: View["view"][] = ["ridgeline", "overlay", "compare", "map", "table"];

interface Key {
  keys: string;
  text: string;
  press(event: KeyboardEvent): void;
}

const KEYS: readonly Key[] = [
  { keys: " ", text: "play or pause the steps", press: togglePlay },
  { keys: ",", text: "one step back", press: () => stepBy(-1) },
  { keys: ".", text: "one step on", press: () => stepBy(1) },
  ...VIEW_KEYS.map((one, i) => ({
    keys: String(i + 1),
    text: one,
    press: () => showView(one),
  })),
  {
    keys: "r",
    text: "rows: steps, layers, runs in turn",
    press: nextRows,
  },
  { keys: "j", text: "next parameter, at full size", press: () => goTo(1) },
  { keys: "k", text: "previous parameter, at full size", press: () => goTo(-1) },
  { keys: "/", text: "search the layers", press: focusSearch },
  {
    keys: "b",
    text: "hide or show runs and layers",
    press: () => change({ sidebar: !view.value.sidebar }),
  },
  {
    keys: "g",
    text: "hide or show how a view is read",
    press: () => change({ guide: !view.value.guide }),
  },
  {
    keys: "0",
    text: "all values and all steps again",
    press: () => change({ window: null, between: null }),
  },
  { keys: "Escape", text: "back to all layers", press: leave },
  {
    keys: "?",
    text: "show these keys",
    press: () => {
      keysShown.value = !keysShown.value;
    },
  },
];

function leave(): void {
  if (keysShown.value) keysShown.value = false;
  else if (focus.value !== null) showAll();
  else if (view.value.window !== null || view.value.between !== null)
    change({ window: null, between: null });
}

/** Whether what has the focus takes the key for itself. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  // The browser empties a search field.
  const empties =
    target instanceof HTMLInputElement && target.type === "search" && target.value !== "";
  if (isTyping(event)) return event.key !== "Escape" || empties;
  return (
    event.key === " " &&
    target instanceof HTMLElement &&
    target.matches("button, input, summary, [role=button]")
  );
}

/** Listens to the keys for as long as the page is there. */
export function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTaken(event)) return;
      const key = KEYS.find(({ keys }) => keys === event.key);
      if (key === undefined) return;
      event.preventDefault();
      key.press(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

const NAMES: Record<string, string> = { " ": "space", Escape: "Esc" };

/** What each key does. */
export function Keys() {
  const panel = useRef<HTMLElement>(null);
  const open = keysShown.value;
  useEffect(() => {
    if (open) panel.current?.focus();
  }, [open]);
  if (!open) return null;
  return (
    <aside class="keys" ref={panel} aria-label="Keys" tabIndex={-1}>
      <h2>Keys</h2>
      <dl>
        {KEYS.map(({ keys, text }) => (
          <div key={keys}>
            <dt>
              <kbd>{NAMES[keys] ?? keys}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        Draw over a chart to look at some values only, beside its step labels at some steps only; a
        double click shows all again.
      </p>
      <button
        type="button"
        onClick={() => {
          keysShown.value = false;
        }}
      >
        Close
      </button>
    </aside>
  );
}
