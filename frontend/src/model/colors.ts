import { hexOfLab, labOf, mixed } from "./lab";

export type Theme = "light" | "dark";

/** Colours of the page that painters need; the style sheet has the same values. */
export interface Palette {
  ground: string;
  ink: string;
  faint: string;
  rule: string;
  alarm: string;
  /** Where there is more and where there is less of something: told apart with any colour vision. */
  more: string;
  less: string;
}

export const PALETTES: Record<Theme, Palette> = {
  light: {
    ground: "#ffffff",
    ink: "#212121",
    faint: "#5f6368",
    rule: "#dadce0",
    alarm: "#c5221f",
    more: "#2166ac",
    less: "#b35806",
  },
  dark: {
    ground: "#303030",
    ink: "#f1f3f4",
    faint: "#bdc1c6",
    rule: "#5f6368",
    alarm: "#ff8a80",
    more: "#7ab8f5",
    less: "#f4a259",
  },
};

/** TensorBoard's own run colours (tensorboard/webapp/util/colors.ts), so that a run looks the same in every tab. */
const RUN_COLORS = [
  { light: "#425066", dark: "#8e98a3" },
  { light: "#12b5cb", dark: "#12b5cb" },
  { light: "#e52592", dark: "#e52592" },
  { light: "#f9ab00", dark: "#f9ab00" },
  { light: "#9334e6", dark: "#9334e6" },
  { light: "#7cb342", dark: "#7cb342" },
  { light: "#e8710a", dark: "#e8710a" },
] as const;

/** The colour TensorBoard gives the run that stands at `index` in its list of runs. */
export function runColor(index: number, theme: Theme): string {
  const color = RUN_COLORS[Math.max(0, index) % RUN_COLORS.length];
  return (color ?? RUN_COLORS[0])[theme];
}

export interface Tint {
  line: string;
  fill: string;
}

/** Lightness in CIELAB of the oldest and the newest line, and how much of the ground a fill takes. */
const RAMPS = {
  light: { oldest: 80, newest: 36, veilOldest: 0.82, veilNewest: 0.42 },
  dark: { oldest: 42, newest: 86, veilOldest: 0.86, veilNewest: 0.5 },
} as const;

/** The strongest colours of runs are paled, as ramps of them leave what screens show. */
const MOST_CHROMA = 70;

/**
 * The line and the fill for each of `count` steps of a run, oldest first: the run's hue, lightness in
 * even steps of CIELAB, the newest furthest from the ground. Fills are opaque, so that a ridge hides the one behind.
 */
export function stepTints(color: string, count: number, theme: Theme): Tint[] {
  const ramp = RAMPS[theme];
  const { ground } = PALETTES[theme];
  const { a, b } = labOf(color);
  const chroma = Math.min(1, MOST_CHROMA / Math.hypot(a, b));
  return Array.from({ length: count }, (_, i) => {
    const t = count < 2 ? 1 : i / (count - 1);
    const lightness = ramp.oldest + (ramp.newest - ramp.oldest) * t;
    const part = chroma * (0.45 + 0.55 * t);
    const line = hexOfLab(lightness, part * a, part * b);
    return {
      line,
      fill: mixed(line, ground, ramp.veilOldest + (ramp.veilNewest - ramp.veilOldest) * t),
    };
  });
}
