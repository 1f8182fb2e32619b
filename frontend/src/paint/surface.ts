/** A canvas as sharp as the screen: sizes its bitmap to the device's pixels and hands out a cleared context. */
export function clearedContext(
  canvas: HTMLCanvasElement,
  size: { width: number; height: number },
  pixelRatio: number,
): CanvasRenderingContext2D | null {
  const width = Math.round(size.width * pixelRatio);
  const height = Math.round(size.height * pixelRatio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  return context;
}
