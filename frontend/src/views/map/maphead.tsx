import { distances, selectedRuns } from "../../answers";
import { statistic, wantsDistances } from "../../chosen";
import { theme } from "../../host";
import { reload } from "../../load";
import { STATISTICS, type Statistic, type View } from "../../model/address";
import { ramp, SHADES } from "../../model/ramps";
import { STATISTIC_WORDS } from "../../model/statistics";
import { legendKeys, legendMarks, legendTitle } from "../../plans/legend";
import { rampKind, shaded } from "../../plans/map";
import { type Choice, Setting } from "../toolbar/choice";

const COLOURS = STATISTICS.map((value): Choice<Statistic> => {
  const { name, meaning } = STATISTIC_WORDS[value];
  return { value, text: name, hint: meaning };
});
const SCALES: Choice<View["shades"]>[] = [
  { value: "all", text: "of all layers", hint: "One scale of colours for all layers and runs" },
  {
    value: "row",
    text: "of each row",
    hint: "Each row has a scale of its own, from its lowest to its highest value in all runs",
  },
];

/** What the map shows, and what its colours mean. */
export function MapHead() {
  return (
    <header class="map-head">
      <Setting of="statistic" label="Colour" choices={COLOURS} />
      {statistic.value !== "non_finite" && <Setting of="shades" label="Scale" choices={SCALES} />}
      <Legend />
      <Awaited />
    </header>
  );
}

/** Distances come in an answer of their own. */
function Awaited() {
  if (!wantsDistances.value) return <span role="status" />;
  const loads = selectedRuns.value.map((run) => distances.value.get(run));
  const failure = loads.find((load) => load?.failure)?.failure;
  const isPending = loads.some((load) => load?.value == null && !load?.failure);
  return (
    <span role="status" class={failure ? "alarm" : "hint"}>
      {failure ?? (isPending ? "Measuring how far the layers moved …" : "")}
      {failure && (
        <button type="button" onClick={() => reload()}>
          Try again
        </button>
      )}
    </span>
  );
}

const STOPS = 24;

function gradient(): string {
  const colors = ramp(rampKind.value, theme.value);
  const stops = Array.from(
    { length: STOPS + 1 },
    (_, i) => colors[Math.round((i / STOPS) * SHADES)],
  );
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

function Legend() {
  const name = statistic.value;
  const { domain } = shaded.value;
  const title = legendTitle(name);
  return (
    <div class="map-legend">
      {name !== "non_finite" && (
        <figure aria-label={`Colours: ${title}`}>
          <figcaption title={STATISTIC_WORDS[name].meaning}>{title}</figcaption>
          <div class="bar" style={{ background: gradient() }} />
          <ol>
            {legendMarks(domain, name).map(({ at, text }) => (
              <li key={at} style={{ left: `${100 * at}%` }}>
                {text}
              </li>
            ))}
          </ol>
        </figure>
      )}
      {legendKeys().map(({ look, text }) => (
        <span key={text} class="key">
          {typeof look === "number" ? (
            <i style={{ background: ramp(rampKind.value, theme.value)[look] }} />
          ) : (
            <i class={look} />
          )}{" "}
          {text}
        </span>
      ))}
    </div>
  );
}
