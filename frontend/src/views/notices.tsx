import { computed, signal } from "@preact/signals";
import { change } from "../chosen";
import type { Notice } from "../model/series";
import { hasMoreSteps, notices, unreadable } from "../state";

const SIGNS = { error: "!", warning: "!", info: "i" } as const;

const open = signal(false);

/**
 * What a person must know of their data, each with the way to mend it. The gravest is always seen, mere
 * information when it is asked for.
 */
export function Notices() {
  const all = everyNotice.value;
  const grave = all.filter(({ level }) => level !== "info");
  const shown = open.value ? all : grave.slice(0, 1);
  if (shown.length === 0) return null;
  return (
    <aside class="notices" aria-label="Notices">
      <ul>
        {shown.map((notice) => (
          <NoticeLine key={`${notice.code} ${notice.text}`} notice={notice} />
        ))}
      </ul>
    </aside>
  );
}

/** Opens and closes the list of all notices; says how many there are. */
export function NotesButton() {
  const count = everyNotice.value.length;
  if (count === 0) return null;
  const words = `${count} ${count === 1 ? "note" : "notes"}`;
  return (
    <button
      type="button"
      class="notes"
      aria-expanded={open.value}
      title="What these data can and can't tell"
      onClick={() => {
        open.value = !open.value;
      }}
    >
      {words}
    </button>
  );
}

const everyNotice = computed((): Notice[] => [
  ...notices.value,
  ...unreadable.value.map(
    ({ run, tag, text }): Notice => ({
      code: "unreadable_series",
      level: "warning",
      text: `${tag} of run ${run} can't be read: ${text}`,
      fix: "",
    }),
  ),
]);

/** What is mended by reading every step from the event files. */
const LACKING = ["sampled", "first_step_missing"];

function NoticeLine({ notice }: { notice: Notice }) {
  return (
    <li class={notice.level} data-code={notice.code}>
      <b aria-hidden="true">{SIGNS[notice.level]}</b>
      <span>
        {notice.text} {notice.fix !== "" && <em>{notice.fix}</em>}{" "}
        {LACKING.includes(notice.code) && hasMoreSteps.value && (
          <button type="button" class="mend" onClick={() => change({ read: "every" })}>
            Read every step from the event files
          </button>
        )}
      </span>
    </li>
  );
}
