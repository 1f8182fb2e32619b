import { signal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import {
  formatBeside,
  formatCount,
  formatGuess,
  formatShare,
  formatTime,
  formatValue,
} from "../model/format";
import { parameterTitle } from "../model/names";
import { rowsOf, type Shown } from "../model/rows";
import { rowAtStep, type Series } from "../model/series";
import { step } from "../state";
import { save, type Takeable } from "./take";

interface Table {
  name: string;
  what: Takeable;
  opener: Element | null;
}

const table = signal<Table | null>(null);

/** Opens the table with the numbers behind charts, in place of the one before. */
export function openTable(name: string, what: Takeable): void {
  table.value = { name, what, opener: document.activeElement };
}

/** The table that was opened last, below the charts; stands once in the page. */
export function TablePanel() {
  const opened = table.value;
  return opened === null ? null : <Panel key={opened.name} {...opened} />;
}

function Panel({ name, what, opener }: Table) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    heading.current
      ?.closest("dialog")
      ?.querySelector("[aria-current]")
      ?.scrollIntoView({ block: "nearest" });
  }, []);
  const close = () => {
    table.value = null;
    // The chart may have been scrolled out of the page meanwhile.
    const back = opener?.isConnected ? opener : document.querySelector(".grid, .focus h2");
    if (back instanceof HTMLElement) back.focus();
  };
  return (
    <dialog
      open
      class="data"
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <header>
        <h2 ref={heading} id={id} tabIndex={-1}>
          Numbers behind {name}
        </h2>
        <button type="button" onClick={() => save(what, "csv")}>
          Save as CSV
        </button>
        <button type="button" onClick={close} title="Close the table (Esc)">
          Close
        </button>
      </header>
      <DataTable name={name} shown={what.series()} />
    </dialog>
  );
}

/** More rows than these are for a spreadsheet. */
const MOST_ROWS = 500;

interface Column {
  head: string;
  hint?: string;
  text(series: Series, row: number): string;
}

const guess = (text: string) => (text === "none" ? text : formatGuess(text));
const bound = (sign: string, value: number) =>
  Number.isFinite(value) ? `${sign} ${formatValue(value)}` : "none";
const offScale = (share: number) => (share > 0 ? formatGuess(formatShare(share)) : formatShare(0));
const of = (column: ArrayLike<number>, row: number) => column[row] ?? Number.NaN;

const COLUMNS: Column[] = [
  { head: "time", text: ({ wallTimes }, row) => formatTime(of(wallTimes, row)) },
  { head: "values", text: ({ count }, row) => formatCount(of(count, row)) },
  {
    head: "mean",
    text: ({ mean, std }, row) => guess(formatBeside(of(mean, row), of(std, row))),
  },
  {
    head: "spread",
    hint: "The standard deviation",
    text: ({ std }, row) => guess(formatBeside(of(std, row), of(std, row))),
  },
  { head: "smallest", text: ({ min }, row) => bound("≥", of(min, row)) },
  { head: "largest", text: ({ max }, row) => bound("≤", of(max, row)) },
  {
    head: "near zero",
    hint: "No further from zero than 1 % of the root mean square",
    text: ({ nearZero }, row) => guess(formatShare(of(nearZero, row))),
  },
  {
    head: "off scale, left",
    hint: "The share of values below those that the chart shows",
    text: ({ below }, row) => offScale(of(below, row)),
  },
  {
    head: "off scale, right",
    hint: "The share of values above those that the chart shows",
    text: ({ above }, row) => offScale(of(above, row)),
  },
];

/** The numbers behind a chart, a row a step; of several series also which one it is of. */
export function DataTable({ name, shown }: { name: string; shown: readonly Shown[] }) {
  const rows = shown.flatMap((one) => rowsOf(one).map((row) => ({ series: one.series, row })));
  const several = new Set(shown.map(({ series }) => series)).size > 1;
  if (rows.length === 0) return <p class="hint">None of this is shown any more.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section tabIndex={0} aria-label={`Table of ${name}`}>
      <table>
        <thead>
          <tr>
            {several && <th scope="col">parameter</th>}
            {several && <th scope="col">run</th>}
            <th scope="col">step</th>
            {COLUMNS.map(({ head, hint }) => (
              <th key={head} scope="col" title={hint}>
                {head}
              </th>
            ))}
            <th scope="col">NaN or ∞</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map(({ series, row }) => (
            <Row
              key={`${series.run} ${series.tag} ${row}`}
              series={series}
              row={row}
              several={several}
            />
          ))}
        </tbody>
      </table>
      <p class="hint">
        {rows.length > MOST_ROWS &&
          `The first ${formatCount(MOST_ROWS)} of ${formatCount(rows.length)} rows: the CSV file has all. `}
        ≈ is estimated from the buckets as logged; ≥ and ≤ are the outer edges of the outermost
        buckets, beyond which no value lies.
      </p>
    </section>
  );
}

function Row({ series, row, several }: { series: Series; row: number; several: boolean }) {
  const broken = series.nonFinite[row] === 1;
  return (
    <tr aria-current={rowAtStep(series, step.value) === row ? "true" : undefined}>
      {several && (
        <td class="words">
          {series.layer} {parameterTitle(series)}
        </td>
      )}
      {several && <td class="words">{series.run}</td>}
      <th scope="row">{formatCount(series.steps[row] ?? 0)}</th>
      {COLUMNS.map(({ head, text }) => (
        <td key={head}>{text(series, row)}</td>
      ))}
      <td class={broken ? "alarm" : undefined}>{broken ? "seen" : "none seen"}</td>
    </tr>
  );
}
