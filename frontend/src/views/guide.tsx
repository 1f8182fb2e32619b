import { change, drawing, focus, view } from "../chosen";
import { picks } from "../state";

/** How to read each view, in one or two sentences. */
const TEXTS: Record<string, string> = {
  "ridgeline steps":
    "Each ridge is the distribution of one step's values: high where many values lie. Old steps stand behind, new ones in front; the dashed outline is the first step.",
  "ridgeline layers":
    "The whole network at one step, input at the top. The dashed outline behind a ridge is the first step: where the two differ, the layer has moved.",
  "ridgeline runs":
    "The same parameter in every selected run at one step; the dashed outline is the run's first step.",
  "overlay steps":
    "All steps on one baseline, old ones pale; the filled curve is the scrubber's step, the dashed one the first.",
  "overlay layers":
    "All layers at one step on one baseline, from the input (pale) to the output (strong). Point at a curve to see whose it is.",
  "overlay runs": "The same parameter in every selected run on one baseline, at one step.",
  compare:
    "A (dashed) and B on one baseline. Below, their difference: above the line where B has more values, below it where it has fewer.",
  map: "Each row is a parameter, each column a step; the colour is the chosen number. Look for rows that change and columns where many do; press on a cell to open it.",
  table: "Every parameter in numbers, at the scrubber's step.",
  focus:
    "All that is logged of one parameter: its steps, the buckets as logged, its numbers over the steps. ≈ marks what the log does not tell exactly.",
};

/** How the view is read; it can be hidden. */
export function Guide() {
  if (!view.value.guide) return null;
  const { kind, rows } = drawing.value;
  const key =
    focus.value !== null
      ? "focus"
      : kind === "ridgeline" || kind === "overlay"
        ? `${kind} ${rows}`
        : kind;
  const text = TEXTS[key];
  if (text === undefined || picks.value === null) return null;
  return (
    <p class="guide">
      <span>{text}</span>
      <button
        type="button"
        class="plain"
        title="Hide how views are read (g brings it back)"
        onClick={() => change({ guide: false })}
      >
        Got it
      </button>
    </p>
  );
}
