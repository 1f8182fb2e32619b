import { change, shades, statistic, wantsDistances } from "../../chosen";
import { theme } from "../../host";
import { reload } from "../../load";
import { STATISTICS, type Statistic } from "../../model/address";
import type { Domain } from "../../model/domain";
import { FAR_ABOVE, FAR_BELOW, ramp, SHADES } from "../../model/ramps";
import { formatStatistic, isDistance, STATISTIC_WORDS } from "../../model/statistics";
import { distances, isLoading, selectedRuns } from "../../state";
import { rampKind, shaded } from "./mapdata";

/** What the map shows, and what its colours mean. */
export function MapHead() {
  const chosen = statistic.value;
  return (
    <header class="map-head">
      <label class="select" title={STATISTIC_WORDS[chosen].meaning}>
        Colour
        <select
          aria-label="Colour"
          value={chosen}
          onChange={({ currentTarget }) => change({ statistic: currentTarget.value as Statistic })}
        >
          {STATISTICS.map((one) => (
            <option key={one} value={one} title={STATISTIC_WORDS[one].meaning}>
              {STATISTIC_WORDS[one].name}
            </option>
          ))}
        </select>
      </label>
      {chosen !== "non_finite" && (
        <label class="select" title={SCALES[shades.value]}>
          Scale
          <select
            aria-label="Scale"
            value={shades.value}
            onChange={({ currentTarget }) =>
              change({ shades: currentTarget.value === "row" ? "row" : "all" })
            }
          >
            <option value="all">of all layers</option>
            <option value="row">of each row</option>
          </select>
        </label>
      )}
      <Legend />
      <Awaited />
    </header>
  );
}

const SCALES = {
  all: "One scale of colours for all layers and runs",
  row: "Each row has a scale of its own, from its lowest to its highest value in all runs",
};

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
/** Numbers closer together than this share of the bar can't be read. */
const APART = 0.3;

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

export function legendTitle(name: Statistic): string {
  return `${STATISTIC_WORDS[name].name}${isDistance(name) ? ", in spreads at the start" : ""}`;
}

/** What stands beside the bar: a shade of the ramp, stripes, or an empty cell. */
export function legendKeys(): { look: number | "broken" | "blank"; text: string }[] {
  const name = statistic.value;
  const { domain, hasBlank, hasBroken } = shaded.value;
  const isSigned = rampKind.value === "diverging";
  const far = (value: number) => formatStatistic(name, value);
  const keys: ReturnType<typeof legendKeys> = [];
  if (domain !== null) {
    const { least, most } = domain;
    if (isSigned && domain.far(least) < 0)
      keys.push({ look: FAR_BELOW, text: `far below, to ${far(least)}` });
    if (domain.far(most) > 0) keys.push({ look: FAR_ABOVE, text: `far above, to ${far(most)}` });
  }
  if (hasBroken) keys.push({ look: "broken", text: "NaN or ∞" });
  if (name === "non_finite") keys.push({ look: SHADES / 2, text: "none seen" });
  if (hasBlank && !isLoading.value) keys.push({ look: "blank", text: "no number" });
  return keys;
}

/** The ends of the bar, `≥` where numbers lie beyond, and between them what there is room for. */
export function legendMarks(
  domain: Domain | null,
  name: Statistic,
): { at: number; text: string }[] {
  if (domain === null) {
    return [
      { at: 0, text: "row's lowest" },
      { at: 1, text: "row's highest" },
    ];
  }
  const { low, high, least, most } = domain;
  if (domain.place(high) <= domain.place(low))
    return [{ at: 0.5, text: formatStatistic(name, low) }];
  const marks = [
    { at: 0, text: `${least < low ? "≤ " : ""}${formatStatistic(name, low)}` },
    { at: 1, text: `${most > high ? "≥ " : ""}${formatStatistic(name, high)}` },
  ];
  // Zero before others, which stand close to it.
  for (const tick of domain.ticks.toSorted((a, b) => Number(b === 0) - Number(a === 0))) {
    const at = domain.place(tick);
    const isFree = marks.every((mark) => Math.abs(mark.at - at) >= APART);
    if (isFree) marks.push({ at, text: formatStatistic(name, tick) });
  }
  return marks.sort((a, b) => a.at - b.at);
}
