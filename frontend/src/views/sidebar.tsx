import { useSignal } from "@preact/signals";
import { theme } from "../host";
import { runColor } from "../model/colors";
import { formatCount } from "../model/format";
import type { Kind } from "../model/kinds";
import { blockOf, kindWords, matcher, shortName } from "../model/names";
import type { LayerRow } from "../model/outline";
import {
  change,
  colorIndex,
  hiddenKinds,
  kindsPresent,
  layers,
  runs,
  search,
  selectedRuns,
  shownLayers,
  typedRunFilter,
} from "../state";
import { MiddleCut } from "./card";
import { sought } from "./sought";

export function Sidebar() {
  return (
    <nav class="sidebar" aria-label="Runs and layers">
      <Runs />
      <Layers />
    </nav>
  );
}

function Runs() {
  const runFilter = typedRunFilter.value;
  const all = runs.value.value?.runs ?? [];
  const matches = matcher(runFilter);
  const shown = all.filter(({ run }) => matches(run));
  const selected = new Set(selectedRuns.value);
  const select = (run: string, on: boolean) => {
    const names = selectedRuns.value.filter((one) => one !== run);
    change({ runs: on ? [...names, run] : names });
  };
  return (
    <section>
      <h2>Runs</h2>
      <input
        type="search"
        placeholder="Filter runs (regex)"
        aria-label="Filter runs by regular expression"
        value={runFilter}
        onInput={({ currentTarget }) => change({ runFilter: currentTarget.value })}
      />
      <ul class="runs">
        {shown.map(({ run, series, last_step }) => (
          <li key={run}>
            <label
              title={`${run}\n${series === 0 ? "no histograms" : `${formatCount(series)} series`}`}
            >
              <input
                type="checkbox"
                checked={selected.has(run)}
                style={{ accentColor: runColor(colorIndex(run), theme.value) }}
                onChange={({ currentTarget }) => select(run, currentTarget.checked)}
              />
              <MiddleCut text={run} />
              <small>{last_step === null ? "none" : formatCount(last_step)}</small>
            </label>
            <button type="button" class="plain only" onClick={() => change({ runs: [run] })}>
              only
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && all.length > 0 && <p class="hint">No run matches.</p>}
    </section>
  );
}

function Layers() {
  const count = shownLayers.value.length;
  const total = layers.value.length;
  return (
    <section class="layers">
      <h2>
        Layers{" "}
        <small>
          {count === total ? formatCount(total) : `${formatCount(count)} of ${formatCount(total)}`}
        </small>
      </h2>
      <input
        type="search"
        placeholder="Search layers (regex)"
        aria-label="Search layers by regular expression"
        value={search.value}
        onInput={({ currentTarget }) => change({ search: currentTarget.value })}
      />
      <Roles />
      <Tree />
      {count === 0 && total > 0 && <p class="hint">No layer matches.</p>}
    </section>
  );
}

function Roles() {
  const present = kindsPresent.value;
  const hidden = hiddenKinds.value;
  if (present.length < 2) return null;
  const toggle = (role: Kind) =>
    change({
      hidden: hidden.includes(role) ? hidden.filter((one) => one !== role) : [...hidden, role],
    });
  return (
    <fieldset class="chips" aria-label="Shown roles">
      {present.map((role) => (
        <button
          key={role}
          type="button"
          aria-pressed={!hidden.includes(role)}
          onClick={() => toggle(role)}
        >
          {kindWords(role)}
        </button>
      ))}
    </fieldset>
  );
}

interface Block {
  name: string;
  rows: LayerRow[];
}

function blocks(rows: readonly LayerRow[]): Block[] {
  const found: Block[] = [];
  for (const row of rows) {
    const name = blockOf(row.layer);
    const last = found.at(-1);
    if (last?.name === name) last.rows.push(row);
    else found.push({ name, rows: [row] });
  }
  return found;
}

function Tree() {
  return (
    <ul class="tree">
      {blocks(shownLayers.value).map((block) =>
        block.name === "" ? (
          block.rows.map((row) => <Layer key={row.layer} row={row} />)
        ) : (
          <Branch key={block.rows[0]?.layer ?? ""} block={block} />
        ),
      )}
    </ul>
  );
}

function Branch({ block }: { block: Block }) {
  const open = useSignal(true);
  return (
    <li>
      <button
        type="button"
        class="branch"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
          <path d="M5 3l6 5-6 5z" />
        </svg>
        <MiddleCut text={block.name} />
      </button>
      {open.value && (
        <ul>
          {block.rows.map((row) => (
            <Layer key={row.layer} row={row} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Layer({ row }: { row: LayerRow }) {
  const names = [...new Set(row.parameters.map(({ parameter }) => parameter))].join(", ");
  return (
    <li>
      <button
        type="button"
        class="layer"
        title={`${row.layer}${row.kind === null ? "" : ` (${row.kind})`}\n${names}`}
        onClick={() => {
          change({ focus: null });
          sought.value = row.layer;
        }}
      >
        <span>{shortName(row.layer)}</span>
        <small>{row.kind ?? names}</small>
      </button>
    </li>
  );
}
