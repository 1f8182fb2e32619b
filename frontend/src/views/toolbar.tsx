import type { View } from "../model/address";
import { formatCount } from "../model/format";
import {
  change,
  hasMoreSteps,
  isLoading,
  progress,
  selectedRuns,
  step,
  steps,
  view,
} from "../state";
import { NotesButton } from "./notices";
import { playing, togglePlay } from "./play";
import { SavePage } from "./takeable";

interface Choice<T> {
  value: T;
  text: string;
  hint: string;
}

const VIEWS: Choice<View["view"]>[] = [
  { value: "ridgeline", text: "Ridgeline", hint: "One row a step, the newest in front" },
  { value: "overlay", text: "Overlay", hint: "All steps on one baseline, with a density axis" },
];
const AXES: Choice<View["axis"]>[] = [
  { value: "linear", text: "Linear", hint: "Values evenly spaced" },
  { value: "symlog", text: "Symlog", hint: "Small values spread out, large ones drawn together" },
];
const RANGES: Choice<View["range"]>[] = [
  {
    value: "robust",
    text: "Central 99.9 %",
    hint: "Outliers may lie off the scale; their share is shown",
  },
  { value: "full", text: "All values", hint: "From the smallest to the largest value" },
];
const HEIGHTS: Choice<View["heights"]>[] = [
  { value: "chart", text: "Same in a chart", hint: "Heights within a chart can be compared" },
  {
    value: "ridge",
    text: "Full for each step",
    hint: "Every ridge is equally high: compare shapes",
  },
];
const SCALES: Choice<View["scale"]>[] = [
  { value: "runs", text: "Shared by runs", hint: "A parameter has one value axis in all runs" },
  { value: "own", text: "Own for each run", hint: "Every chart has the axis that suits it best" },
];

const READINGS: Choice<View["read"]>[] = [
  { value: "kept", text: "TensorBoard's sample", hint: "The steps that TensorBoard has kept" },
  { value: "every", text: "All logged", hint: "Every step, read from the event files" },
];

export function Toolbar() {
  const { view: kind, axis, range, heights, scale, read } = view.value;
  return (
    <header class="toolbar">
      <fieldset class="segmented" aria-label="View">
        {VIEWS.map(({ value, text, hint }) => (
          <button
            key={value}
            type="button"
            title={hint}
            aria-pressed={value === kind}
            onClick={() => change({ view: value })}
          >
            {text}
          </button>
        ))}
      </fieldset>
      <Scrubber />
      <div class="options">
        <Select
          label="Values"
          choices={AXES}
          value={axis}
          onChange={(value) => change({ axis: value })}
        />
        <Select
          label="Range"
          choices={RANGES}
          value={range}
          onChange={(value) => change({ range: value })}
        />
        {kind === "ridgeline" && (
          <Select
            label="Heights"
            choices={HEIGHTS}
            value={heights}
            onChange={(value) => change({ heights: value })}
          />
        )}
        {(read === "every" || hasMoreSteps.value) && (
          <Select
            label="Steps"
            choices={READINGS}
            value={read}
            onChange={(value) => change({ read: value })}
          />
        )}
        {selectedRuns.value.length > 1 && (
          <Select
            label="Axis"
            choices={SCALES}
            value={scale}
            onChange={(value) => change({ scale: value })}
          />
        )}
      </div>
      <NotesButton />
      <SavePage />
      <Loading />
    </header>
  );
}

/** How far reading the event files is, where that is known. */
function Loading() {
  let read = 0;
  let size = 0;
  for (const one of progress.value.values()) {
    read += one.read;
    size += one.size;
  }
  const known = size > 0 ? { value: read / size } : {};
  const text = size > 0 ? "Reading the event files" : "Loading";
  return <progress class="loading" hidden={!isLoading.value} aria-label={text} {...known} />;
}

function Select<T extends string>(props: {
  label: string;
  choices: Choice<T>[];
  value: T;
  onChange(value: T): void;
}) {
  const { label, choices, value, onChange } = props;
  return (
    <label class="select" title={choices.find((choice) => choice.value === value)?.hint}>
      {label}
      <select
        aria-label={label}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value as T)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} title={choice.hint}>
            {choice.text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Moves all charts to one step. At the right end it follows the newest. */
function Scrubber() {
  const all = steps.value;
  const last = all.length - 1;
  const now = step.value;
  const at = now === null ? last : all.findLastIndex((one) => one <= now);
  const newest = view.value.step === null;
  return (
    <div class="scrubber">
      <button
        type="button"
        class="round"
        disabled={last < 1}
        onClick={togglePlay}
        aria-label={playing.value ? "Pause" : "Play the steps"}
        title={playing.value ? "Pause" : "Play the steps"}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d={playing.value ? "M4 3h3v10H4zM9 3h3v10H9z" : "M5 3l8 5-8 5z"} />
        </svg>
      </button>
      <input
        type="range"
        min={0}
        max={Math.max(0, last)}
        value={Math.max(0, at)}
        disabled={last < 1}
        aria-label="Step"
        aria-valuetext={now === null ? "none" : `step ${formatCount(now)}`}
        onInput={({ currentTarget }) => {
          const index = Number(currentTarget.value);
          change({ step: index === last ? null : (all[index] ?? null) });
        }}
      />
      <output>
        {now === null ? "no steps" : `step ${formatCount(now)}`}
        <small>{newest ? "newest" : `of ${formatCount(all[last] ?? 0)}`}</small>
      </output>
    </div>
  );
}
