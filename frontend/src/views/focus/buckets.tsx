import { useMemo } from "preact/hooks";
import { behindBuckets } from "../../model/exact";
import type { Histogram } from "../../model/logged";
import { fullTitle, parameterTitle } from "../../model/names";
import type { Series } from "../../model/series";
import { paintScene } from "../../paint/paint";
import type { Drawing } from "../../paint/sheet";
import { bucketsMarks, bucketsScene, bucketsWords } from "../../plans/buckets";
import type { Size } from "../../scene/scene";
import { Painting } from "../charts/chart";
import { pointer } from "../charts/pointer";
import { px } from "../px";
import { SaveMenu } from "../save/save";
import { ALONE } from "../save/savechart";

/** The buckets at the scrubber's step, no two of them joined by a curve. */
export function Buckets(props: { series: Series; histogram: Histogram | null; size: Size }) {
  const { series, histogram, size } = props;
  const { width, height } = size;
  const picture = useMemo(() => ({ width, height }), [width, height]);
  const scene = useMemo(
    () => () => histogram && bucketsScene(series, histogram, picture),
    [series, histogram, picture],
  );
  const marks = useMemo(
    () => () => bucketsMarks(series, pointer.value?.at ?? null, picture),
    [series, picture],
  );
  const text = histogram === null ? "Buckets as logged" : bucketsWords(histogram);
  return (
    <section aria-label={text}>
      <header>
        <h3>{text}</h3>
        {histogram !== null && <SaveBuckets series={series} histogram={histogram} />}
      </header>
      <div class="bars" role="img" aria-label={text} style={px({ width, height })}>
        <Painting size={picture} scene={scene} />
        <Painting size={picture} scene={marks} />
      </div>
    </section>
  );
}

/** Takes the buckets away exactly as they were logged. */
function SaveBuckets({ series, histogram }: { series: Series; histogram: Histogram }) {
  const { run, layer } = series;
  const title = fullTitle(series);
  const words = bucketsWords(histogram);
  const drawing: Drawing = {
    title: `${title} · ${run}`,
    subtitle: words,
    name: `${title}, run ${run}: ${words}`,
    size: ALONE,
    paint: (on) => paintScene(on, bucketsScene(series, histogram, ALONE)),
  };
  return (
    <SaveMenu
      name={`buckets of ${title}, run ${run}`}
      file={() => [run, layer, parameterTitle(series), "buckets", `step ${histogram.step}`]}
      charts={() => [drawing]}
      line="bucket"
      behind={() => behindBuckets(series, histogram)}
    />
  );
}
