import type { ValueAxis } from "../model/axis";
import { valueTicks } from "../model/axis";
import type { Palette } from "../model/colors";
import { formatTick } from "../model/format";
import { label } from "./labels";
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
    return { x1: x, y1: top, x2: x, y2: plot.bottom + 4, color: palette.rule, dash: false };
  });
  rules.push({
    x1: plot.left,
    y1: plot.bottom,
    x2: plot.right,
    y2: plot.bottom,
    color: palette.rule,
    dash: false,
  });
  return { rules, labels };
}
