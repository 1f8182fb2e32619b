import { statistic } from "../chosen";
import type { Statistic } from "../model/address";
import type { Domain } from "../model/domain";
import { FAR_ABOVE, FAR_BELOW, SHADES } from "../model/ramps";
import { formatStatistic, isDistance, STATISTIC_WORDS } from "../model/statistics";
import { isLoading } from "../state";
import { rampKind, shaded } from "./map";

/** Numbers closer together than this share of the bar can't be read. */
const APART = 0.3;

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
