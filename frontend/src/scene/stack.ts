import type { ValueAxis } from "../model/axis";
import { formatBeside } from "../model/format";
import { rowAtStep } from "../model/series";
import { lineCurve, outlined } from "./curve";
import { valueAxis } from "./frame";
import { label, legend, placeMark } from "./labels";
import { type MarkPlace, offScaleMarks } from "./offscale";
import {
  LEGEND_HEIGHT,
  nonFiniteBand,
  type Reference,
  referenceCurve,
  type Scaling,
} from "./ridgeline";
import { across, upright } from "./rule";
import { xScale } from "./scale";
import {
  type Box,
  type Chart,
  type Cursor,
  emptyScene,
  type Label,
  type Line,
  type Rule,
  type Scene,
  within,
} from "./scene";

/** A row of a stack: one distribution, with what it is held against. */
export interface StackRow {
  line: Line;
  /** The pixel that it stands on. */
  baseline: number;
  /** Whether the first step is drawn behind it. */
  ghost: boolean;
  reference: Reference | null;
}

export interface StackOptions extends Scaling {
  plot: Box;
  /** Pixels that the reference density reaches above its baseline. */
  lift: number;
  step: number | null;
  /** Whether names stand at the rows; else they stand beside the chart. */
  named: boolean;
  /** Whether there is no room beside the plot: numbers stand at the row that is pointed at alone. */
  bare?: boolean;
  /** The density at full height of a row, where rows have no scale in common. */
  peakOf?: (line: Line) => number;
  /** The axis of a row, where rows have no axis in common: then its ends are written at the row. */
  axisOf?: (line: Line) => Scaling["axis"];
}

/** Rows of different things need not overlap as much as the steps of a film do. */
export const STACK_OVERLAP = 0.56;
/** Above a name at the left edge. */
const ABOVE_NAME = 23;
const ABOVE_BASELINE = 9;
/** Above a number beside the plot. */
const ABOVE_END = 15;

/** Ridges of different series, one below the other: the runs of a parameter, or the parameters of a network. */
export function stack(rows: readonly StackRow[], options: StackOptions): Chart {
  const { axis, palette, plot, named, step, bare = false } = options;
  const axisAt = (line: Line | undefined) => (line && options.axisOf?.(line)) ?? axis;
  const drawnOf = (line: Line) => ({
    axis: axisAt(line),
    plot,
    lift: options.lift,
    peak: options.heights === "ridge" ? 0 : (options.peakOf?.(line) ?? options.peak),
    fit: options.heights !== "area",
  });
  const ridge = (index: number, { line, baseline }: StackRow) =>
    lineCurve(index, line, baseline, drawnOf(line));
  const behind = ({ line, baseline, ghost, reference }: StackRow) => [
    ...(ghost && line.row > 0
      ? [outlined(lineCurve(-1, { ...line, row: 0 }, baseline, drawnOf(line)), palette.ink)]
      : []),
    ...(reference === null ? [] : [referenceCurve(reference, step, baseline, drawnOf(line))]),
  ];
  const beyond = rows.map(({ line, baseline }) =>
    offScaleMarks(line, axisAt(line), markPlace(baseline, options), palette),
  );
  const scene: Scene = {
    ...emptyScene(plot),
    rules: [
      ...rows.flatMap(({ line, baseline }) => [
        across(plot, baseline, palette.rule),
        ...(options.axisOf ? zeroRules(options.axisOf(line), baseline, options) : []),
      ]),
      ...beyond.flatMap(({ rules }) => rules),
    ],
    curves: rows.flatMap((row, index) => [ridge(index, row), ...behind(row)]),
    hatches: rows.flatMap(({ line, baseline }) => nonFiniteBand(line, baseline, plot, palette)),
    labels: rows.flatMap((row, index) => [
      ...(named ? [nameLabel(row, options)] : []),
      ...(options.axisOf && !bare ? endLabels(row, options.axisOf(row.line), options) : []),
      ...(beyond[index]?.labels ?? []),
    ]),
  };
  const cursor = ({ at, line }: Cursor): Scene => {
    const row = line === null ? undefined : rows[line];
    const mark = options.axisOf ? null : placeMark(at, axis, plot, palette);
    return {
      ...emptyScene(plot),
      rules: mark?.rules ?? [],
      curves: row === undefined ? [] : [{ ...ridge(line ?? 0, row), width: 2 }, ...behind(row)],
      labels: [
        ...(mark?.labels ?? []),
        ...(row !== undefined && options.axisOf && bare
          ? endLabels(row, options.axisOf(row.line), options)
          : []),
      ],
    };
  };
  return {
    lines: rows.map(({ line }) => line),
    axisOf: (index) => axisAt(rows[index]?.line),
    scene,
    cursor,
  };
}

/** Names stand inside the plot, the numbers of rows without one beside it: there the marks stand above them. */
function markPlace(
  baseline: number,
  { plot, named, axisOf, bare = false }: StackOptions,
): MarkPlace {
  if (named) return { plot, baseline, y: baseline - ABOVE_NAME };
  const edgeY = baseline - (axisOf && !bare ? ABOVE_END : ABOVE_BASELINE);
  return { plot, baseline, y: baseline - ABOVE_BASELINE, edgeY, beside: true, bare };
}

function zeroRules(
  axis: ValueAxis,
  baseline: number,
  { plot, lift, palette }: StackOptions,
): Rule[] {
  if (axis.low >= 0 || axis.high <= 0) return [];
  return [upright(xScale(axis, plot)(0), baseline - lift / 2, baseline, palette.rule)];
}

/** The ends of a row's own axis, beside the plot or, without room there, below the row. */
function endLabels(
  { baseline }: StackRow,
  axis: ValueAxis,
  { plot, palette, bare }: StackOptions,
): Label[] {
  const ticks = [axis.low, axis.high];
  const unit = axis.kind === "sigma" ? " σ" : "";
  const [low = "", high = ""] = ticks.map((end) => formatBeside(end, axis.high - axis.low) + unit);
  if (bare) {
    return [
      label(plot.left, baseline + 8, low, palette.ink),
      label(plot.right, baseline + 8, high, palette.ink, "right"),
    ].map((one) => ({ ...one, halo: palette.ground }));
  }
  return [
    label(plot.left - 6, baseline - 4, low, palette.faint, "right"),
    label(plot.right + 6, baseline - 4, high, palette.faint),
  ];
}

function nameLabel({ line, baseline }: StackRow, { plot, palette }: StackOptions): Label {
  return {
    ...label(plot.left + 2, baseline - 8, line.name, palette.ink),
    strong: true,
    halo: palette.ground,
  };
}

const MARGIN = { left: 10, top: 6, right: 12, bottom: 22 };

/** The same parameter in several runs at one step, one below the other, on axes of the chart's own. */
export function runsChart(
  lines: readonly Line[],
  references: readonly (Reference | null)[],
  options: Scaling & { step: number | null },
): Chart {
  const { size, axis, palette, overlap } = options;
  const isFirst = lines.some(({ row }) => row > 0);
  const reference = references.find((one) => one !== null);
  const outlines = legend(MARGIN.left, LEGEND_HEIGHT / 2, { isFirst, reference }, palette);
  const above = outlines.labels.length > 0 ? LEGEND_HEIGHT : 0;
  const plot = within(size, { ...MARGIN, top: MARGIN.top + above });
  const height = plot.bottom - plot.top;
  const reach = overlap * STACK_OVERLAP;
  const spacing = height / (lines.length - 1 + reach);
  const lift = lines.length < 2 ? height * 0.8 : spacing * reach;
  const rows = lines.map(
    (line, i): StackRow => ({
      line,
      baseline: plot.bottom - (lines.length - 1 - i) * spacing,
      ghost: true,
      reference: references[i] ?? null,
    }),
  );
  const chart = stack(rows, { ...options, plot, lift, named: true });
  const values = valueAxis(axis, plot, palette);
  return {
    ...chart,
    scene: {
      ...chart.scene,
      rules: [...values.rules, ...chart.scene.rules, ...outlines.rules],
      labels: [...values.labels, ...chart.scene.labels, ...outlines.labels],
    },
  };
}

/** The lines of several series at a step, in their order. */
export function linesAt(
  series: readonly { series: Line["series"]; tint: Line["tint"]; name: string }[],
  step: number | null,
): Line[] {
  return series.map(({ series: one, tint, name }) => ({
    series: one,
    row: rowAtStep(one, step),
    tint,
    name,
  }));
}
