import { drawing } from "../chosen";
import { rowAtStep, type Series } from "../model/series";
import { chartName, chartNameOf, summary } from "../model/words";
import { movedShare, movedWords } from "../scene/compare";
import { kinOf, seriesByParameter, step } from "../state";
import { axisFor, comparedLines } from "./chart";

/** Charts in words. */

/** What the chart of a parameter is called; begins with the layer and the parameter. */
export function nameOf(key: string, run: string | null, finer: Series | null = null): string {
  const { kind, rows } = drawing.value;
  if (kind === "compare") return chartNameOf(comparedLines(key) ?? [], "A and B on one baseline");
  const words = kind === "overlay" ? "overlay" : "ridgeline";
  if (rows === "runs") {
    const lines = kinOf(key).map((series) => ({ series, row: rowAtStep(series, step.value) }));
    return chartNameOf(lines, `${words} of ${lines.length} runs`);
  }
  const series = finer ?? (run === null ? undefined : seriesByParameter.value.get(key)?.get(run));
  return series === undefined ? "" : chartName(series, rowAtStep(series, step.value), words);
}

/** The chart in a sentence. */
export function summaryOf(key: string, run: string | null): string {
  if (drawing.value.kind === "compare") {
    const lines = comparedLines(key);
    if (lines === null) return "only one of A and B has this parameter";
    const [a, b] = lines;
    const series = [a.series, b.series];
    return movedWords(movedShare(a, b, axisFor(series, key)));
  }
  const series = kinOf(key).find((one) => one.run === run);
  return series === undefined ? "" : summary(series, rowAtStep(series, step.value));
}
