import { ticks as linearTicks } from "d3-array";
import type { ValueAxis } from "../model/axis";
import { valueTicks } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatTick } from "../model/format";
import { label } from "./labels";
import { across, upright } from "./rule";
import { xScale } from "./scale";
import type { Box, Label, Rule } from "./scene";

/** Room that the caption needs left of the first number. */
const CAPTION_WIDTH = 56;
const CAPTIONS = { linear: "value", symlog: "value", sigma: "from mean" } as const;

/** The value axis below the plot: a few plain numbers, a hairline at zero, no frame. */
export function valueAxis(
  axis: ValueAxis,
  plot: Box,
  palette: Palette,
): { rules: Rule[]; labels: Label[] } {
  const scale = xScale(axis, plot);
  const width = plot.right - plot.left;
  const ticks = valueTicks(axis, width < 240 ? 4 : width < 900 ? 6 : 10);
  const unit = axis.kind === "sigma" ? " σ" : "";
  const labels = ticks.map((value): Label => {
    const text = formatTick(value, ticks) + (value === 0 ? "" : unit);
    return label(scale(value), plot.bottom + 14, text, palette.faint, "center");
  });
  const leftmost = ticks[0];
  if (leftmost === undefined || scale(leftmost) - plot.left > CAPTION_WIDTH) {
    labels.push(label(plot.left, plot.bottom + 14, CAPTIONS[axis.kind], palette.faint));
  }
  const rules = ticks.map((value): Rule => {
    const x = scale(value);
    const top = value === 0 ? plot.top : plot.bottom;
    return upright(x, top, plot.bottom + 4, palette.rule);
  });
  rules.push(across(plot, plot.bottom, palette.rule));
  return { rules, labels };
}

/** Numbers of a density axis at the left of a plot, of about `count` steps, with what they are above. */
export function densityLabels(
  { plot, peak, lift }: { plot: Box; peak: number; lift: number },
  count: number,
  captionY: number,
  { faint }: Palette,
): Label[] {
  const ticks = peak > 0 ? linearTicks(0, peak, count) : [];
  return [
    ...ticks.map((density) => {
      const y = plot.bottom - density * (lift / peak);
      return label(plot.left - 6, y, formatTick(density, ticks), faint, "right");
    }),
    label(2, captionY, peak > 0 ? "density" : "shape", faint),
  ];
}
