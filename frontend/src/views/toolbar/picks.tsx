import { selectedRuns } from "../../answers";
import { change } from "../../chosen";
import type { Pick } from "../../model/address";
import { formatCount } from "../../model/format";
import { picks, step, steps } from "../../state";
import { RunMark } from "../names";

/** The two that are compared. */
export function Picks() {
  const chosen = picks.value;
  if (chosen === null) return null;
  return (
    <div class="picks">
      <One name="A" pick={chosen.a} onChange={(a) => change({ a })} />
      <button
        type="button"
        title="Exchange A and B"
        onClick={() => change({ a: chosen.b, b: chosen.a })}
      >
        ⇄
      </button>
      <One name="B" pick={chosen.b} onChange={(b) => change({ b })} />
    </div>
  );
}

const SCRUBBER = "scrubber";

function One(props: { name: string; pick: Pick; onChange(pick: Pick): void }) {
  const { name, pick, onChange } = props;
  const runs = selectedRuns.value;
  const all = steps.value;
  const known = pick.step === null || all.includes(pick.step) ? all : [...all, pick.step];
  return (
    <fieldset aria-label={name}>
      <b>{name}</b>
      {runs.length > 1 ? (
        <select
          aria-label={`Run of ${name}`}
          value={pick.run}
          onChange={({ currentTarget }) => onChange({ ...pick, run: currentTarget.value })}
        >
          {runs.map((run) => (
            <option key={run} value={run}>
              {run}
            </option>
          ))}
        </select>
      ) : (
        <RunMark run={pick.run} />
      )}
      <select
        aria-label={`Step of ${name}`}
        value={pick.step === null ? SCRUBBER : String(pick.step)}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...pick, step: value === SCRUBBER ? null : Number(value) })
        }
      >
        <option value={SCRUBBER}>the scrubber's step, now {formatCount(step.value ?? 0)}</option>
        {known.map((one, i) => (
          <option key={one} value={String(one)}>
            step {formatCount(one)}
            {i === 0 ? " (first)" : ""}
          </option>
        ))}
      </select>
    </fieldset>
  );
}
