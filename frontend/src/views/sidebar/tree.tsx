import { computed, signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { change, order } from "../../chosen";
import { formatCount } from "../../model/format";
import { parameterKey, parameterTitle } from "../../model/names";
import { ORDER_WORDS, placeWords } from "../../model/order";
import type { LayerRow } from "../../model/outline";
import type { Parameter } from "../../model/series";
import {
  type Branch,
  blockPaths,
  buildTree,
  leavesOf,
  parentOf,
  type TreeRow,
  toggled,
  visibleRows,
} from "../../model/tree";
import { kinOf, otherNames, pinnedCount, shownLayers, togglePin } from "../../state";
import { Icon } from "../icon";
import { MiddleCut } from "../names";
import { PinButton } from "../pin";
import { px } from "../px";
import { useSize } from "../size";
import { current, sought } from "../sought";

const ROW_HEIGHT = 24;
const INDENT = 16;
/** Rows beyond either edge that exist all the same. */
const OVERSCAN = 10;

const nodes = computed(() =>
  buildTree(shownLayers.value, pinnedCount.value, order.value === "network"),
);
/** Paths of the blocks that a person closed. */
const closed = signal<ReadonlySet<string>>(new Set());
const rows = computed(() => visibleRows(nodes.value, closed.value));
/** Where each parameter is seen: at its layer, or at the block that hides it. */
const places = computed(
  () =>
    new Map(
      rows.value.flatMap(({ node, open }, i) =>
        open === true ? [] : leavesOf(node).flatMap((row) => keysOf(row).map((key) => [key, i])),
      ),
    ),
);

const hasBlocks = computed(() => nodes.value.some((node) => "children" in node));
/** Whether there is more than one block to open or close. */
export const hasManyBlocks = computed(() => blockPaths(nodes.value).length > 1);

export function openAll(): void {
  closed.value = new Set();
}

export function closeAll(): void {
  closed.value = new Set([...closed.value, ...blockPaths(nodes.value)]);
}

const keysOf = (row: LayerRow): string[] => row.parameters.map(parameterKey);

function toggle(branch: Branch): void {
  closed.value = toggled(closed.value, branch);
}

/** Leads to a layer's charts. */
function goTo(row: LayerRow): void {
  change({ focus: null });
  sought.value = keysOf(row)[0] ?? null;
}

function act({ node }: TreeRow): void {
  if ("row" in node) goTo(node.row);
  else toggle(node);
}

/**
 * The layers in their blocks, after the tree pattern of the ARIA practices: one stop of the Tab key, arrows move. Only
 * the rows in sight exist, so the focus stays on the tree and names its row.
 */
export function Tree() {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const first = useSignal(0);
  const activeId = useSignal<string | null>(null);
  const at = useComputed(() => places.value.get(current.value ?? "") ?? -1);

  const reveal = (index: number) => {
    const element = box.current;
    if (element === null || index < 0) return;
    const top = index * ROW_HEIGHT;
    const most = top + ROW_HEIGHT - element.clientHeight;
    element.scrollTop = Math.min(top, Math.max(most, element.scrollTop));
  };
  useSignalEffect(() => {
    const index = at.value;
    if (box.current?.matches(":hover, :focus-visible") === false) reveal(index);
  });

  const all = rows.value;
  const known = all.findIndex(({ id }) => id === activeId.value);
  const active = known >= 0 ? known : Math.max(0, at.value);
  const moveTo = (index: number) => {
    const bounded = Math.max(0, Math.min(index, all.length - 1));
    activeId.value = all[bounded]?.id ?? null;
    reveal(bounded);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = all[active];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(size.value.height / ROW_HEIGHT) - 1);
    const keys: Record<string, () => void> = {
      ArrowDown: () => moveTo(active + 1),
      ArrowUp: () => moveTo(active - 1),
      PageDown: () => moveTo(active + page),
      PageUp: () => moveTo(active - page),
      Home: () => moveTo(0),
      End: () => moveTo(all.length - 1),
      ArrowRight: () => (row.open === false ? act(row) : row.open && moveTo(active + 1)),
      ArrowLeft: () => (row.open === true ? act(row) : moveTo(parentOf(all, active))),
      Enter: () => act(row),
      " ": () => act(row),
      p: () => "row" in row.node && togglePin(...keysOf(row.node.row)),
    };
    const action = keys[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    activeId.value = row.id;
    action();
  };
  const onClick = ({ target }: MouseEvent) => {
    if (!(target instanceof Element) || target.closest("button") !== null) return;
    const item = target.closest<HTMLElement>("[role=treeitem]");
    const row = all[Number(item?.dataset.index ?? -1)];
    if (row === undefined) return;
    box.current?.focus({ preventScroll: true });
    activeId.value = row.id;
    act(row);
  };

  const from = Math.max(0, first.value - OVERSCAN);
  const to = first.value + Math.ceil(size.value.height / ROW_HEIGHT) + OVERSCAN;
  const inSight = all.slice(from, to);
  const isActiveThere = active >= from && active < from + inSight.length;
  return (
    <div
      class="tree"
      role="tree"
      aria-label="Layers"
      aria-activedescendant={isActiveThere ? `tree-${active}` : undefined}
      tabIndex={0}
      ref={box}
      onKeyDown={onKeyDown}
      onFocus={() => reveal(active)}
      onClick={onClick}
      onScroll={({ currentTarget }) => {
        first.value = Math.floor(currentTarget.scrollTop / ROW_HEIGHT);
      }}
    >
      <div class="extent" role="none" style={px({ height: all.length * ROW_HEIGHT })}>
        {inSight.map((row, i) => (
          <Item
            key={row.id}
            row={row}
            index={from + i}
            active={from + i === active}
            here={from + i === at.value}
          />
        ))}
      </div>
    </div>
  );
}

interface ItemProps {
  row: TreeRow;
  index: number;
  active: boolean;
  here: boolean;
}

function Item({ row, index, active, here }: ItemProps) {
  const { node, level, open } = row;
  const isLayer = "row" in node;
  const path = isLayer ? "" : node.paths.at(-1) || node.label;
  // Beside a block, a layer's name begins where the block's does.
  const indent = INDENT * (level - 1) + (isLayer && hasBlocks.value ? INDENT : 0);
  const classes = [isLayer ? "layer" : "branch", active ? "active" : ""];
  return (
    <div
      role="treeitem"
      id={`tree-${index}`}
      data-index={index}
      class={classes.join(" ").trim()}
      style={px({ top: index * ROW_HEIGHT, paddingLeft: 8 + indent })}
      tabIndex={-1}
      aria-level={level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-expanded={open ?? undefined}
      aria-current={here ? "true" : undefined}
      aria-label={
        isLayer
          ? `${nameOf(node.row)} ${placeOf(node.row)}`
          : `${path} ${formatCount(node.layers)} layers`
      }
      title={isLayer ? titleOf(node.row) : path}
    >
      {isLayer ? <LayerText row={node.row} label={node.label} /> : <BranchText branch={node} />}
    </div>
  );
}

const namesOf = ({ parameters }: LayerRow): string =>
  [...new Set(parameters.map(({ parameter }) => parameter))].join(", ");

/** The layer with all that is known of it, and what it is called in runs that name it differently. */
function titleOf(row: LayerRow): string {
  const [first] = row.parameters;
  const others = first === undefined ? [] : otherNames(first, parameterKey(first));
  const kind = row.kind === null ? "" : ` (${row.kind})`;
  return [`${row.layer}${kind}`, namesOf(row), ...others].join("\n");
}

/** The only parameter of a row, if it has but one. */
function onlyOf({ parameters }: LayerRow): Parameter | null {
  return parameters.length === 1 ? (parameters[0] ?? null) : null;
}

function detailOf(row: LayerRow): string {
  const only = onlyOf(row);
  return only === null ? (row.kind ?? namesOf(row)) : parameterTitle(only);
}

const nameOf = (row: LayerRow): string => `${row.layer} ${detailOf(row)}`;

function placeOf(row: LayerRow): string {
  const only = onlyOf(row);
  return placeWords(order.value, only === null ? [] : kinOf(parameterKey(only)));
}

function LayerText({ row, label }: { row: LayerRow; label: string }) {
  const place = placeOf(row);
  return (
    <>
      <MiddleCut text={label} title={null} /> <small>{detailOf(row)}</small>{" "}
      {place !== "" && (
        <small class="place" title={ORDER_WORDS[order.value].hint}>
          {place}
        </small>
      )}
      <PinButton keys={keysOf(row)} name={nameOf(row)} byKeyboard={false} />
    </>
  );
}

function BranchText({ branch }: { branch: Branch }) {
  return (
    <>
      <Icon path="M4 2l8 6-8 6z" size={10} />
      <MiddleCut text={branch.label} title={null} /> <small>{formatCount(branch.layers)}</small>
    </>
  );
}
