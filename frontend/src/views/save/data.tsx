import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { formatCount, formatGuess, formatShare, formatTime } from "../../model/format";
import { parameterTitle } from "../../model/names";
import { NAMES, type Records } from "../../model/records";
import { rowAtStep, type Series } from "../../model/series";
import { rowsOf, type Shown } from "../../model/shown";
import { type Column, columnsOf, type TableRow } from "../../model/table";
import { step } from "../../state";
import { type Opened, opened, save } from "./take";

/** The table that was opened last, below the charts; stands once in the page. */
export function DataPanel({ name, what, opener }: Opened) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const behind = what.behind();
  useEffect(() => {
    heading.current?.focus();
    heading.current
      ?.closest("dialog")
      ?.querySelector("[aria-current]")
      ?.scrollIntoView({ block: "nearest" });
  }, []);
  const close = () => {
    opened.value = null;
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
      {"shown" in behind ? (
        <DataTable name={name} shown={behind.shown} />
      ) : (
        <RecordsTable name={name} {...behind.records} />
      )}
    </dialog>
  );
}

/** More rows than these are for a spreadsheet. */
const MOST_ROWS = 500;
/** The files have all digits. */
const SHOWN_DIGITS = 7;

const offScale = (share: number) => (share > 0 ? formatGuess(formatShare(share)) : formatShare(0));

/** What the table of all layers has no column for. */
const MORE = [
  {
    title: "off scale, left",
    meaning: "The share of values below the range that its densities cover",
    text: ({ below }: Series, row: number) => offScale(below[row] ?? 0),
  },
  {
    title: "off scale, right",
    meaning: "The share of values above the range that its densities cover",
    text: ({ above }: Series, row: number) => offScale(above[row] ?? 0),
  },
];

function tableRow(series: Series, record: number): TableRow {
  const { run, tag, layer } = series;
  const name = {
    key: "",
    layer,
    parameter: parameterTitle(series),
    startsLayer: false,
    startsBlock: false,
  };
  return { name, run, tag, series, record };
}

/** The numbers behind a chart, a row a step; of several series also which one it is of. */
export function DataTable({ name, shown }: { name: string; shown: readonly Shown[] }) {
  const rows: TableRow[] = [];
  let count = 0;
  for (const one of shown) {
    const records = rowsOf(one);
    count += records.length;
    for (const record of records.slice(0, MOST_ROWS - rows.length))
      rows.push(tableRow(one.series, record));
  }
  const several = new Set(shown.map(({ series }) => series)).size > 1;
  const columns = columnsOf(true).filter(
    ({ key, isText }) => key !== "step" && (several || !isText),
  );
  if (rows.length === 0) return <p class="hint">None of this is shown any more.</p>;
  return (
    <Scrolling name={name} count={count}>
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            <th scope="col">time</th>
            {columns.map(({ title, meaning, isText }) => (
              <th
                key={title}
                scope="col"
                title={meaning || undefined}
                class={isText ? "words" : undefined}
              >
                {title}
              </th>
            ))}
            {MORE.map(({ title, meaning }) => (
              <th key={title} scope="col" title={meaning}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.run} ${row.tag} ${row.record}`} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
      <p class="hint">≈ is estimated from the buckets; ≥ and ≤ are bounds that no value passes.</p>
    </Scrolling>
  );
}

/** Numbers as the server gave them; what all rows have in common stands above. */
function RecordsTable({ name, heads, rows }: { name: string } & Records) {
  const own = (cells: readonly (string | number | null)[]) => cells.slice(NAMES.length);
  return (
    <Scrolling name={name} count={rows.length}>
      <table>
        <thead>
          <tr>
            {own(heads).map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row, i) => (
            <tr key={String(i)}>
              {own(row).map((cell, column) => (
                <td key={own(heads)[column]}>
                  {typeof cell === "number" ? Number(cell.toPrecision(SHOWN_DIGITS)) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** What scrolls in the panel. */
function Scrolling(props: { name: string; count: number; children: ComponentChildren }) {
  const { name, count, children } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section tabIndex={0} aria-label={`Table of ${name}`}>
      {children}
      {count > MOST_ROWS && (
        <p class="hint">
          {`The first ${formatCount(MOST_ROWS)} of ${formatCount(count)} rows: the CSV file has all.`}
        </p>
      )}
    </section>
  );
}

function Row({ row, columns }: { row: TableRow; columns: readonly Column[] }) {
  const { series, record } = row;
  if (series === null) return null;
  const isNow = rowAtStep(series, step.value) === record;
  return (
    <tr aria-current={isNow ? "true" : undefined}>
      <th scope="row">{formatCount(series.steps[record] ?? 0)}</th>
      <td>{formatTime(series.wallTimes[record] ?? Number.NaN)}</td>
      {columns.map((column) => (
        <td key={column.key} class={cellClass(column, series.nonFinite[record] === 1)}>
          {column.text(row)}
        </td>
      ))}
      {MORE.map(({ title, text }) => (
        <td key={title}>{text(series, record)}</td>
      ))}
    </tr>
  );
}

function cellClass({ key, isText }: Column, isBroken: boolean): string | undefined {
  if (isText) return "words";
  return key === "non_finite" && isBroken ? "alarm" : undefined;
}
