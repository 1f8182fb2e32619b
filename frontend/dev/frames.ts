/** How long frames take: the scripts of each, and from one to the next while the steps play. */

export interface Frames {
  /** Milliseconds, newest last. */
  scripts: number[];
  gaps: number[];
}

/** Of so many frames the times are kept. */
const KEPT = 600;

/** The value below which a share of the values lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function inWords({ scripts, gaps }: Frames): string {
  const times = (values: readonly number[]) =>
    [0.5, 0.95, 1].map((share) => quantile(values, share).toFixed(1)).join(" · ");
  return [
    "milliseconds: median · 95 % · most",
    `script a frame: ${times(scripts)}`,
    `frame to frame: ${gaps.length > 0 ? times(gaps) : "play the steps"}`,
  ].join("\n");
}

/** Times all animation frames that are asked for from now on; a new film begins a new count. */
export function watchFrames(isPlaying: () => boolean): Frames {
  const frames: Frames = { scripts: [], gaps: [] };
  const keep = (values: number[], value: number) => {
    values.push(value);
    if (values.length > KEPT) values.shift();
  };
  let before: number | null = null;
  let film = false;
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (job) =>
    ask((now) => {
      const playing = isPlaying();
      if (playing && !film) {
        frames.scripts.length = 0;
        frames.gaps.length = 0;
        before = null;
      }
      film = playing;
      if (playing && before !== null && now > before) keep(frames.gaps, now - before);
      before = playing ? now : null;
      const begun = performance.now();
      job(now);
      keep(frames.scripts, performance.now() - begun);
    });
  return frames;
}
