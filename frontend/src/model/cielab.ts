/** Colours as `#rrggbb`, and in CIELAB, whose lightness is even to the eye: of the standard illuminant D50. */

export type Triple = [number, number, number];

const WHITE = [0.96422, 1, 0.82521] as const;
const TO_XYZ = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
] as const;
const FROM_XYZ = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const;
/** Below this cube root CIELAB is linear. */
const KNEE = 6 / 29;

const times = (matrix: typeof TO_XYZ | typeof FROM_XYZ, [a, b, c]: Triple) =>
  matrix.map((row) => row[0] * a + row[1] * b + row[2] * c) as Triple;

export function rgbOf(hex: string): Triple {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Triple;
}

/** Channels from 0 to 255; what lies outside stands at the nearer end. */
export function hexOf(rgb: Triple): string {
  const bytes = rgb.map((one) => Math.min(Math.max(Math.round(one), 0), 255));
  return `#${bytes.map((one) => one.toString(16).padStart(2, "0")).join("")}`;
}

export function labOf(hex: string): Triple {
  const light = rgbOf(hex).map((byte) => {
    const one = byte / 255;
    return one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
  }) as Triple;
  const [x, y, z] = times(TO_XYZ, light).map((one, i) => {
    const share = one / (WHITE[i] ?? 1);
    return share > KNEE ** 3 ? Math.cbrt(share) : share / (3 * KNEE ** 2) + 4 / 29;
  }) as Triple;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

export function fromLab([lightness, a, b]: Triple): string {
  const y = (lightness + 16) / 116;
  const xyz = [y + a / 500, y, y - b / 200].map((one, i) => {
    return (WHITE[i] ?? 1) * (one > KNEE ? one ** 3 : 3 * KNEE ** 2 * (one - 4 / 29));
  }) as Triple;
  const light = times(FROM_XYZ, xyz).map(
    (one) => 255 * (one <= 0.0031308 ? 12.92 * one : 1.055 * one ** (1 / 2.4) - 0.055),
  );
  return hexOf(light as Triple);
}

/** What lies a share of the way from one triple to another. */
export function between(from: Triple, to: Triple, share: number): Triple {
  return from.map((one, i) => one + ((to[i] ?? 0) - one) * share) as Triple;
}
