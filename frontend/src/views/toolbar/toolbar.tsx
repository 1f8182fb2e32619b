import { progress } from "../../answers";
import { view } from "../../chosen";
import type { View } from "../../model/address";
import { formatCount } from "../../model/format";
import { isLoading } from "../../state";
import { NotesButton } from "../notices";
import { SavePage } from "../save/savepage";
import { showRows, showView } from "../show";
import { type Choice, Segmented } from "./choice";
import { Display, Limits } from "./display";
import { KeysButton } from "./help";
import { Scrubber } from "./scrubber";

export const VIEWS: readonly Choice<View["view"]>[] = [
  { value: "ridgeline", text: "Ridgeline", hint: "One row each, one below the other (1)" },
  { value: "overlay", text: "Overlay", hint: "All curves on one baseline (2)" },
  { value: "compare", text: "Compare", hint: "Two steps or runs, and their difference (3)" },
  { value: "map", text: "Map", hint: "All layers over all steps, a number as colour (4)" },
  { value: "table", text: "Table", hint: "All layers at one step, in numbers (5)" },
];
const ROWS: readonly Choice<View["rows"]>[] = [
  { value: "steps", text: "Steps", hint: "A chart for each parameter: how it got there" },
  { value: "layers", text: "Layers", hint: "The whole network at one step" },
  { value: "runs", text: "Runs", hint: "A chart for each parameter: how the runs differ" },
];

export function Toolbar() {
  const { view: chosen, rows, focus } = view.value;
  // At full size there is one parameter, as a ridgeline unless another chart is chosen.
  const isOfAll = chosen === "map" || chosen === "table";
  const kind = focus !== null && isOfAll ? "ridgeline" : chosen;
  return (
    <header class="toolbar">
      <div class="toolbar-row">
        <Segmented label="View" choices={VIEWS} value={kind} onChange={showView} />
        {(kind === "ridgeline" || kind === "overlay") && (
          <Segmented
            label={kind === "ridgeline" ? "Rows" : "Curves"}
            choices={ROWS}
            value={focus !== null && rows === "layers" ? "steps" : rows}
            onChange={showRows}
          />
        )}
        <Scrubber />
        <Limits />
        <div class="options">
          <Display />
          <SavePage />
          <NotesButton />
          <KeysButton />
        </div>
      </div>
      <Loading />
    </header>
  );
}

/** How far the server is, where that is known: it indexes event files before it looks at series. */
function Loading() {
  let [read, size, done, of] = [0, 0, 0, 0];
  for (const one of progress.value.values()) {
    read += one.read;
    size += one.size;
    done += one.done;
    of += one.of;
  }
  const isIndexing = read < size;
  const known = isIndexing ? { value: read / size } : of > 0 ? { value: done / of } : {};
  const text = isIndexing ? "Reading the event files" : "Reading the layers";
  return (
    <progress
      class="loading"
      hidden={!isLoading.value}
      aria-label={text}
      title={of > 0 && !isIndexing ? `${formatCount(done)} of ${formatCount(of)}` : text}
      {...known}
    />
  );
}
