import { computed } from "@preact/signals";
import { scaling } from "../chosen";
import { theme } from "../host";
import { sigmaAxis, type ValueAxis } from "../model/axis";
import { PALETTES } from "../model/colors";
import { parameterKey } from "../model/names";
import type { Parameter } from "../model/series";
import { areaPeak, peaksAt, referencePeak } from "../scene/chart";
import type { Scaling } from "../scene/ridgeline";
import type { Size } from "../scene/scene";
import { seriesByParameter, shownLayers } from "../state";
import { sharedByLayers, shownSeries } from "./chart";
import { measure } from "./measure";

/** What the views of the whole network rest on: a row or a curve for each parameter. */

/** The parameters that are shown, in their order: the rows. */
export const shownParameters = computed(() =>
  shownLayers.value.flatMap(({ parameters }) => parameters),
);

export const seriesIn = (run: string, parameter: Parameter) =>
  seriesByParameter.value.get(parameterKey(parameter))?.get(run);

/** Whether every row has an axis of its own; else all have one, as they do in a window or within five spreads. */
export const ownAxes = computed(() => {
  const { axis, range, scale, window } = scaling.value;
  return scale !== "layers" && window === null && !(axis === "sigma" && range === "robust");
});

/** The axis that the rows share. */
export const rowsAxis = computed((): ValueAxis => {
  const { axis, range, window } = scaling.value;
  const whole =
    axis === "sigma" ? sigmaAxis(shownSeries.value, range === "full") : sharedByLayers.value;
  return window === null ? whole : { ...whole, low: window[0], high: window[1] };
});

/** The height that the curves of an overlay are measured by. */
export const commonPeak = computed(() => {
  const axis = rowsAxis.value;
  return scaling.value.heights === "area"
    ? areaPeak(axis)
    : referencePeak(peaksAt(shownSeries.value, () => axis, null));
});

export function scalingFor(size: Size): Scaling {
  const { heights, overlap } = scaling.value;
  const palette = PALETTES[theme.value];
  const [axis, peak] = [rowsAxis.value, commonPeak.value];
  return { size, axis, palette, heights, overlap, peak, measure: measure.value };
}
