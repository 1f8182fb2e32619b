import {
  formatCount,
  formatGuess,
  formatQuantile,
  formatShare,
  formatTime,
  formatValue,
  formatWithin,
} from "../../model/format";
import type { Histogram, Quantity } from "../../model/logged";
import { offScale } from "../../model/mass";
import { rowAtStep, type Series } from "../../model/series";
import { axisFor } from "../../plans/chart";
import { keyOf } from "../../state";

interface Word {
  term: string;
  meaning?: string;
}

const WORDS = new Map<string, Word>([
  ["mean", { term: "mean" }],
  ["std", { term: "spread (std)" }],
  ["rms", { term: "root mean square" }],
  ["min", { term: "smallest" }],
  ["max", { term: "largest" }],
  [
    "near_zero",
    { term: "near zero", meaning: "No further from zero than 1 % of the root mean square" },
  ],
  [
    "kurtosis",
    {
      term: "kurtosis",
      meaning: "How heavy the tails are: 3 for a normal distribution, more with far outliers",
    },
  ],
  [
    "max_sigma",
    {
      term: "farthest, in spreads",
      meaning: "The largest distance of a value to the mean, in standard deviations",
    },
  ],
]);

interface Line extends Word {
  quantity: Quantity;
  format: (value: number) => string;
}

/** The numbers of one histogram: those that the log tells exactly, and those it only tells to lie within bounds. */
export function Numbers({ series, histogram }: { series: Series; histogram: Histogram }) {
  const row = rowAtStep(series, histogram.step);
  const lines: Line[] = [
    { term: "values", quantity: histogram.count, format: formatCount },
    ...Object.entries(histogram.moments).map(([name, quantity]) => ({
      ...(WORDS.get(name) ?? { term: name }),
      quantity,
      format: name === "near_zero" ? formatShare : formatValue,
    })),
    ...histogram.quantiles.map((quantity) => ({
      term: quantity.q === 0.5 ? "median" : `${formatQuantile(quantity.q)} lie below`,
      quantity,
      format: formatValue,
    })),
  ];
  const { below, above } = offScale(series, row, axisFor([series], keyOf(series.run, series)));
  return (
    <>
      <table>
        <caption>
          Step {formatCount(histogram.step)}
          <small>{formatTime(histogram.wall_time ?? Number.NaN)}</small>
        </caption>
        <tbody>
          {lines.map((line) => (
            <NumberRow key={line.term} {...line} />
          ))}
          <NonFinite quantity={histogram.non_finite} />
          <tr>
            <th scope="row">off the scale</th>
            <td>{below + above > 0 ? formatGuess(formatShare(below + above)) : formatShare(0)}</td>
          </tr>
        </tbody>
      </table>
      <p class="legend">
        ≈ is a best guess: the log tells how many values lie in a bucket, not where in it. The true
        number is certain to lie between the two below it.
      </p>
    </>
  );
}

function NumberRow({ term, meaning, quantity, format }: Line) {
  const { text, between, detail } = formatWithin(quantity, format);
  return (
    <tr>
      <th scope="row" title={meaning}>
        {term}
      </th>
      <td title={detail}>
        {text}
        {between !== "" && <small>{between}</small>}
      </td>
    </tr>
  );
}

function NonFinite({ quantity }: { quantity: Quantity }) {
  const value = quantity.value ?? 0;
  const isExact = quantity.quality === "exact";
  const most = isExact ? "" : "The log does not tell how many: who wrote or read it may lose them.";
  const seen = isExact ? formatCount(value) : `at least ${formatCount(value)}`;
  return (
    <tr class={value > 0 ? "alarm" : undefined}>
      <th scope="row">NaN or ∞</th>
      <td title={most || undefined}>{value > 0 || isExact ? seen : "none seen"}</td>
    </tr>
  );
}
