/** Colours as `#rrggbb` and in CIELAB under D50, as CSS has it, where equal steps look equally large. */

export interface Lab {
  l: number;
  a: number;
  b: number;
}

/** Red, green and blue from 0 to 1, or X, Y and Z as parts of the white's. */
type Parts = readonly number[];

/** From linear red, green and blue to X, Y and Z, and back: Bradford's adaptation from D65 to D50, the white of which is 1. */
const TO_XYZ: readonly Parts[] = [
  [0.4522117, 0.3994122, 0.1483761],
  [0.2224932, 0.7168871, 0.0606198],
  [0.0168753, 0.1176594, 0.8654652],
];
const FROM_XYZ: readonly Parts[] = [
  [3.0222338, -1.6173863, -0.4048474],
  [-0.9438483, 1.9162546, 0.0275938],
  [0.0693863, -0.2289768, 1.1595905],
];
/** The CIE's constants: below 8 / KAPPA, lightness is linear. */
const KAPPA = 24389 / 27;

function partsOf(hex: string): Parts {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

/** The nearest colour that a screen can show. */
function hexOf(rgb: Parts): string {
  const parts = rgb.map((part) => Math.round(255 * Math.min(1, Math.max(0, part))));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function times(matrix: readonly Parts[], parts: Parts): Parts {
  return matrix.map((row) => row.reduce((sum, one, i) => sum + one * (parts[i] ?? 0), 0));
}

export function labOf(hex: string): Lab {
  const linear = partsOf(hex).map((part) =>
    part > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92,
  );
  const [x = 0, y = 0, z = 0] = times(TO_XYZ, linear).map((part) =>
    part > 8 / KAPPA ? Math.cbrt(part) : (KAPPA * part + 16) / 116,
  );
  return { l: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z) };
}

export function hexOfLab(l: number, a: number, b: number): string {
  const y = (l + 16) / 116;
  const xyz = [y + a / 500, y, y - b / 200].map((part) =>
    part ** 3 > 8 / KAPPA ? part ** 3 : (116 * part - 16) / KAPPA,
  );
  return hexOf(
    times(FROM_XYZ, xyz).map((part) =>
      part > 0.0031308 ? 1.055 * part ** (1 / 2.4) - 0.055 : 12.92 * part,
    ),
  );
}

/** What is seen where `front` covers `back` but for a share. */
export function mixed(front: string, back: string, share: number): string {
  const behind = partsOf(back);
  return hexOf(partsOf(front).map((part, i) => part + ((behind[i] ?? 0) - part) * share));
}
