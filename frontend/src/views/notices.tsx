import { useSignal } from "@preact/signals";
import type { Notice } from "../model/series";
import { notices, unreadable } from "../state";

const SIGNS = { error: "!", warning: "!", info: "i" } as const;

/** What a person must know of their data, each with the way to mend it; one line until it is opened. */
export function Notices() {
  const open = useSignal(false);
  const all: Notice[] = [
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
  const [first] = all;
  if (first === undefined) return null;
  return (
    <aside class="notices" aria-label="Notices">
      <ul>
        {(open.value ? all : [first]).map((notice) => (
          <NoticeLine key={`${notice.code} ${notice.text}`} notice={notice} />
        ))}
      </ul>
      {all.length > 1 && (
        <button
          type="button"
          class="plain"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          {open.value ? "fewer" : `${all.length - 1} more`}
        </button>
      )}
    </aside>
  );
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
