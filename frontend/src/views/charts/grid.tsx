import { useComputed, useSignalEffect } from "@preact/signals";
import { selectedRuns } from "../../answers";
import { drawing, isOfSteps, order } from "../../chosen";
import {
  firstInSight,
  type Group,
  HEADER_HEIGHT,
  inSight,
  layOut,
  offsetOf,
} from "../../model/layout";
import { blockOf, parameterKey } from "../../model/names";
import { ORDER_WORDS } from "../../model/order";
import type { LayerRow } from "../../model/outline";
import { keyOf, parametersOfRuns, pinnedCount, shownLayers } from "../../state";
import { px } from "../px";
import { useScroller } from "../size";
import { topmost, useSought } from "../sought";
import { Card, type CardKey } from "./card";

/** Pixels beyond either edge of the window within which charts are drawn ahead. */
const OVERSCAN = 400;
const TOP_LEVEL = "top level";
const CARD_HEIGHT = 252;
const COMPARED_HEIGHT = 296;

/** The key of the parameter that a card is of. */
const keyOfCard = ({ run, parameter }: CardKey) => keyOf(run, parameter);

/** The runs that have charts of their own: none where a chart is of all runs. */
const chartedRuns = () => (isOfSteps() ? selectedRuns.value : [null]);

/**
 * Consecutive layers of one block stand together; a network without blocks, and any order but the network's, is one
 * group. Before them stand the pinned ones, in a group of their own.
 */
function groupsOf(layers: readonly LayerRow[], runs: readonly (string | null)[]): Group<CardKey>[] {
  const pinned = pinnedCount.value;
  const isFlat =
    order.value !== "network" || layers.slice(pinned).every(({ layer }) => blockOf(layer) === "");
  const rest = pinned > 0 ? ORDER_WORDS[order.value].text : "";
  const groups: Group<CardKey>[] = [];
  for (const [i, { layer, parameters }] of layers.entries()) {
    const inBlock = i >= pinned && !isFlat;
    const block = inBlock ? blockOf(layer) || TOP_LEVEL : i < pinned ? "Pinned" : rest;
    if (groups.at(-1)?.block !== block) groups.push({ block, layers: [] });
    const cards = parameters.flatMap((parameter) =>
      runs.flatMap((run): CardKey[] => {
        if (run === null) return [{ run, parameter, inBlock }];
        const ofRun = parametersOfRuns.value.get(run)?.get(parameterKey(parameter));
        return ofRun === undefined ? [] : [{ run, parameter: ofRun, inBlock }];
      }),
    );
    groups.at(-1)?.layers.push({ layer, cards });
  }
  return groups;
}

/** All charts in the chosen order. Only those in sight, and a row or two around, exist. */
export function Grid() {
  const scroller = useScroller();
  const { size, scrolled, onScroll } = scroller;
  const groups = useComputed(() => groupsOf(shownLayers.value, chartedRuns()));
  const layout = useComputed(() =>
    layOut(
      groups.value,
      size.value.width,
      drawing.value.kind === "compare" ? COMPARED_HEIGHT : CARD_HEIGHT,
      chartedRuns().length,
    ),
  );

  useSought(scroller, (key) =>
    offsetOf(layout.peek(), (card) => keyOf(card.run, card.parameter) === key),
  );
  useSignalEffect(() => {
    const first = firstInSight(layout.value, scrolled.value + HEADER_HEIGHT);
    topmost.value = first === null ? null : keyOfCard(first);
  });

  const { width, height } = size.value;
  const { cardWidth, cardHeight } = layout.value;
  const from = scrolled.value - OVERSCAN;
  const to = scrolled.value + height + OVERSCAN;
  return (
    <div class="grid" ref={scroller.ref} tabIndex={-1} onScroll={onScroll}>
      <h2 class="unseen">All layers</h2>
      <div class="extent" style={px({ height: layout.value.height })}>
        {width > 0 &&
          inSight(layout.value, from, to).map((group) => (
            <section
              key={`${group.top} ${group.block}`}
              class="group"
              style={px({ top: group.top, height: group.height })}
              aria-label={group.block || undefined}
            >
              {group.block !== "" && (
                <h2 style={px({ height: HEADER_HEIGHT })} title={group.block}>
                  {group.block}
                </h2>
              )}
              {group.rows.map((row) => (
                <div key={row.top} class="row" style={px({ top: row.top, height: cardHeight })}>
                  {row.cards.map((card) => (
                    <Card
                      key={`${card.run ?? ""} ${card.parameter.tag}`}
                      card={card}
                      width={cardWidth}
                      height={cardHeight}
                    />
                  ))}
                </div>
              ))}
            </section>
          ))}
      </div>
    </div>
  );
}
