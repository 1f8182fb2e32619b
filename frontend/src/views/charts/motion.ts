import { effect, type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { cancelFrame, nextFrame } from "../../frame";
import { calm } from "../../host";
import { glide, hasGrown } from "../../scene/glide";
import type { Chart, Scene } from "../../scene/scene";

const GLIDE_MS = 150;

/** What a chart shows now: when its series gains steps, it glides there. */
export function useGlide(plan: ReadonlySignal<Chart | null>): () => Scene | null {
  const share = useSignal(1);
  const from = useRef<Chart | null>(null);
  const last = useRef<Chart | null>(null);
  const follow = () => {
    const chart = plan.value;
    const before = last.current;
    last.current = chart;
    if (chart === null || before === null || calm.peek() || !hasGrown(before, chart)) {
      share.value = 1;
      return;
    }
    from.current = before;
    share.value = 0;
    let start = 0;
    const advance = (now: number) => {
      start ||= now;
      share.value = Math.min(1, (now - start) / GLIDE_MS);
      if (share.value < 1) nextFrame(share, advance);
    };
    nextFrame(share, advance);
    return () => cancelFrame(share);
  };
  useEffect(() => {
    // Another chart in the same place is not what the one before has become.
    last.current = null;
    return effect(follow);
  }, [plan]);
  return () => {
    const chart = plan.value;
    const now = share.value;
    return chart === null || now >= 1 || from.current === null
      ? (chart?.scene ?? null)
      : glide(from.current, chart, now);
  };
}
