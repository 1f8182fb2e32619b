const MOST_SIGNS = 100;
/** What file systems allow a name, less room for the browser's own `(1)`. */
const MOST_BYTES = 240;
/** Path separators, what Windows forbids, and signs that can't be seen or turn the reading direction. */
const UNWANTED = /[/\\:*?"<>|\p{C}]+/gu;
/** Windows takes these for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

const encoder = new TextEncoder();

/** A name for a file, of what is in it: names from logs, made harmless; a long one loses its middle, never its end. */
export function fileName(parts: readonly string[], extension: string): string {
  const stem =
    parts
      .map((part) => part.normalize("NFC").replace(UNWANTED, "-").trim().replace(/\s+/g, "_"))
      .filter((part) => part !== "")
      .join("_")
      .replace(/^[.\-_~]+|[.\-_]+$/g, "") || "weights";
  const signs = [...(DEVICE.test(stem) ? `_${stem}` : stem)];
  const fits = () =>
    signs.length + extension.length + 1 <= MOST_SIGNS &&
    encoder.encode(signs.join("")).length + extension.length + 1 <= MOST_BYTES;
  if (fits()) return `${signs.join("")}.${extension}`;
  while (!fits()) signs.splice(Math.floor(signs.length / 2), 1);
  signs[Math.floor(signs.length / 2)] = "~";
  return `${signs.join("")}.${extension}`;
}
