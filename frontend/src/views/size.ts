import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
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
