import { view } from "../../chosen";
import { clamp } from "../../model/clamp";
import { formatCount } from "../../model/format";
import { step, steps } from "../../state";
import { Icon } from "../icon";
import { showStep } from "../show";
import { playing, togglePlay } from "./play";

/** The place of the step that is shown among all of them. */
function placeNow(): number {
  const now = step.value;
  return now === null ? steps.value.length - 1 : steps.value.findLastIndex((one) => one <= now);
}

/** Moves all charts by so many steps. */
export function stepBy(places: number): void {
  const all = steps.value;
  const last = all.length - 1;
  const at = placeNow();
  const next = clamp(at + places, 0, last);
  showStep(all[next]);
}

/** Moves all charts to one step. At the right end it follows the newest. */
export function Scrubber() {
  const all = steps.value;
  const last = all.length - 1;
  const now = step.value;
  const at = placeNow();
  const newest = view.value.step === null;
  return (
    <div class="scrubber">
      <button
        type="button"
        class="round"
        disabled={last < 1}
        onClick={togglePlay}
        aria-label={playing.value ? "Pause" : "Play the steps"}
        title={playing.value ? "Pause (space)" : "Play the steps (space)"}
      >
        <Icon path={playing.value ? "M4 3h3v10H4zM9 3h3v10H9z" : "M5 3l8 5-8 5z"} size={16} />
      </button>
      <input
        type="range"
        min={0}
        max={Math.max(0, last)}
        value={Math.max(0, at)}
        disabled={last < 1}
        aria-label="Step"
        aria-valuetext={now === null ? "none" : `step ${formatCount(now)}`}
        onInput={({ currentTarget }) => showStep(all[Number(currentTarget.value)])}
      />
      <output>
        {now === null ? "no steps" : `step ${formatCount(now)}`}
        <small>{newest ? "newest" : `of ${formatCount(all[last] ?? 0)}`}</small>
      </output>
    </div>
  );
}
