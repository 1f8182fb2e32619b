import { change, hiddenKinds } from "../../chosen";
import { formatCount } from "../../model/format";
import type { Kind } from "../../model/kinds";
import { kindWords } from "../../model/kinds";
import { kindsPresent } from "../../state";

/** The kinds of parameters there are: a click shows or hides one, `only` all others. */
export function Chips() {
  const present = [...kindsPresent.value];
  const hidden = hiddenKinds.value;
  if (present.length < 2) return null;
  const isHidden = present.some(([kind]) => hidden.includes(kind));
  return (
    <fieldset class="chips" aria-label="Shown kinds of parameters">
      {present.map(([kind, count]) => (
        <Chip key={kind} kind={kind} count={count} shown={!hidden.includes(kind)} />
      ))}
      {isHidden && (
        <button type="button" class="plain" onClick={() => change({ hidden: [] })}>
          show all
        </button>
      )}
    </fieldset>
  );
}

function Chip({ kind, count, shown }: { kind: Kind; count: number; shown: boolean }) {
  const words = kindWords(kind);
  const toggle = () => {
    const others = hiddenKinds.value.filter((one) => one !== kind);
    change({ hidden: shown ? [...others, kind] : others });
  };
  const showOnly = () =>
    change({ hidden: [...kindsPresent.value.keys()].filter((one) => one !== kind) });
  return (
    <span class="chip">
      <button
        type="button"
        aria-pressed={shown}
        title={`${shown ? "Hide" : "Show"} ${words} (${formatCount(count)}); double-click: only these`}
        onClick={({ altKey }) => (altKey ? showOnly() : toggle())}
        onDblClick={showOnly}
      >
        {words}
      </button>
      <button
        type="button"
        class="only"
        aria-label={`Show only ${words}`}
        title={`Show only ${words}`}
        onClick={showOnly}
      >
        only
      </button>
    </span>
  );
}
