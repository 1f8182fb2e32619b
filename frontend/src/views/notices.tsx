import { useSignal } from "@preact/signals";
import type { Notice } from "../model/series";
import { notices, unreadable } from "../state";

const SIGNS = { error: "!", warning: "!", info: "i" } as const;

/** What a person must know of their data, each with the way to mend it. The gravest is always seen; mere information waits behind a button. */
export function Notices() {
  const open = useSignal(false);
  const all = everyNotice();
  const grave = all.filter(({ level }) => level !== "info");
  const shown = open.value ? all : grave.slice(0, 1);
  const rest = all.length - shown.length;
  if (all.length === 0) return null;
  return (
    <aside class="notices" aria-label="Notices">
      <ul>
        {shown.map((notice) => (
          <NoticeLine key={`${notice.code} ${notice.text}`} notice={notice} />
        ))}
      </ul>
      {(rest > 0 || open.value) && (
        <button
          type="button"
          class="plain"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          {open.value ? "Hide notes" : `${rest} ${rest === 1 ? "note" : "notes"} on these data`}
        </button>
      )}
    </aside>
  );
}

function everyNotice(): Notice[] {
  return [
    ...notices.value,
    ...unreadable.value.map(
      ({ run, tag, text }): Notice => ({
        code: "unreadable_series",
        level: "warning",
        text: `${tag} of run ${run} can't be read: ${text}`,
        fix: "",
      }),
    ),
  ];
}

function NoticeLine({ notice }: { notice: Notice }) {
  return (
    <li class={notice.level} data-code={notice.code}>
      <b aria-hidden="true">{SIGNS[notice.level]}</b>
      <span>
        {notice.text} {notice.fix !== "" && <em>{notice.fix}</em>}
      </span>
    </li>
  );
}
