import { colorIndex, runs, selectedRuns } from "../../answers";
import type { Run } from "../../api";
import { baseline, change, typedRunFilter } from "../../chosen";
import { theme } from "../../host";
import { runColor } from "../../model/colors";
import { formatCount, formatCountOf } from "../../model/format";
import { matcher } from "../../model/names";
import { Icon } from "../icon";
import { MiddleCut, runWords } from "../names";
import { SearchField } from "./search";

/** The runs of the log: which are shown, and which one the others are compared with. */
export function Runs() {
  const filter = typedRunFilter.value;
  const all = runs.value.value?.runs ?? [];
  const selected = selectedRuns.value;
  const matches = matcher(filter);
  const found = all.filter(({ run }) => matches(run)).map(({ run }) => run);
  const isFound = new Set(found);
  const isSelected = new Set(selected);
  const others = selected.filter((run) => !isFound.has(run));
  const which = filter === "" ? "all runs" : "all runs found";
  return (
    <section>
      <header>
        <h2>
          Runs{" "}
          <small title="Selected runs, of all">{formatCountOf(selected.length, all.length)}</small>
        </h2>
        {all.length > 1 && (
          <div class="bulk">
            <button
              type="button"
              class="plain"
              aria-label={`Select ${which}`}
              title={`Select ${which}`}
              disabled={found.every((run) => isSelected.has(run))}
              onClick={() => change({ runs: [...others, ...found] })}
            >
              all
            </button>
            <button
              type="button"
              class="plain"
              aria-label={`Select none of ${which}`}
              title={`Select none of ${which}`}
              disabled={!found.some((run) => isSelected.has(run))}
              onClick={() => change({ runs: others })}
            >
              none
            </button>
          </div>
        )}
      </header>
      {all.length > 1 && (
        <SearchField
          id="run-filter"
          placeholder="Filter runs (text or regex)"
          label="Filter runs by text or regular expression"
          clear="Clear the filter"
          value={filter}
          onChange={(runFilter) => change({ runFilter })}
        />
      )}
      <ul class="runs">
        {all
          .filter(({ run }) => isFound.has(run))
          .map((run) => (
            <RunRow key={run.run} run={run} selected={isSelected.has(run.run)} />
          ))}
      </ul>
      {found.length === 0 && all.length > 0 && <p class="hint">No run matches.</p>}
    </section>
  );
}

function RunRow({ run: { run, series, last_step }, selected }: { run: Run; selected: boolean }) {
  const isBaseline = baseline.value === run;
  const select = (on: boolean) => {
    const names = selectedRuns.value.filter((one) => one !== run);
    change({ runs: on ? [...names, run] : names });
  };
  const content = series === 0 ? "no histograms" : `${formatCount(series)} series`;
  const last = last_step === null ? "" : `, last step ${formatCount(last_step)}`;
  return (
    <li>
      <label title={`${run}\n${content}${last}`}>
        <input
          type="checkbox"
          checked={selected}
          aria-label={run}
          style={{ accentColor: runColor(colorIndex(run), theme.value) }}
          onChange={({ currentTarget }) => select(currentTarget.checked)}
        />
        <MiddleCut text={runWords(run)} title={null} />
        <small>{last_step === null ? "none" : formatCount(last_step)}</small>
      </label>
      <div class="tools">
        <button
          type="button"
          class="plain only"
          aria-label={`Show only ${run}`}
          title={`Show only ${run}`}
          onClick={() => change({ runs: [run] })}
        >
          only
        </button>
        <button
          type="button"
          class="baseline"
          aria-pressed={isBaseline}
          aria-label={`Baseline ${run}`}
          title={
            isBaseline
              ? `${run} is the baseline: every chart shows it as a reference`
              : `Make ${run} the baseline: every chart shows it as a reference`
          }
          onClick={() => change({ baseline: isBaseline ? null : run })}
        >
          <Icon path="M3 1h1.5v1H13l-2 3.5L13 9H4.5v6H3z" />
        </button>
      </div>
    </li>
  );
}
