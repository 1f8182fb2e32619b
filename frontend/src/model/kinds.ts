import type { LayerRow } from "./outline";
import type { Parameter } from "./series";

/** In the order in which a person is offered them. */
export const KINDS = [
  "weight",
  "bias",
  "norm",
  "statistic",
  "gradient",
  "update",
  "optimizer",
  "activation",
  "other",
] as const;
/** What a person shows or hides at once: a role, with biases and normalisation apart from other weights. */
export type Kind = (typeof KINDS)[number];

const BIAS = /(^|_)bias(es)?(_(ih|hh)(_l\d+(_reverse)?)?|_[kv])?$|^b$/;
const SCALE_OR_SHIFT = /^(gamma|beta)$/;
/** What only layers keep that normalise by what they have seen. */
const MOVING = /^(moving|running)_(mean|var|variance)$/;
/** `bn1`, `ln_f`, `norm2`, `input_layernorm`, `batch_normalization_3`, `BatchNorm2d`. */
const NORM_NAME = /(^|_)(bn|ln|gn)\d*(_|$)|norm(ali[sz]ation)?(_?\d+d?)?(_|$)/i;
const NO_NORM = /(weight|spectral)_?norm/i;

/** The kind of a parameter of a layer. */
export function kindOf(parameter: Parameter, layer: LayerRow): Kind {
  const { parameter: name, role } = parameter;
  if (role !== "weight") return role;
  if (SCALE_OR_SHIFT.test(name) || normalises(layer)) return "norm";
  return BIAS.test(name) ? "bias" : "weight";
}

/** Whether a layer is a normalisation: by its statistics, by its class, or by the last part of its name. */
function normalises({ layer, kind, parameters }: LayerRow): boolean {
  if (parameters.some(({ parameter }) => MOVING.test(parameter))) return true;
  const names = [kind ?? "", layer.split(/[/.]/).at(-1) ?? ""];
  return names.some((name) => NORM_NAME.test(name) && !NO_NORM.test(name));
}

const KIND_WORDS: Record<Kind, string> = {
  weight: "weights",
  bias: "biases",
  norm: "normalisation",
  statistic: "statistics",
  gradient: "gradients",
  update: "updates",
  optimizer: "optimizer",
  activation: "activations",
  other: "other",
};

/** The kind as a person says it, in the plural. */
export function kindWords(kind: Kind): string {
  return KIND_WORDS[kind];
}
