import type { Sheet } from "../scene/sheet";
import { FAMILY, type Painter, paintScene } from "./paint";

export function paintSheet(context: Painter, sheet: Sheet): void {
  context.fillStyle = sheet.ground;
  context.fillRect(0, 0, sheet.size.width, sheet.size.height);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { x, y, text, size, strong, color } of sheet.texts) {
    context.font = `${strong ? "500 " : ""}${size}px ${FAMILY}`;
    context.fillStyle = color;
    context.fillText(text, x, y);
  }
  for (const { x, y, drawing } of sheet.charts) {
    context.save();
    context.translate(x, y);
    for (const scene of drawing.scenes()) paintScene(context, scene);
    context.restore();
  }
}
