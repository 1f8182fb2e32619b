import { selectedRuns } from "../answers";
import { change, focus } from "../chosen";
import { parametersOfRuns, shownTags } from "../state";
import { topmost } from "./sought";

/** Opens the parameter so many places further down the network; the first in sight while none is open. */
export function goTo(places: number): void {
  const opened = focus.peek() ?? firstInSight();
  if (opened === null) return;
  const tags = shownTags(opened.run);
  const from = tags.indexOf(opened.tag);
  const tag = tags[focus.peek() === null ? from : from + places];
  if (tag !== undefined) change({ focus: { run: opened.run, tag } });
}

function firstInSight(): { run: string; tag: string } | null {
  const key = topmost.peek();
  for (const run of selectedRuns.peek()) {
    const parameter = key === null ? undefined : parametersOfRuns.peek().get(run)?.get(key);
    if (parameter !== undefined) return { run, tag: parameter.tag };
  }
  return null;
}
