import { computed, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { Fragment } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { selectedRuns } from "../answers";
import { change, sorting } from "../chosen";
import { clamp } from "../model/clamp";
import { formatCount } from "../model/format";
import type { Series } from "../model/series";
import { atStep, type Column, columnsOf, nextSorting, sorted, type TableRow } from "../model/table";
import { rows as names } from "../plans/map";
import { sparkline, sparkPlace } from "../scene/sparkline";
import { parametersOfRuns, seriesByParameter, step } from "../state";
import { MiddleCut, RunMark } from "./names";
import { px } from "./px";
import { type Scroller, useScroller } from "./size";
import { topmost, useSought } from "./sought";

const ROW_HEIGHT = 28;
/** Rows drawn ahead of either edge of the window. */
const OVERSCAN = 8;

/** The column whose course over the steps stands beside it. */
const TREND_AFTER = "std";

const columns = computed(() => columnsOf(selectedRuns.value.length > 1));

const sortedBy = computed(() => columns.value.find(({ key }) => key === sorting.value?.key));

const isDescending = () => sorting.value?.descending ?? false;

/** What is shown, sorted if that is by names, which rest on no step. */
const named = computed((): TableRow[] => {
  const runs = selectedRuns.value;
  const all = names.value.flatMap((name) =>
    runs.flatMap((run) => {
      const tag = parametersOfRuns.value.get(run)?.get(name.key)?.tag;
      const series = seriesByParameter.value.get(name.key)?.get(run);
      return tag === undefined ? [] : [{ name, run, tag, series: series ?? null, record: -1 }];
    }),
  );
  const by = sortedBy.value;
  return by?.isText ? sorted(all, by, isDescending()) : all;
});

const rows = computed((): TableRow[] => {
  const all = named.value.map((row) => atStep(row, step.value));
  const by = sortedBy.value;
  return by === undefined || by.isText ? all : sorted(all, by, isDescending());
});

const open = ({ run, tag }: TableRow) => change({ focus: { run, tag } });

/** All shown parameters at the scrubber's step in numbers. Only the rows in sight, and a few around, exist. */
export function Table() {
  const scroller = useScroller();
  const { size, scrolled, onScroll } = scroller;
  const { active, onKeyDown } = useRowKeys(scroller);
  const { more, look } = useMore(scroller);
  const span = useComputed(() => {
    const first = Math.floor(scrolled.value / ROW_HEIGHT) - OVERSCAN;
    const count = Math.ceil(size.value.height / ROW_HEIGHT) + 2 * OVERSCAN;
    const from = Math.max(0, Math.min(first, rows.value.length - count));
    return { from, to: Math.min(rows.value.length, from + count) };
  });
  useSought(scroller, (key) => {
    const row = rows.peek().findIndex(({ name }) => name.key === key);
    if (row < 0) return null;
    active.value = row;
    return row * ROW_HEIGHT;
  });
  useSignalEffect(() => {
    topmost.value = rows.value[Math.ceil(scrolled.value / ROW_HEIGHT)]?.name.key ?? null;
  });
  const { from, to } = span.value;
  const all = rows.value;
  return (
    <section class="table" aria-label="Table" data-more={more}>
      <h2 class="unseen">Table of all layers</h2>
      <div
        class="table-scroller"
        ref={scroller.ref}
        tabIndex={-1}
        onScroll={(event) => {
          onScroll(event);
          look();
        }}
      >
        <div style={px({ height: from * ROW_HEIGHT })} />
        <table aria-rowcount={all.length + 1}>
          <caption>
            {step.value === null ? "No steps" : `At step ${formatCount(step.value)}`}
            <small>≈ is estimated from the buckets; ≥ and ≤ are bounds that no value passes.</small>
          </caption>
          <thead>
            <tr aria-rowindex={1}>
              {columns.value.map((column) => (
                <Fragment key={column.key}>
                  <Head column={column} />
                  {column.key === TREND_AFTER && <th scope="col">over steps</th>}
                </Fragment>
              ))}
            </tr>
          </thead>
          <tbody onKeyDown={onKeyDown}>
            {all.slice(from, to).map((row, i) => (
              <Row
                key={`${row.run} ${row.tag}`}
                row={row}
                index={from + i}
                isActive={from + i === clamp(active.value, from, to - 1)}
                onFocus={() => {
                  active.value = from + i;
                }}
              />
            ))}
          </tbody>
        </table>
        <div style={px({ height: (all.length - to) * ROW_HEIGHT })} />
      </div>
    </section>
  );
}

/** At which sides columns are hidden. */
function useMore({ ref, size }: Scroller) {
  const more = useSignal("");
  const look = () => {
    if (ref.current === null) return;
    const { scrollLeft, clientWidth, scrollWidth } = ref.current;
    const left = scrollLeft > 0 ? "left" : "";
    const right = scrollLeft + clientWidth < scrollWidth - 1 ? "right" : "";
    more.value = `${left} ${right}`.trim();
  };
  useLayoutEffect(look, [size.value, rows.value, columns.value]);
  return { more, look };
}

function Head({ column }: { column: Column }) {
  const now = sorting.value?.key === column.key ? sorting.value : null;
  const order = now === null ? "none" : now.descending ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={order} class={`${column.key} ${column.isText ? "name" : ""}`}>
      <button
        type="button"
        class="plain"
        title={column.meaning || undefined}
        onClick={() => {
          change({ sort: nextSorting(sorting.peek(), column) });
        }}
      >
        {column.title}
        <span aria-hidden="true">{{ none: "", ascending: " ↑", descending: " ↓" }[order]}</span>
      </button>
    </th>
  );
}

function Row(props: { row: TableRow; index: number; isActive: boolean; onFocus(): void }) {
  const { row, index, isActive, onFocus } = props;
  const { layer, parameter } = row.name;
  const isBroken = row.series?.nonFinite[row.record] === 1;
  return (
    <tr aria-rowindex={index + 2} onClick={() => open(row)}>
      <th scope="row" class="layer" title={`${layer}\ntag ${row.tag}`}>
        <button
          type="button"
          class="plain"
          data-row={index}
          tabIndex={isActive ? 0 : -1}
          onFocus={onFocus}
          aria-label={`Open ${layer} ${parameter}, run ${row.run}, at full size`}
        >
          <MiddleCut text={layer} />
        </button>
      </th>
      {columns.value.slice(1).map((column) => (
        <Fragment key={column.key}>
          <td class={cellClass(column, isBroken)}>
            {column.key === "run" ? <RunMark run={row.run} /> : column.text(row)}
          </td>
          {column.key === TREND_AFTER && (
            <td>{row.series !== null && <Trend series={row.series} record={row.record} />}</td>
          )}
        </Fragment>
      ))}
    </tr>
  );
}

function cellClass({ key, isText }: Column, isBroken: boolean): string {
  if (key === "non_finite") return isBroken ? "alarm" : "hint";
  return isText ? `name ${key}` : key;
}

const TREND = { width: 96, height: 20 };

function Trend({ series, record }: { series: Series; record: number }) {
  const now = sparkPlace(series.std, TREND)(record);
  return (
    <svg class="trend" viewBox={`0 0 ${TREND.width} ${TREND.height}`} {...TREND} aria-hidden="true">
      <path d={sparkline(series.std, TREND)} />
      {now !== null && <circle cx={now.x} cy={now.y} r={2} />}
    </svg>
  );
}

const MOVES: Record<string, (row: number, page: number) => number> = {
  ArrowUp: (row) => row - 1,
  ArrowDown: (row) => row + 1,
  PageUp: (row, page) => row - page,
  PageDown: (row, page) => row + page,
  Home: () => 0,
  End: () => Number.POSITIVE_INFINITY,
};

/** One row can be reached with Tab; from there keys lead to the others, which may have to be drawn first. */
function useRowKeys({ ref, scrolled }: Scroller) {
  const active = useSignal(0);
  const isMoved = useRef(false);
  useLayoutEffect(() => {
    if (!isMoved.current) return;
    isMoved.current = false;
    ref.current?.querySelector<HTMLElement>(`[data-row="${active.value}"]`)?.focus();
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    const box = ref.current;
    if (move === undefined || box === null || rows.peek().length === 0) return;
    event.preventDefault();
    const page = Math.max(1, Math.floor(box.clientHeight / ROW_HEIGHT) - 3);
    const wanted = clamp(move(active.peek(), page), 0, rows.peek().length - 1);
    const top = wanted * ROW_HEIGHT;
    const room = box.clientHeight - HEAD - 2 * ROW_HEIGHT;
    box.scrollTop = Math.max(0, top - room, Math.min(box.scrollTop, top));
    // At once, so that the row is there to take the focus.
    scrolled.value = box.scrollTop;
    isMoved.current = true;
    active.value = wanted;
  };
  return { active, onKeyDown };
}

/** Height of what stands above the rows. */
const HEAD = 64;
