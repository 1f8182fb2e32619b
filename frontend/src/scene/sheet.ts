import type { Palette } from "../model/colors";
import type { Size } from "./scene";
import { fitted, type Measure } from "./text";

/** The place that a chart takes on a sheet, and the words that stand above it. */
export interface Plate {
  title: string;
  subtitle: string;
  /** What it shows, for whoever can't see it. */
  name: string;
  size: Size;
}

export interface SheetText {
  x: number;
  /** The middle of the line. */
  y: number;
  text: string;
  /** The text that lost its middle; `null`: it did not. */
  whole: string | null;
  size: number;
  strong: boolean;
  color: string;
}

/** Several charts on one page, with a heading: plain places and texts in CSS pixels. */
export interface Sheet<Chart extends Plate = Plate> {
  size: Size;
  ground: string;
  title: string;
  description: string;
  texts: SheetText[];
  charts: { x: number; y: number; chart: Chart }[];
}

export interface SheetOptions {
  /** What all charts have in common; empty: the charts' own titles are enough. */
  heading: string;
  lines: readonly string[];
  columns: number;
  palette: Palette;
  measure?: Measure;
}

/** More charts than these make a picture that no program opens with ease. */
export const MOST_CHARTS = 200;

const MARGIN = 16;
const GAP = 16;
const HEADING = { size: 16, height: 28 };
const LINE = { size: 12, height: 18 };
const TITLE = { size: 13, height: 20 };
/** Height by width of a sheet of paper. */
const PAPER = Math.SQRT2;

/**
 * The columns of a sheet shaped like paper. The charts of one unit (the runs of a parameter) stay in the same columns all
 * the way down.
 */
export function sheetColumns(count: number, unit: number, { width, height }: Size): number {
  const ideal = Math.sqrt((Math.max(1, count) * (height + 2 * TITLE.height)) / (PAPER * width));
  const columns = Math.ceil(ideal);
  if (unit < 2) return Math.min(columns, Math.max(1, count));
  return unit * Math.max(1, Math.round(columns / unit));
}

export function sheetOf<Chart extends Plate>(
  all: readonly Chart[],
  options: SheetOptions,
): Sheet<Chart> {
  const { heading, palette, measure } = options;
  const shown = all.slice(0, MOST_CHARTS);
  const left = all.length - shown.length;
  const lines = left > 0 ? [...options.lines, cutShort(all.length)] : options.lines;
  const columns = Math.max(1, Math.min(options.columns, shown.length));
  const cell = Math.max(0, ...shown.map(({ size }) => size.width));
  const width = 2 * MARGIN + columns * cell + (columns - 1) * GAP;
  const whole = width - 2 * MARGIN;
  const texts: SheetText[] = [];
  const write = (
    room: number,
    x: number,
    y: number,
    text: string,
    line: typeof LINE,
    strong: boolean,
  ) => {
    const color = strong ? palette.ink : palette.faint;
    const { size, height } = line;
    const fitting = fitted(text, room, size, measure, strong);
    const whole = fitting === text ? null : text;
    texts.push({ x, y: y + height / 2, text: fitting, whole, size, strong, color });
  };

  let y = MARGIN;
  if (heading !== "") {
    write(whole, MARGIN, y, heading, HEADING, true);
    y += HEADING.height;
  }
  for (const line of lines) {
    write(whole, MARGIN, y, line, LINE, false);
    y += LINE.height;
  }
  if (y > MARGIN) y += GAP / 2;

  const charts: Sheet<Chart>["charts"] = [];
  for (let first = 0; first < shown.length; first += columns) {
    const row = shown.slice(first, first + columns);
    const hasSubtitles = row.some(({ subtitle }) => subtitle !== "");
    const top = y + TITLE.height + (hasSubtitles ? LINE.height : 0);
    row.forEach((chart, column) => {
      const x = MARGIN + column * (cell + GAP);
      write(cell, x, y, chart.title, TITLE, true);
      if (chart.subtitle !== "") write(cell, x, y + TITLE.height, chart.subtitle, LINE, false);
      charts.push({ x, y: top, chart });
    });
    y = top + Math.max(...row.map(({ size }) => size.height)) + GAP;
  }

  return {
    size: { width, height: y - (shown.length > 0 ? GAP : 0) + MARGIN },
    ground: palette.ground,
    title: heading || (shown[0]?.title ?? ""),
    description: [...lines, ...shown.map(({ name }) => name)].join("\n"),
    texts,
    charts,
  };
}

/** What a person is told where not all charts fit. */
export function cutShort(count: number): string {
  return `The first ${MOST_CHARTS} of ${count} charts: search or filter to take the others.`;
}
