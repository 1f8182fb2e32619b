import type { Bounded } from "./format";

/** What the server tells of one series in numbers, each with what is certain of it. */

export type Quality = "exact" | "bound" | "estimated";

/** A best guess within bounds that hold for certain; `null` where one is not known or there is no such number. */
export interface Quantity extends Bounded {
  quality: Quality;
}

export interface Histogram {
  run: string;
  tag: string;
  step: number;
  wall_time: number | null;
  buckets: [number, number, number][];
  count: Quantity;
  non_finite: Quantity;
  moments: Record<string, Quantity>;
  quantiles: (Quantity & { q: number })[];
}

export type Column = (number | null)[];

/** The numbers of one series, step by step. */
export interface Numbers {
  count: Column;
  mean: Column;
  std: Column;
  rms: Column;
  min: Column;
  max: Column;
  near_zero: Column;
  kurtosis: Column;
  max_sigma: Column;
  distance_first: Column;
  distance_previous: Column;
  update_ratio: Column;
  non_finite: Column;
  quantiles: Record<string, Column>;
}

export interface Statistics extends Numbers {
  tag: string;
  step: number[];
  wall_time: Column;
  low: Numbers;
  high: Numbers;
  quality: Record<keyof Numbers, Quality>;
}
