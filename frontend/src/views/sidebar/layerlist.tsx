import { change, order, search } from "../../chosen";
import { ORDERS, type Order } from "../../model/address";
import { formatCountOf } from "../../model/format";
import { ORDER_WORDS } from "../../model/order";
import { layers, matchingLayers } from "../../state";
import { Chips } from "./chips";
import { LAYER_SEARCH, SearchField } from "./search";
import { closeAll, hasManyBlocks, openAll, Tree } from "./tree";

/** The layers of the selected runs: which are shown, in which order, and the way to each. */
export function LayerList() {
  const found = matchingLayers.value;
  const all = layers.value;
  return (
    <section class="layers">
      <header>
        <h2>
          Layers <small>{formatCountOf(found.length, all.length)}</small>
        </h2>
        <OrderSelect />
      </header>
      <SearchField
        id={LAYER_SEARCH}
        placeholder="Search layers (text or regex)"
        label="Search layers by text or regular expression"
        clear="Clear the search"
        value={search.value}
        onChange={(typed) => change({ search: typed })}
      />
      <Chips />
      <div class="found">
        <small role="status">
          {found.length === 0 && all.length > 0
            ? "No layer matches."
            : parameterWords(parameterCount(found), parameterCount(all))}
        </small>
        {hasManyBlocks.value && <Folding />}
      </div>
      <Tree />
    </section>
  );
}

function parameterCount(rows: readonly { parameters: readonly unknown[] }[]): number {
  return rows.reduce((sum, { parameters }) => sum + parameters.length, 0);
}

function parameterWords(some: number, all: number): string {
  return `${formatCountOf(some, all)} ${all === 1 ? "parameter" : "parameters"}`;
}

function OrderSelect() {
  const { hint } = ORDER_WORDS[order.value];
  return (
    <select
      class="order"
      aria-label="Order"
      title={`Order: ${hint}`}
      value={order.value}
      onChange={({ currentTarget }) => change({ order: currentTarget.value as Order })}
    >
      {ORDERS.map((one) => (
        <option key={one} value={one} title={ORDER_WORDS[one].hint}>
          {ORDER_WORDS[one].text}
        </option>
      ))}
    </select>
  );
}

function Folding() {
  return (
    <div class="bulk">
      <button type="button" class="plain" title="Open all blocks" onClick={openAll}>
        expand all
      </button>
      <button type="button" class="plain" title="Close all blocks" onClick={closeAll}>
        collapse all
      </button>
    </div>
  );
}
