import type { Painter } from "./paint";

/** A painter whose strokes become SVG elements. Like a canvas it passes over what is no finite number. */
export interface SvgPainter extends Painter {
  /** All that was painted, every group closed. */
  elements(): string;
}

/** What `save` keeps, and how many groups were opened since. */
interface Saved {
  style: Partial<Painter>;
  dash: string;
  groups: number;
}

const ANCHORS: Partial<Record<CanvasTextAlign, string>> = {
  center: "middle",
  right: "end",
  end: "end",
};
/** How far the letters' baseline lies below what a canvas is told, in heights of the font. */
const SHIFTS: Partial<Record<CanvasTextBaseline, number>> = {
  middle: 0.35,
  top: 0.78,
  hanging: 0.74,
  bottom: -0.22,
  ideographic: -0.22,
};
const FONT = /^(?:(\S+) )?([\d.]+)px (.+)$/;
const TRANSLUCENT = /^(#[\da-f]{6})([\da-f]{2})$/i;

export function svgPainter(): SvgPainter {
  const parts: string[] = [];
  const clips = new Set<string>();
  const saved: Saved[] = [];
  let path = "";
  let dash = "";
  let groups = 0;
  let whole = "";
  const add = (command: string, ...numbers: number[]) => {
    if (numbers.every(Number.isFinite)) path += command + numbers.map(rounded).join(" ");
  };
  const open = (attribute: string) => {
    parts.push(`<g ${attribute}>`);
    groups++;
  };
  const outline = () => {
    const width = painter.lineWidth === 1 ? "" : ` stroke-width="${rounded(painter.lineWidth)}"`;
    const join = painter.lineJoin === "miter" ? "" : ` stroke-linejoin="${painter.lineJoin}"`;
    return paint("stroke", painter.strokeStyle) + width + join + dash;
  };
  const write = (text: string, x: number, y: number, look: string, title = "") => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    const shift = SHIFTS[painter.textBaseline];
    const anchor = ANCHORS[painter.textAlign];
    parts.push(
      `<text x="${rounded(x)}" y="${rounded(y)}"${shift === undefined ? "" : ` dy="${shift}em"`}`,
      `${anchor === undefined ? "" : ` text-anchor="${anchor}"`}${fontOf(painter.font)}`,
      `${look}>${title === "" ? "" : `<title>${escaped(title)}</title>`}${escaped(text)}</text>`,
    );
  };
  const painter: SvgPainter = {
    fillStyle: "#000000",
    strokeStyle: "#000000",
    lineWidth: 1,
    lineJoin: "miter",
    font: "10px sans-serif",
    textAlign: "start",
    textBaseline: "alphabetic",
    save() {
      const { fillStyle, strokeStyle, lineWidth, lineJoin, font, textAlign, textBaseline } =
        painter;
      const style = { fillStyle, strokeStyle, lineWidth, lineJoin, font, textAlign, textBaseline };
      saved.push({ style, dash, groups });
      groups = 0;
    },
    restore() {
      const last = saved.pop();
      if (last === undefined) return;
      parts.push("</g>".repeat(groups));
      Object.assign(painter, last.style);
      ({ dash, groups } = last);
    },
    translate(x, y) {
      open(`transform="translate(${rounded(x)} ${rounded(y)})"`);
    },
    beginPath() {
      path = "";
    },
    closePath: () => add("Z"),
    moveTo: (x, y) => add("M", x, y),
    lineTo: (x, y) => add("L", x, y),
    bezierCurveTo: (...numbers) => add("C", ...numbers),
    rect(x, y, width, height) {
      if (![x, y, width, height].every(Number.isFinite)) return;
      add("M", x, y);
      add("H", x + width);
      add("V", y + height);
      add("H", x);
      add("Z");
    },
    clip() {
      // The name tells the shape: where several pictures stand in one document, equal names are equal shapes.
      const id = `clip-${path.replace(/[^\d.-]+/g, "_")}`;
      if (!clips.has(id)) parts.push(`<clipPath id="${id}"><path d="${path}"/></clipPath>`);
      clips.add(id);
      open(`clip-path="url(#${id})"`);
    },
    fill() {
      if (path !== "") parts.push(`<path d="${path}"${paint("fill", painter.fillStyle)}/>`);
    },
    stroke() {
      if (path === "") return;
      parts.push(`<path d="${path}" fill="none"${outline()}/>`);
    },
    fillRect(x, y, width, height) {
      if (![x, y, width, height].every(Number.isFinite)) return;
      const box = `x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"`;
      parts.push(`<rect ${box}${paint("fill", painter.fillStyle)}/>`);
    },
    keepWhole(text) {
      whole = text;
    },
    fillText(text, x, y) {
      write(text, x, y, paint("fill", painter.fillStyle), whole);
      whole = "";
    },
    strokeText: (text, x, y) => write(text, x, y, ` fill="none"${outline()}`),
    setLineDash(lengths) {
      const all = [...lengths];
      dash = all.length > 0 ? ` stroke-dasharray="${all.map(rounded).join(" ")}"` : "";
    },
    elements() {
      const open = saved.reduce((sum, one) => sum + one.groups, groups);
      return parts.join("") + "</g>".repeat(open);
    },
  };
  return painter;
}

/** A picture as an SVG file, with the words that say what it shows. */
export function svgText(
  picture: { size: { width: number; height: number }; title: string; description: string },
  paintOn: (painter: Painter) => void,
): string {
  const { size, title, description } = picture;
  const painter = svgPainter();
  paintOn(painter);
  const [width, height] = [rounded(size.width), rounded(size.height)];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">` +
    `<title>${escaped(title)}</title><desc>${escaped(description)}</desc>${painter.elements()}</svg>\n`
  );
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** What no XML file may hold: control characters, halves of pairs, and two that stand for nothing. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text.replace(FORBIDDEN, "").replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}

function rounded(value: number): string {
  // Adding zero turns −0 into 0.
  return String(Math.round(value * 100) / 100 + 0);
}

/** A colour as attributes: programs other than browsers don't read `#rrggbbaa`. */
function paint(attribute: "fill" | "stroke", style: Painter["fillStyle"]): string {
  const color = String(style);
  const [, solid, alpha] = TRANSLUCENT.exec(color) ?? [];
  if (solid === undefined || alpha === undefined) return ` ${attribute}="${escaped(color)}"`;
  return ` ${attribute}="${solid}" ${attribute}-opacity="${rounded(Number.parseInt(alpha, 16) / 255)}"`;
}

function fontOf(font: string): string {
  const [, weight, size, family] = FONT.exec(font) ?? [];
  if (size === undefined || family === undefined) return "";
  const strong = weight === undefined ? "" : ` font-weight="${escaped(weight)}"`;
  return ` font-family="${escaped(family)}" font-size="${size}"${strong}`;
}
