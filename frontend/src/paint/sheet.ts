import type { Plate, Sheet } from "../scene/sheet";
import { fontOf, type Painter } from "./paint";

/** One chart as it is taken away. */
export interface Drawing extends Plate {
  /** Computes it only now: of a page many are never seen. */
  paint(context: Painter): void;
}

export function paintSheet(context: Painter, sheet: Sheet<Drawing>): void {
  context.fillStyle = sheet.ground;
  context.fillRect(0, 0, sheet.size.width, sheet.size.height);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { x, y, text, whole, size, strong, color } of sheet.texts) {
    context.font = fontOf(size, strong);
    context.fillStyle = color;
    if (whole !== null) context.keepWhole?.(whole);
    context.fillText(text, x, y);
  }
  for (const { x, y, chart } of sheet.charts) {
    context.save();
    context.translate(x, y);
    chart.paint(context);
    context.restore();
  }
}
