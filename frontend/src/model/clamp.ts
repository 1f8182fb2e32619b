/** The number within bounds that is nearest to a number; where the bounds cross, the upper one. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
