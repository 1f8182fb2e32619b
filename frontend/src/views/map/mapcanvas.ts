import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { cancelFrame, nextFrame } from "../../frame";
import { pixelRatio, restorations } from "../../host";
import { paintMap } from "../../paint/map";
import { clearedContext } from "../../paint/surface";
import { colors, type Drawing, matrix, shaded, stepColumn } from "../../plans/map";
import { type MapScene, mapScene } from "../../scene/map";
import { marksScene } from "../../scene/mapmarks";
import type { Size } from "../../scene/scene";

/** Paints a scene, which follows signals, in the next frame after one of them changed. */
function useCanvas(size: () => Size, scene: () => () => MapScene) {
  const ref = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const canvas = ref.current;
    const [drawn, current, ratio] = [size(), scene(), pixelRatio.value];
    restorations.value;
    if (canvas === null || drawn.width === 0) return;
    nextFrame(canvas, () => {
      const context = clearedContext(canvas, drawn, ratio);
      if (context !== null) paintMap(context, current());
    });
  });
  useEffect(() => {
    const canvas = ref.current;
    return () => {
      if (canvas !== null) cancelFrame(canvas);
    };
  }, []);
  return ref;
}

/** The cells on one canvas and the marks on another above it: scrubbing and pointing repaint the marks alone. */
export function useMapCanvases({ layout, scrolled, spot, band }: Drawing) {
  const size = () => layout.value.size;
  const base = useCanvas(size, () => {
    const of = [matrix.value, shaded.value, layout.value, scrolled.value, colors.value] as const;
    return () => mapScene(...of);
  });
  const marks = useCanvas(size, () => {
    const moving = { column: stepColumn.value, spot: spot.value, band: band.value };
    const of = [matrix.value, layout.value, scrolled.value, moving, colors.value.palette] as const;
    return () => marksScene(...of);
  });
  return { base, marks };
}
