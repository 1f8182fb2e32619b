import { rowAtStep } from "../model/series";
import { stepLabel } from "../model/time";
import { lineCurve, outlined } from "./curve";
import { curveNames } from "./curvenames";
import { densityLabels, valueAxis } from "./frame";
import { legend, placeMark, strongLabel } from "./labels";
import { mostOffScale, offScaleMarks } from "./offscale";
import {
  LEGEND_HEIGHT,
  nonFiniteBand,
  type Reference,
  referenceCurve,
  type Scaling,
  type StepsOptions,
} from "./ridgeline";
import {
  type Box,
  type Chart,
  type Cursor,
  type Curve,
  emptyScene,
  type Line,
  type Scene,
  within,
} from "./scene";

const MARGIN = { left: 44, top: 18, right: 12, bottom: 22 };
/** Left of the step, whose number may be long. */
const LEGEND_OFFSET = 124;
/** Below the marks of what lies off the scale. */
const NAMES_TOP = 14;
/** The alpha of the fill, in hexadecimal: the curves behind stay visible through it. */
const VEIL = "4d";
const FADED = "80";
/** Of the ground around the marked step, which sets it off from others that lie close. */
const CASING = 5;

type Outlines = Parameters<typeof legend>[2];

/** Curves on one baseline with a density axis: what every kind of overlay has. */
function base(lines: readonly Line[], options: Scaling, outlines: Outlines) {
  const { axis, palette, size, heights } = options;
  const above = outlines.reference ? LEGEND_HEIGHT : 0;
  const plot = within(size, { ...MARGIN, top: MARGIN.top + above });
  const peak = heights === "ridge" ? 0 : options.peak;
  const drawn = { axis, plot, peak, lift: plot.bottom - plot.top, fit: false };
  const curve = (index: number): Curve => ({
    ...lineCurve(index, lines[index] as Line, plot.bottom, drawn),
    fill: null,
  });
  const values = valueAxis(axis, plot, palette);
  const captionY = MARGIN.top - 10;
  const legends = outlines.reference
    ? legend(plot.left, captionY + LEGEND_HEIGHT, outlines, palette)
    : legend(plot.right - LEGEND_OFFSET, captionY, outlines, palette);
  const scene: Scene = {
    ...emptyScene(plot),
    rules: [...values.rules, ...legends.rules],
    curves: lines.map((_, index) => curve(index)),
    labels: [...values.labels, ...densityLabels(drawn, 3, captionY, palette), ...legends.labels],
  };
  return { scene, curve, drawn, plot, captionY };
}

/** Off-scale marks of a curve: at its foot where it stops, else at the top, where few curves are. */
const placeIn = (plot: Box, edgeY: number) => ({
  plot,
  baseline: plot.bottom,
  y: plot.bottom - 9,
  edgeY,
});

/** All steps of a series as curves on one baseline; the marked step filled, the first one dashed. */
export function stepsOverlay(lines: readonly Line[], options: StepsOptions): Chart {
  const { axis, palette, reference } = options;
  const outlines = { isFirst: lines.length > 1, reference };
  const { scene, curve, drawn, plot, captionY } = base(lines, options, outlines);
  // At half strength, so that the marked step stands out among late ones, which are as dark.
  scene.curves = scene.curves.map((one) => ({ ...one, color: `${one.color}${FADED}` }));
  const strongest = lines.at(-1)?.tint.line ?? palette.ink;
  const cursor = ({ step, at }: Cursor): Scene => {
    const series = lines[0]?.series;
    if (series === undefined) return emptyScene(plot);
    const row = rowAtStep(series, step);
    const current = { ...curve(row), color: strongest, fill: `${strongest}${VEIL}`, width: 2 };
    const mark = placeMark(at, axis, plot, palette);
    const beyond = offScaleMarks({ series, row }, axis, placeIn(plot, plot.top + 8), palette);
    return {
      ...emptyScene(plot),
      rules: [...mark.rules, ...beyond.rules],
      curves: [
        { ...current, color: palette.ground, width: CASING, fill: null },
        current,
        ...(row > 0 ? [outlined(curve(0), palette.ink)] : []),
        ...(reference === null ? [] : [referenceCurve(reference, step, plot.bottom, drawn)]),
      ],
      hatches: nonFiniteBand({ series, row }, plot.bottom, plot, palette, 6),
      labels: [
        strongLabel(
          plot.right,
          captionY,
          `${options.time === "step" ? "step " : ""}${stepLabel(series, row, options.time)}`,
          palette,
          "right",
        ),
        ...beyond.labels,
        ...mark.labels,
      ],
    };
  };
  return { lines, axisOf: () => axis, scene, cursor };
}

export interface OverlayOptions extends Scaling {
  step: number | null;
  reference: Reference | null;
  /** What a line that is pointed at is held against, where not all are held against one. */
  referenceOf?: (line: Line) => Reference | null;
  /** How many of the curves carry their names. */
  names: number;
}

/** Curves of different series at one step: the runs of a parameter, or the parameters of a network. */
export function overlay(lines: readonly Line[], options: OverlayOptions): Chart {
  const { axis, palette, reference, step } = options;
  const outlines = { isFirst: false, reference };
  const { scene, curve, drawn, plot, captionY } = base(lines, options, outlines);
  const width = lines.length > 8 ? 1 : 1.5;
  // The baseline run is no outline among the others, but still has its dashes.
  const isBaseline = ({ line }: Curve) => lines[line]?.series === reference?.series;
  scene.curves = scene.curves.map((one) =>
    isBaseline(one) ? { ...one, width, dash: "baseline" } : { ...one, width },
  );
  if (reference !== null && !scene.curves.some(isBaseline))
    scene.curves.push(referenceCurve(reference, step, plot.bottom, drawn));
  if (lines.length <= options.names) {
    const below = { ...plot, top: plot.top + NAMES_TOP };
    const names = curveNames(scene.curves, lines, below, palette, options.measure);
    scene.rules.push(...names.rules);
    scene.labels.push(...names.labels);
  }
  scene.labels.push(...mostOffScale(lines, axis, plot, palette));
  const broken = lines.find(({ series, row }) => series.nonFinite[row] === 1);
  if (broken) scene.hatches.push(...nonFiniteBand(broken, plot.bottom, plot, palette, 6));
  const cursor = ({ at, line }: Cursor): Scene => {
    const mark = placeMark(at, axis, plot, palette);
    const marked = line === null ? undefined : lines[line];
    if (line === null || marked === undefined) {
      return { ...emptyScene(plot), ...mark };
    }
    const { line: color } = marked.tint;
    const other = options.referenceOf?.(marked) ?? null;
    const legends = legend(plot.left, captionY, { isFirst: false, reference: other }, palette);
    const beyond = offScaleMarks(marked, axis, placeIn(plot, plot.top + 22), palette);
    return {
      ...emptyScene(plot),
      rules: [...mark.rules, ...beyond.rules, ...legends.rules],
      curves: [
        { ...curve(line), fill: `${color}${VEIL}`, width: 2.5 },
        ...(other === null ? [] : [referenceCurve(other, step, plot.bottom, drawn)]),
      ],
      labels: [...beyond.labels, ...mark.labels, ...legends.labels],
    };
  };
  return { lines, axisOf: () => axis, scene, cursor };
}
