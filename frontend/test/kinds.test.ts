import { expect, test } from "vitest";
import { kindOf } from "../src/model/kinds";
import { layerRow } from "./worlds";

function kindsOf(...row: Parameters<typeof layerRow>): string[] {
  const layer = layerRow(...row);
  return layer.parameters.map((parameter) => kindOf(parameter, layer));
}

test("weights and biases are told apart", () => {
  expect(kindsOf("dense", ["kernel", "bias"])).toEqual(["weight", "bias"]);
  expect(kindsOf("lstm", ["weight_ih_l0", "bias_ih_l0", "bias_hh_l0_reverse"])).toEqual([
    "weight",
    "bias",
    "bias",
  ]);
  expect(kindsOf("attn", ["in_proj_weight", "in_proj_bias", "bias_k"])).toEqual([
    "weight",
    "bias",
    "bias",
  ]);
  expect(kindsOf("swin", ["relative_position_bias_table", "lora_B", "b"])).toEqual([
    "weight",
    "weight",
    "bias",
  ]);
});

test.each([
  "bn1",
  "layer1.0.bn2",
  "norm",
  "encoder/3/norm2",
  "transformer.h.0.ln_1",
  "ln_f",
  "layer_norm",
  "input_layernorm",
  "post_attention_layernorm",
  "q_norm",
  "sequential/batch_normalization_3",
  "LayerNorm_0",
  "BatchNorm2d",
])("%s is a normalisation by its name", (layer) => {
  expect(kindsOf(layer, ["weight", "bias"])).toEqual(["norm", "norm"]);
});

test.each(["normal", "abnormal_head", "conv1", "dense_1", "bnorth", "weight_norm", "lnear"])(
  "%s is none",
  (layer) => {
    expect(kindsOf(layer, ["weight", "bias"])).toEqual(["weight", "bias"]);
  },
);

test("a normalisation is known by its statistics, its class and its parameters", () => {
  const torch = kindsOf("layer1.0.downsample.1", ["weight", "bias", "running_mean statistic"]);
  expect(torch).toEqual(["norm", "norm", "statistic"]);
  expect(kindsOf("prenet", ["scale"], "RMSNormalization")).toEqual(["norm"]);
  expect(kindsOf("prenet", ["gamma", "beta"])).toEqual(["norm", "norm"]);
});

test("other roles are kinds of their own, whatever the layer", () => {
  const roles = ["weight gradient", "bias update", "weight optimizer", "output activation"];
  expect(kindsOf("bn1", [...roles, "x other"])).toEqual([
    "gradient",
    "update",
    "optimizer",
    "activation",
    "other",
  ]);
});
