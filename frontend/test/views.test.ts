import { expect, test } from "vitest";
import {
  axisOf,
  evenAxis,
  layersAxis,
  padded,
  sharedAxis,
  sigmaAxis,
  standardised,
  type ValueAxis,
  valueTicks,
} from "../src/model/axis";

import { centralRange, offScale, sharesBelow } from "../src/model/mass";
import type { Series } from "../src/model/series";

import { formatDuration, stepLabel } from "../src/model/time";
import { areaPeak, chartAxis } from "../src/scene/chart";
import { compare, heightsAt, movedShare } from "../src/scene/compare";
import { lineCurve, rowPeak } from "../src/scene/curve";
import { glide, hasGrown } from "../src/scene/glide";
import { overlay, stepsOverlay } from "../src/scene/overlay";
import { ridgeline, terrain } from "../src/scene/ridgeline";
import { placeAt } from "../src/scene/scale";
import { linesAt, runsChart, stack } from "../src/scene/stack";
import { columnsIn, rowsInSight, tall } from "../src/scene/tall";
import { trendChart } from "../src/scene/trend";
import { bells, optionsOf, seeded, size, stepLines, styleOf } from "./worlds";

const tint = styleOf(bells(1)).tints[0] ?? { line: "#000000", fill: "#ffffff" };
const line = (row: number, series = bells(5)) => ({ series, row, tint, name: series.run });
const nowhere = { step: null, at: null, line: null };

test("the share below a value grows from one end of the grid to the other and adds up to one", () => {
  const series = bells(3, {
    below: Float32Array.of(0, 0.1, 0),
    above: Float32Array.of(0, 0.2, 0),
  });
  series.peaks[1] = (series.peaks[1] ?? 0) * 0.7;
  const shares = [-2, -1, -0.5, 0, 0.31, 1, 2].map((value) => sharesBelow(series, 1)(value));
  expect(shares[0]).toBeCloseTo(0.1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(0.8, 1);
  expect(sharesBelow(bells(3), 2)(0)).toBeCloseTo(0.5, 2);
});

test("what a narrower axis leaves out is stated as off the scale", () => {
  const series = bells(3);
  const whole = offScale(series, 2, axisOf(series.grid));
  expect(whole).toEqual({ below: 0, above: 0 });
  const { below, above } = offScale(series, 2, evenAxis(-0.3, 0.6, "linear"));
  expect(below).toBeCloseTo(0.159, 2);
  expect(above).toBeCloseTo(0.023, 2);
});

test("in standard deviations rows of any spread are the same curve", () => {
  const stds = Float32Array.of(0.1, 0.2, 0.3);
  const series = bells(3, { std: stds, mean: Float32Array.of(0, 0, 0) });
  const axis = sigmaAxis([series], false);
  const plot = { left: 0, top: 0, right: 200, bottom: 100 };
  const drawn = { axis, plot, peak: 0.4, lift: 50, fit: false };
  const xs = Float32Array.of(60, 80, 100, 120, 140);
  const [first, last] = [0, 2].map((row) =>
    heightsAt(lineCurve(0, line(row, series), 99, drawn), xs),
  );
  // Bins of a third of a spread make the top of the narrow curve 1 % flatter.
  for (let i = 0; i < xs.length; i++)
    expect((first?.[i] ?? 0) / (last?.[i] ?? 1)).toBeCloseTo(1, 1);
  expect(rowPeak(series, 0, axis)).toBeCloseTo(0.4, 1);
  expect(rowPeak(series, 2, axis)).toBeCloseTo(0.4, 1);
});

test("a row without spread still has a place in standard deviations", () => {
  const series = bells(2, {
    std: Float32Array.of(0, Number.NaN),
    mean: Float32Array.of(0, Number.NaN),
  });
  for (const row of [0, 1]) {
    const { mean, factor } = standardised(series, row);
    expect(Number.isFinite(mean) && Number.isFinite(factor)).toBe(true);
  }
});

test("all values in standard deviations reach as far as the farthest, within reason", () => {
  const reach = (max: number) =>
    sigmaAxis([bells(1, { max: Float32Array.of(max), std: Float32Array.of(0.1) })], true).high;
  expect(reach(2)).toBeCloseTo(20, 3);
  expect(reach(1e6)).toBe(40);
});

test("one axis for all layers is not stretched by a tenth of them", () => {
  const { grid } = bells(1);
  const grids = Array.from({ length: 20 }, (_, i) => ({ ...grid, high: i === 7 ? 1000 : 1 }));
  expect(layersAxis(grids).high).toBe(1);
  expect(layersAxis(grids.slice(5, 9)).high).toBe(1000);
});

test("values chosen by hand are those of the axis, whatever else is chosen", () => {
  const series = bells(3);
  for (const axis of ["linear", "sigma"] as const) {
    for (const scale of ["runs", "own", "layers"] as const) {
      const options = {
        axis,
        scale,
        range: "full",
        window: [-0.25, 0.5] as [number, number],
      } as const;
      const { low, high } = chartAxis([series], [series], axisOf(series.grid), options);
      expect([low, high]).toEqual([-0.25, 0.5]);
    }
  }
});

test("equal shares have equal areas in charts of any axis", () => {
  const areas = [bells(3), bells(3, { grid: { ...bells(1).grid, low: -4, high: 4 } })].map(
    (series) => {
      const axis = padded(sharedAxis([series.grid]));
      series.peaks.fill(((series.peaks[0] ?? 1) * 2) / (series.grid.high - series.grid.low));
      const options = optionsOf(series, { axis, heights: "area", peak: areaPeak(axis) });
      const curve = ridgeline(stepLines(series), options).scene.curves[0];
      const { xs, ys, baseline } = curve ?? { xs: [0], ys: [0], baseline: 0 };
      return [...ys].reduce(
        (sum, y, i) => sum + (baseline - y) * ((xs[i + 1] ?? 0) - (xs[i] ?? 0) || 0),
        0,
      );
    },
  );
  expect((areas[0] ?? 0) / (areas[1] ?? 1)).toBeCloseTo(1, 1);
});

test("the runs of a parameter stand one below the other under their names, with their first steps", () => {
  const runs = ["a", "b", "c"].map((run) => bells(5, { run }));
  const lines = linesAt(
    runs.map((series) => ({ series, tint, name: series.run })),
    40,
  );
  const chart = runsChart(lines, [null, null, null], {
    ...optionsOf(runs[0] ?? bells(1)),
    step: 40,
  });
  const own = chart.scene.curves.filter((one) => one.line >= 0);
  expect(own.map((one) => one.line)).toEqual([0, 1, 2]);
  const baselines = own.map(({ baseline }) => baseline);
  expect(baselines).toEqual([...baselines].sort((a, b) => a - b));
  expect(chart.scene.curves.filter(({ dash }) => dash === true)).toHaveLength(3);
  const names = chart.scene.labels.filter(({ strong }) => strong).map(({ text }) => text);
  expect(names).toEqual(["a", "b", "c"]);
});

test("a baseline run is outlined behind the others", () => {
  const series = bells(5);
  const reference = { series: bells(5, { run: "base" }), color: "#123456" };
  const outlines = ridgeline(stepLines(series), optionsOf(series, { reference }))
    .cursor(nowhere)
    .curves.filter(({ color }) => color === "#123456");
  expect(outlines.map(({ dash, fill }) => [dash, fill])).toEqual([["baseline", null]]);
});

test("every chart with a baseline run says so, outside the plot", () => {
  const series = bells(5);
  const reference = { series: bells(5, { run: "base" }), color: "#123456" };
  const options = { ...optionsOf(series, { reference }), step: null, names: 4 };
  const charts = [
    ridgeline(stepLines(series), options),
    stepsOverlay(stepLines(series), options),
    overlay([line(4, series)], options),
    runsChart([line(4, series)], [reference], options),
  ];
  for (const { scene } of charts) {
    const name = scene.labels.find(({ text }) => text === "baseline base");
    expect(name?.y).toBeLessThan(scene.clip.top - 5);
    const piece = scene.rules.find(({ dash }) => dash === "baseline");
    expect([piece?.y1, piece?.color]).toEqual([name?.y, "#123456"]);
  }
});

test("in an overlay the baseline run's own curve is dashed, and drawn once", () => {
  const [one, base] = ["one", "base"].map((run) => bells(5, { run })) as [Series, Series];
  const reference = { series: base, color: "#123456" };
  const options = { ...optionsOf(one, { reference }), step: null, names: 4 };
  const { curves } = overlay([line(4, one), line(4, base)], options).scene;
  expect(curves.map(({ dash }) => dash)).toEqual([false, "baseline"]);
});

test("rows with axes of their own have their ends written at them", () => {
  const series = bells(3, { above: Float32Array.of(0, 0, 0.02) });
  const rows = [{ line: line(2, series), baseline: 90, ghost: false, reference: null }];
  const plot = { left: 0, top: 0, right: 300, bottom: 100 };
  const options = { ...optionsOf(series), plot, lift: 40, step: null, named: false };
  const chart = stack(rows, { ...options, axisOf: () => axisOf(series.grid) });
  expect(chart.scene.labels.map(({ text }) => text)).toEqual(["\u22121.0", "1.0", "2% \u25b8"]);
  expect(chart.scene.labels.every(({ x }) => x < plot.left || x > plot.right)).toBe(true);
});

test("rows without room beside them have their ends written where they are pointed at alone", () => {
  const series = bells(3, { above: Float32Array.of(0, 0, 0.02) });
  const rows = [{ line: line(2, series), baseline: 90, ghost: false, reference: null }];
  const plot = { left: 14, top: 0, right: 126, bottom: 100 };
  const options = { ...optionsOf(series), plot, lift: 40, step: null, named: false, bare: true };
  const chart = stack(rows, { ...options, axisOf: () => axisOf(series.grid) });
  expect(chart.scene.labels.map(({ text }) => text)).toEqual(["\u25b8"]);
  const texts = (line: number | null) =>
    chart.cursor({ ...nowhere, line }).labels.map(({ text }) => text);
  expect(texts(null)).toEqual([]);
  expect(texts(0)).toEqual(["\u22121.0", "1.0"]);
});

test("columns of runs share the width, and are scrolled sideways rather than drawn too narrow", () => {
  const wide = columnsIn(1000, 200, 2);
  expect([wide.names, wide.column, wide.leftOf(1), wide.whole]).toEqual([216, 384, 616, 1000]);
  const narrow = columnsIn(600, 400, 5);
  expect([narrow.names, narrow.column]).toEqual([180, 140]);
  expect(narrow.whole).toBe(180 + 5 * 140 + 4 * 16);
});

test("of a thousand rows those in sight are drawn, and they lie where they are scrolled to", () => {
  const place = tall(1000, 600, 1.4);
  expect(place.height).toBeGreaterThan(1000 * place.spacing);
  const [from, to] = rowsInSight(place, 1000, 13_000, 600);
  expect(to - from).toBeLessThan(600 / place.spacing + 5);
  expect(place.baselineOf(from)).toBeGreaterThan(13_000 - 2 * place.spacing);
  expect(place.baselineOf(to - 1)).toBeGreaterThanOrEqual(13_600);
  expect(rowsInSight(place, 1000, 0, 600)[0]).toBe(0);
  expect(rowsInSight(place, 1000, place.height - 600, 600)[1]).toBe(1000);
});

test("rows are higher where the plots are wide, as long as many stay in sight", () => {
  expect(tall(200, 1900, 1.4, 420).spacing).toBe(30);
  expect(tall(200, 1900, 1.4, 3000).spacing).toBeCloseTo(1900 / 28);
  expect(tall(200, 600, 1.4, 3000).spacing).toBe(26);
});

test("few rows share the height of the window", () => {
  const place = tall(6, 600, 1.4);
  expect(place.height).toBeLessThanOrEqual(600);
  expect(place.spacing).toBeGreaterThan(40);
});

test("curves of different series carry their names, unless they are too many", () => {
  const lines = ["a", "b"].map((run) => line(2, bells(3, { run })));
  const options = { ...optionsOf(bells(3)), step: null, reference: null };
  const texts = (names: number) =>
    overlay(lines, { ...options, names }).scene.labels.map(({ text }) => text);
  expect(texts(4)).toEqual(expect.arrayContaining(["a", "b"]));
  expect(texts(1)).not.toContain("a");
});

test("names of curves hide no curve and one another neither", () => {
  const lines = ["a", "learning-rate-too-high", "c"].map((run, i) => line(i, bells(3, { run })));
  const options = { ...optionsOf(bells(3)), step: null, reference: null, names: 4 };
  const { curves, labels } = overlay(lines, options).scene;
  const names = labels.filter(({ strong }) => strong);
  expect(names).toHaveLength(3);
  for (const { x, y, text, align, ground } of names) {
    const [from, to] = align === "left" ? [x, x + 6 * text.length] : [x - 6 * text.length, x];
    for (const { xs, ys } of curves) {
      const under = [...ys].filter((_, i) => (xs[i] ?? 0) > from && (xs[i] ?? 0) < to);
      expect(Math.min(...under)).toBeGreaterThanOrEqual(y + 6);
    }
    expect(ground).toBeNull();
  }
  const ys = names.map(({ y, align }) => `${y} ${align}`);
  expect(new Set(ys).size).toBe(3);
});

test("two equal distributions differ nowhere, two apart everywhere", () => {
  const series = bells(3);
  const options = optionsOf(series);
  expect(movedShare(line(2, series), line(2, series), options.axis)).toBe(0);
  const apart = bells(3);
  const options2 = optionsOf(series, { axis: evenAxis(-1, 1, "linear") });
  apart.density.fill(0);
  apart.below.fill(1);
  expect(movedShare(line(0, series), line(0, apart), options2.axis)).toBeCloseTo(1, 1);
});

test("the share that lies elsewhere is half the area between two curves", () => {
  const series = bells(3);
  // Normal distributions of spreads 0.1 and 0.3 cross at 0.1 * sqrt(9 ln 9 / 8): 0.486 of the mass.
  const share = movedShare(line(0, series), line(2, series), optionsOf(series).axis);
  expect(share).toBeCloseTo(0.486, 2);
});

test("above the line of the difference there is more in B, below it less", () => {
  const series = bells(3);
  const { bands, labels } = compare(line(0, series), line(2, series), optionsOf(series)).scene;
  const [more, less] = bands;
  const zero = more?.lows[0] ?? 0;
  expect(Math.min(...(more?.highs ?? []))).toBeLessThan(zero);
  expect(Math.max(...(less?.highs ?? []))).toBeGreaterThan(zero);
  const middle = Math.floor((less?.xs.length ?? 0) / 2);
  expect(less?.highs[middle]).toBeGreaterThan(zero);
  expect(labels.map(({ text }) => text)).toEqual(
    expect.arrayContaining(["B \u2212 A", "more in B", "fewer in B"]),
  );
});

test("no difference is at one height in all charts, and its scale is a round multiple", () => {
  const options = optionsOf(bells(3));
  const spike = bells(3);
  spike.peaks[2] = 40;
  const charts = [
    compare(line(0), line(2), options),
    compare(line(2), line(0), options),
    compare(line(1), line(2, spike), options),
  ];
  const zeros = charts.map(({ scene }) => scene.bands[0]?.lows[0]);
  expect(new Set(zeros).size).toBe(1);
  for (const { scene } of charts) {
    const scale = scene.labels.find(({ text }) => text.startsWith("\u00d7"))?.text ?? "\u00d7 1";
    expect(scale).toMatch(/^\u00d7 [125]0*$|^\u00d7 0\.0*[125]$/);
    const [more, less] = scene.bands;
    expect(Math.min(...(more?.highs ?? []))).toBeGreaterThan(scene.clip.top + 100);
    expect(Math.max(...(less?.highs ?? []))).toBeLessThanOrEqual(scene.clip.bottom);
  }
});

test("numbers over steps leave gaps where there are none", () => {
  const chart = trendChart(
    {
      at: Float64Array.of(0, 10, 20, 30, 40),
      lines: [{ values: [1, 2, Number.NaN, 4, 5], strong: true }],
      bands: [{ low: [0, 1, Number.NaN, 3, 4], high: [2, 3, Number.NaN, 5, 6] }],
      guides: [],
    },
    {
      size,
      palette: optionsOf(bells(1)).palette,
      tint,
      isWhole: true,
      labelOf: String,
      format: String,
    },
  );
  expect(chart.scene.curves.map(({ from, to }) => [from, to])).toEqual([
    [0, 2],
    [3, 5],
  ]);
  expect(chart.scene.bands.map(({ xs }) => xs.length)).toEqual([2, 2]);
  const place = chart.cursor(3).rules[0]?.x1 ?? 0;
  expect(chart.indexAt(place + 1)).toBe(3);
});

test.each([
  [true, ["0", "1", "2"]],
  [false, ["0", "0.5", "1", "1.5", "2"]],
])("between two steps stands no tick, between two moments one may", (isWhole, texts) => {
  const at = Float64Array.of(0, 1, 2);
  const trend = { at, lines: [{ values: [1, 1, 1], strong: true }], bands: [], guides: [] };
  const { palette } = optionsOf(bells(1));
  const options = { size: { width: 600, height: 172 }, palette, tint, format: () => "" };
  const { scene } = trendChart(trend, { ...options, isWhole, labelOf: String });
  expect(scene.labels.map(({ text }) => text).filter(Boolean)).toEqual(texts);
});

test("steps are called by number, by time since the first, or by the moment", () => {
  const series = bells(3, { wallTimes: Float64Array.of(1e9, 1e9 + 90, 1e9 + 7200) });
  expect(stepLabel(series, 1, "step")).toBe("10");
  expect(stepLabel(series, 1, "relative")).toBe("90 s");
  expect(stepLabel(series, 2, "relative")).toBe("2 h");
  expect(stepLabel(series, 2, "wall")).toMatch(/^\d\d:\d\d$/);
  const moments = (...wallTimes: number[]) => {
    const one = bells(wallTimes.length, { wallTimes: Float64Array.from(wallTimes) });
    return wallTimes.map((_, row) => stepLabel(one, row, "wall"));
  };
  expect(moments(1e9, 1e9 + 20)[0]).toMatch(/^\d\d:\d\d:40$/);
  expect(moments(1e9, 1e9 + 0.2, 1e9 + 0.4).map((text) => text.slice(-4))).toEqual([
    "40.0",
    "40.2",
    "40.4",
  ]);
  for (const gap of [0.2, 20, 600, 9 * 3600, 90_000]) {
    const texts = moments(1e9, 1e9 + gap, 1e9 + 2 * gap, 1e9 + 3 * gap);
    expect(new Set(texts).size).toBe(4);
    expect(texts.join("")).not.toMatch(/[AP]M/);
  }
  const timeless = bells(3, { wallTimes: new Float64Array(3).fill(Number.NaN) });
  expect(stepLabel(timeless, 2, "relative")).toBe("20");
  expect(formatDuration(3 * 86400)).toBe("3 d");
});

test("labels of steps have the room that they need", () => {
  const series = bells(5);
  const named = (name: string) => stepLines(series).map((one) => ({ ...one, name }));
  const options = optionsOf(series);
  const right = (name: string) => ridgeline(named(name), options).scene.clip.right;
  expect(right("13:02")).toBe(size.width - 60);
  expect(size.width - right("13:02:47.4")).toBeGreaterThan(8 + 10 * 6.5);
});

test("when a series gains a step its ridges glide to their new places and the new one rises", () => {
  const [before, after] = [bells(4), bells(5)].map((series) =>
    ridgeline(stepLines(series), optionsOf(series)),
  );
  if (before === undefined || after === undefined) throw new Error();
  expect(hasGrown(before, after)).toBe(true);
  expect(hasGrown(after, after)).toBe(false);
  const baselines = (share: number) =>
    glide(before, after, share).curves.map((one) => one.baseline);
  expect(baselines(1)).toEqual(after.scene.curves.map((one) => one.baseline));
  expect(baselines(0).slice(0, 4)).toEqual(before.scene.curves.map((one) => one.baseline));
  const rising = glide(before, after, 0).curves.at(-1);
  expect(new Set(rising?.ys)).toEqual(new Set([Math.fround(rising?.baseline ?? 0)]));
});

test("a row that lies on the axis as a whole has nothing beyond it, whatever its levels round", () => {
  const random = seeded(7);
  for (let trial = 0; trial < 50; trial++) {
    const series = bells(1);
    series.density.forEach((_, bin) => {
      series.density[bin] = bin < 20 || bin > 43 ? 0 : Math.round(255 * random());
    });
    // The peak comes with 12 significant bits.
    const sum = [...series.density].reduce((a, b) => a + b, 0);
    series.peaks[0] = Math.fround((255 / sum) * 32 * (1 + 2e-4 * (random() - 0.5)));
    expect(offScale(series, 0, evenAxis(-0.5, 0.5, "linear"))).toEqual({ below: 0, above: 0 });
  }
});

test("a narrow distribution beside a wide one lies elsewhere almost whole, wherever the axis ends", () => {
  const wide = bells(3, { grid: { ...bells(1).grid, low: -10_000, high: 10_000 } });
  const narrow = bells(3, { run: "b" });
  for (const high of [10_000, 10_313, 12_345]) {
    const share = movedShare(line(0, wide), line(0, narrow), evenAxis(-10_000, high, "linear"));
    expect(share).toBeGreaterThan(0.99);
  }
});

test("the difference is between densities on one scale, whatever heights are chosen", () => {
  const series = bells(3);
  const { labels } = compare(
    line(0, series),
    line(2, series),
    optionsOf(series, { heights: "ridge" }),
  ).scene;
  expect(labels.map(({ text }) => text)).toEqual(
    expect.arrayContaining(["more in B", "fewer in B"]),
  );
});

test("rows with axes of their own tell each its own values", () => {
  const near = bells(1);
  const far = bells(1, { tag: "far", grid: { ...near.grid, low: -100, high: 100 } });
  const rows = [near, far].map((series, i) => ({
    line: line(0, series),
    baseline: 40 + 50 * i,
    ghost: false,
    reference: null,
  }));
  const plot = { left: 0, top: 0, right: 300, bottom: 100 };
  const options = { ...optionsOf(near), plot, lift: 40, step: null, named: false };
  const chart = stack(rows, { ...options, axisOf: ({ series }) => axisOf(series.grid) });
  expect([0, 1].map((i) => placeAt(chart.axisOf(i), plot, 225))).toEqual([0.5, 50]);
});

test("a grid of another kind, whose answer is on its way, leaves the axis as it is", () => {
  const linear = bells(1).grid;
  const symlog = { ...linear, axis: "symlog", threshold: 0.1 } as const;
  for (const grids of [
    [linear, symlog],
    [symlog, linear],
  ]) {
    const axis = sharedAxis(grids);
    expect(axis.kind).toBe(grids[0]?.axis);
    expect([axis.toUnit(-0.5), axis.toUnit(0), axis.toUnit(0.5)].every(Number.isFinite)).toBe(true);
  }
});

test("a curve has the same area on an axis of another kind", () => {
  const series = bells(3);
  const plot = { left: 0, top: 0, right: 400, bottom: 100 };
  const area = (axis: ValueAxis) => {
    const drawn = { axis, plot, peak: 1, lift: 1, fit: false };
    const { xs, ys } = lineCurve(0, line(1, series), 0, drawn);
    const perUnit = 400 / (axis.toUnit(axis.high) - axis.toUnit(axis.low));
    let sum = 0;
    for (let i = 1; i < xs.length; i++) {
      sum -= (((ys[i] ?? 0) + (ys[i - 1] ?? 0)) / 2) * ((xs[i] ?? 0) - (xs[i - 1] ?? 0));
    }
    return sum / perUnit;
  };
  const own = area(axisOf(series.grid));
  expect(area(axisOf({ ...series.grid, axis: "symlog", threshold: 0.05 })) / own).toBeCloseTo(1, 1);
  expect(area(sigmaAxis([series], false)) / own).toBeCloseTo(1, 1);
});

test("equal areas are equal whatever the number of steps", () => {
  const lifts = [2, 5, 51].map((length) => terrain(length, size, 2.5, "area").lift);
  expect(new Set(lifts).size).toBe(1);
});

test("a stretch of less than a decade on a symlog axis has numbers", () => {
  const grid = { ...bells(1).grid, axis: "symlog", threshold: 0.01 } as const;
  for (const [low, high] of [
    [1.1, 1.9],
    [0.11, 0.19],
    [0.03, 0.09],
  ] as const) {
    expect(valueTicks({ ...axisOf(grid), low, high }).length).toBeGreaterThanOrEqual(2);
  }
});

test("what glides is a step of one series, not that of another at the same step", () => {
  const [before, after] = [5, 6].map((length) => {
    const runs = ["a", "b"].map((run) => bells(length, { run }));
    const lines = linesAt(
      runs.map((series) => ({ series, tint, name: series.run })),
      20,
    );
    return runsChart(lines, [null, null], { ...optionsOf(runs[0] ?? bells(1)), step: 20 });
  });
  if (before === undefined || after === undefined) throw new Error();
  const baselines = ({ curves }: { curves: { line: number; baseline: number }[] }) =>
    curves.filter((one) => one.line >= 0).map((one) => one.baseline);
  expect(baselines(glide(before, after, 0.01))).toEqual(baselines(before.scene));
});

test("of a run that is much wider than another the axis they share covers the bulk, unless all is asked for", () => {
  const narrow = bells(3);
  const wide = bells(3, { run: "b", grid: { ...narrow.grid, low: -40, high: 40 } });
  const options = { axis: "linear", scale: "runs", window: null } as const;
  const all = axisOf(narrow.grid);
  const [robust, full] = (["robust", "full"] as const).map((range) =>
    chartAxis([narrow], [narrow, wide], all, { ...options, range }),
  );
  expect(full?.high).toBeCloseTo(41.6);
  expect(robust?.high).toBeLessThan(33);
  const { low, high } = centralRange(wide, 0.01);
  for (const row of [0, 1, 2]) {
    expect(sharesBelow(wide, row)(low)).toBeLessThanOrEqual(0.01);
    expect(sharesBelow(wide, row)(high)).toBeGreaterThanOrEqual(0.99);
  }
});
