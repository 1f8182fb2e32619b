import { colorIndex } from "../answers";
import { theme } from "../host";
import { runColor } from "../model/colors";
import { shortName } from "../model/names";

/** What a run is called: a run in the log directory itself is named `.`, which says nothing. */
export const runWords = (run: string) => (run === "." ? "log directory" : run);

/** The run's colour and name, at the line. */
export function RunMark({ run }: { run: string }) {
  return (
    <span class="run-mark" title={run}>
      <i style={{ background: runColor(colorIndex(run), theme.value) }} />
      <MiddleCut text={runWords(run)} />
    </span>
  );
}

/** So many characters at the end of a name stay. */
const LEAST_END = 14;
/** A space that is kept at either end of a text. */
const NO_BREAK = "\u00a0";

/** A name that loses its middle where room is short, never its end; `title` is `null` where an element around it has one. */
export function MiddleCut({ text, title = text }: { text: string; title?: string | null }) {
  const end = [...shortName(text)].slice(-LEAST_END).join("");
  const start = text.slice(0, text.length - end.length);
  return (
    <bdi class="cut" title={title ?? undefined}>
      {start !== "" && <span class="start">{start.replace(/\s$/, NO_BREAK)}</span>}
      <span class="end">{end.replace(/^\s/, NO_BREAK)}</span>
    </bdi>
  );
}
