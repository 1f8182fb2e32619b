import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Size } from "../scene/scene";

/** The size of an element's content in whole pixels; while a hidden tab gives it no height, the size it had. */
export function useSize(ref: { readonly current: Element | null }): ReadonlySignal<Size> {
  const size = useSignal<Size>({ width: 0, height: 0 });
  useEffect(() => {
    if (ref.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.height > 0) {
        const { width, height } = entry.contentRect;
        size.value = { width: Math.floor(width), height: Math.floor(height) };
      }
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return size;
}

/** An element that scrolls what is drawn only where it is in sight. */
export interface Scroller {
  ref: RefObject<HTMLDivElement | null>;
  size: ReadonlySignal<Size>;
  /** Pixels scrolled down. */
  scrolled: Signal<number>;
  onScroll(event: { currentTarget: Element }): void;
}

export function useScroller(): Scroller {
  const ref = useRef<HTMLDivElement>(null);
  const size = useSize(ref);
  const scrolled = useSignal(0);
  const onScroll = ({ currentTarget }: { currentTarget: Element }) => {
    scrolled.value = currentTarget.scrollTop;
  };
  return { ref, size, scrolled, onScroll };
}
