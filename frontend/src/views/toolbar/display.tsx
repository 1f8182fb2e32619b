import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { selectedRuns } from "../../answers";
import { change, view } from "../../chosen";
import { OVERLAPS, type View } from "../../model/address";
import { formatCount, formatValue } from "../../model/format";
import { sharedByLayers } from "../../plans/chart";
import { hasMoreSteps, steps } from "../../state";
import { showValues } from "../show";
import { type Choice, Setting } from "./choice";
import { Disclosure } from "./menu";

const AXES: Choice<View["axis"]>[] = [
  { value: "linear", text: "Linear", hint: "Values evenly spaced" },
  { value: "symlog", text: "Symlog", hint: "Small values spread out, large ones drawn together" },
  {
    value: "sigma",
    text: "Standard deviations",
    hint: "Each distribution from its own mean, in its own spread: compare shapes",
  },
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
  { value: "ridge", text: "Full for each", hint: "Every ridge is equally high: compare shapes" },
  { value: "area", text: "Equal areas", hint: "Equal shares have equal areas in every chart" },
];
const TIMES: Choice<View["time"]>[] = [
  { value: "step", text: "Steps", hint: "Steps by their numbers" },
  { value: "relative", text: "Time since the first", hint: "Steps by the time since the first" },
  { value: "wall", text: "Time of day", hint: "Steps by the moment they were logged" },
];
const READINGS: Choice<View["read"]>[] = [
  { value: "kept", text: "TensorBoard's sample", hint: "The steps that TensorBoard has kept" },
  { value: "every", text: "All logged", hint: "Every step, read from the event files" },
];

/** One value axis for whom: which choices there are depends on how many runs and layers are in a chart. */
function scales(): Choice<View["scale"]>[] {
  const several = selectedRuns.value.length > 1;
  return [
    {
      value: "runs",
      text: several ? "Shared by runs" : "Own for each layer",
      hint: "A parameter has one value axis in all runs",
    },
    ...(several
      ? [
          {
            value: "own" as const,
            text: "Own for each chart",
            hint: "Every chart has the axis that suits it best",
          },
        ]
      : []),
    { value: "layers", text: "One for all layers", hint: "Widths of layers can be compared" },
  ];
}

/** How charts are scaled and labelled. */
export function Display() {
  const { view: kind, axis, read, overlap, window, between, focus } = view.value;
  const all = steps.value;
  const hasCharts = kind !== "map" && kind !== "table";
  const { low, high } = sharedByLayers.value;
  return (
    <Disclosure label="Display" title="Axes, heights, overlap and labels">
      {(hasCharts || focus !== null) && (
        <>
          <Setting of="axis" label="Values" choices={AXES} also={{ window: null }} />
          <Setting of="range" label="Range" choices={RANGES} also={{ window: null }} />
          <Ends
            of="value"
            ends={window}
            all={axis === "sigma" ? [-5, 5] : [low, high]}
            onChange={showValues}
            onClear={() => change({ window: null })}
          />
          <Setting of="scale" label="Axis" choices={scales()} />
          <Setting of="heights" label="Heights" choices={HEIGHTS} />
          {kind === "ridgeline" && <Overlap overlap={overlap} />}
          <Setting of="time" label="Label steps by" choices={TIMES} />
        </>
      )}
      <p>Steps</p>
      <Ends
        of="step"
        ends={between}
        all={[all[0] ?? 0, all.at(-1) ?? 0]}
        onChange={showSteps}
        onClear={() => change({ between: null })}
      />
      {(read === "every" || hasMoreSteps.value) && (
        <Setting of="read" label="Steps" choices={READINGS} />
      )}
    </Disclosure>
  );
}

function Overlap({ overlap }: { overlap: number }) {
  return (
    <label class="select" title="How many rows a ridge of full height reaches over">
      Overlap
      <input
        type="range"
        aria-label="Overlap"
        min={0}
        max={OVERLAPS.length - 1}
        value={Math.max(
          0,
          OVERLAPS.findLastIndex((one) => one <= overlap),
        )}
        aria-valuetext={`${overlap} rows`}
        onInput={({ currentTarget }) =>
          change({ overlap: OVERLAPS[Number(currentTarget.value)] ?? 2.5 })
        }
      />
    </label>
  );
}

/** A number as a person types it: half of the world writes a decimal comma. */
function typed(text: string): number {
  const plain = text.trim().replace(",", ".").replace("\u2212", "-");
  return plain === "" ? Number.NaN : Number(plain);
}

/** Two ends, typed in; `null` while all between is shown. An end that is left empty is where all ends. */
function Ends(props: {
  of: string;
  ends: readonly [number, number] | null;
  all: readonly [number, number];
  onChange(low: number, high: number): void;
  onClear(): void;
}) {
  const { of, ends, all, onChange, onClear } = props;
  const low = useSignal("");
  const high = useSignal("");
  const isWrong = useSignal(false);
  useEffect(() => {
    low.value = ends === null ? "" : String(Number(ends[0].toPrecision(4)));
    high.value = ends === null ? "" : String(Number(ends[1].toPrecision(4)));
    isWrong.value = false;
  }, [ends?.[0], ends?.[1]]);
  const apply = () => {
    if (low.value.trim() === "" && high.value.trim() === "") return onClear();
    const from = low.value.trim() === "" ? all[0] : typed(low.value);
    const to = high.value.trim() === "" ? all[1] : typed(high.value);
    isWrong.value = !(from < to);
    if (from < to) onChange(from, to);
  };
  return (
    <div class="ends">
      {[
        { word: "from", text: low, name: `First ${of} to show` },
        { word: "to", text: high, name: `Last ${of} to show` },
      ].map(({ word, text, name }) => (
        <label key={word}>
          {word}{" "}
          <input
            type="text"
            inputMode="decimal"
            aria-label={name}
            aria-invalid={isWrong.value}
            title={isWrong.value ? "Two numbers, the smaller one first" : name}
            value={text.value}
            placeholder="auto"
            onInput={({ currentTarget }) => {
              text.value = currentTarget.value;
            }}
            onChange={apply}
          />
        </label>
      ))}
    </div>
  );
}

function showSteps(low: number, high: number): void {
  const [first, last] = [Math.round(low), Math.round(high)];
  if (first <= last) change({ between: [first, last] });
}

/** What was chosen by drawing over a chart, with the way back. */
export function Limits() {
  const { window, between, axis } = view.value;
  const unit = axis === "sigma" ? " σ" : "";
  return (
    <>
      {window !== null && (
        <button
          type="button"
          class="limit"
          title="Show all values again (double click in a chart)"
          onClick={() => change({ window: null })}
        >
          values {formatValue(window[0])} to {formatValue(window[1])}
          {unit} ✕
        </button>
      )}
      {between !== null && (
        <button
          type="button"
          class="limit"
          title="Show all steps again (double click in a chart)"
          onClick={() => change({ between: null })}
        >
          steps {formatCount(between[0])} to {formatCount(between[1])} ✕
        </button>
      )}
    </>
  );
}
