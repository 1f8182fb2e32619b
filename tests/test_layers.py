from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_layerweights.keras_graph import layer_kinds
from tb_layerweights.layers import Outline, outline
from tb_layerweights.names import ROLES, is_collided, name_tags
from tb_layerweights.series import Listed
from tests.logdirs import keras_config

NAMES = {
    # Keras 3.14 and later
    "sequential/dense/kernel/histogram": ("sequential/dense", "kernel", "weight"),
    "enc/bias/histogram": ("enc", "bias", "weight"),
    "inner/a/kernel/histogram": ("inner/a", "kernel", "weight"),
    "lstm/lstm_cell/recurrent_kernel/histogram": ("lstm/lstm_cell", "recurrent_kernel", "weight"),
    "multi_head_attention/query/kernel/histogram": (
        "multi_head_attention/query",
        "kernel",
        "weight",
    ),
    "bn/gamma/histogram": ("bn", "gamma", "weight"),
    "bn/moving_mean/histogram": ("bn", "moving_mean", "statistic"),
    "bn/moving_variance/histogram": ("bn", "moving_variance", "statistic"),
    "my_layer/queries/histogram": ("my_layer", "queries", "weight"),
    # Keras 2
    "dense/kernel_0/histogram": ("dense", "kernel", "weight"),
    "dense/kernel_0": ("dense", "kernel", "weight"),
    "bn/moving_variance_0/histogram": ("bn", "moving_variance", "statistic"),
    # Keras 3.0 to 3.13
    "kernel/histogram": ("kernel", "kernel", "weight"),
    # torch
    "fc1.weight": ("fc1", "weight", "weight"),
    "layer1.0.conv1.weight": ("layer1.0.conv1", "weight", "weight"),
    "bn1.running_mean": ("bn1", "running_mean", "statistic"),
    "bn1.num_batches_tracked": ("bn1", "num_batches_tracked", "statistic"),
    "self_attn.in_proj_weight": ("self_attn", "in_proj_weight", "weight"),
    "self_attn.out_proj.bias": ("self_attn.out_proj", "bias", "weight"),
    "lstm.weight_ih_l0": ("lstm", "weight_ih_l0", "weight"),
    "lstm.bias_hh_l1_reverse": ("lstm", "bias_hh_l1_reverse", "weight"),
    "0.weight": ("0", "weight", "weight"),
    "weight": ("weight", "weight", "weight"),
    # people's own prefixes and suffixes
    "weights/fc1.weight": ("fc1", "weight", "weight"),
    "params/dense/kernel": ("dense", "kernel", "weight"),
    "parameters/conv1": ("conv1", "conv1", "weight"),
    "gradients/conv1": ("conv1", "conv1", "gradient"),
    "grad/fc1.weight": ("fc1", "weight", "gradient"),
    "Gradients/fc1/bias": ("fc1", "bias", "gradient"),
    "activations/encoder/block1": ("encoder", "block1", "activation"),
    "updates/fc1.weight": ("fc1", "weight", "update"),
    "optimizer/fc1.weight": ("fc1", "weight", "optimizer"),
    "weights/bn1.running_var": ("bn1", "running_var", "statistic"),
    "fc1.weight.grad": ("fc1", "weight", "gradient"),
    "fc1.weight/grad": ("fc1", "weight", "gradient"),
    "fc1.weight_grad": ("fc1", "weight", "gradient"),
    "fc1/weight_grad": ("fc1", "weight", "gradient"),
    "fc1.weight.exp_avg": ("fc1", "weight.exp_avg", "optimizer"),
    # wandb.watch
    "gradients/graph_1fc1.weight": ("fc1", "weight", "gradient"),
    "parameters/graph_10.weight": ("0", "weight", "weight"),
    # TF1
    "layer1/weights/summaries/histogram": ("layer1", "weights", "weight"),
    "layer1/biases/summaries/histogram": ("layer1", "biases", "weight"),
    "layer1/activations": ("layer1", "activations", "activation"),
    "layer1/Wx_plus_b/pre_activations": ("layer1/Wx_plus_b", "pre_activations", "activation"),
    # flat
    "conv1_weight": ("conv1", "weight", "weight"),
    "bn1_running_mean": ("bn1", "running_mean", "statistic"),
    "block/conv1_bias": ("block/conv1", "bias", "weight"),
    "lstm_weight_ih_l0": ("lstm", "weight_ih_l0", "weight"),
    # anything else appears as itself
    "loss landscape": ("loss landscape", "loss landscape", "other"),
    "a/b/c": ("a/b", "c", "other"),
    "": ("", "", "other"),
    "/": ("/", "/", "other"),
    "trailing/": ("trailing/", "trailing/", "other"),
    "gradients/": ("gradients/", "gradients/", "other"),
    "__proto__": ("__proto__", "__proto__", "other"),
}


@pytest.mark.parametrize(("tag", "expected"), NAMES.items())
def test_a_tag_says_its_layer_parameter_and_role(tag: str, expected: tuple[str, ...]) -> None:
    name = name_tags([tag])[tag]
    assert (name.layer, name.parameter, name.role) == expected


def test_an_unknown_parameter_among_known_weights_of_a_torch_module_is_a_weight() -> None:
    tags = ["vit.pos_table", "vit.blocks.0.attn.weight", "stats.entropy"]
    names = name_tags(tags)
    assert names["vit.pos_table"].role == "weight"
    assert names["stats.entropy"].role == "other"


def test_tags_that_would_have_the_same_name_are_told_apart_by_the_whole_tag() -> None:
    names = name_tags(["dense/kernel_0", "dense/kernel", "dense/kernel/histogram"])
    assert {name.parameter for name in names.values()} == set(names)
    assert {name.layer for name in names.values()} == {"dense"}


def test_tags_of_keras_3_0_to_3_13_are_recognised() -> None:
    assert is_collided("kernel/histogram")
    assert is_collided("moving_mean/histogram")
    assert not is_collided("dense/kernel/histogram")
    assert not is_collided("kernel")
    assert not is_collided("latent/histogram")


PARTS = st.sampled_from(
    ["dense", "kernel", "kernel_0", "weight", "grad", "gradients", "histogram", "", "a", "0"]
)
TAGS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.tuples(st.lists(PARTS, min_size=1, max_size=4), st.sampled_from("/._")).map(
            lambda drawn: drawn[1].join(drawn[0])
        ),
    ),
    unique=True,
    max_size=12,
)


@given(TAGS)
def test_no_two_tags_share_a_name(tags: list[str]) -> None:
    names = name_tags(tags)
    assert list(names) == tags
    assert len({(name.layer, name.parameter, name.role) for name in names.values()}) == len(tags)
    assert all(name.role in ROLES for name in names.values())


@given(TAGS, st.data())
def test_every_tag_is_in_the_outline_once_whatever_the_order_of_the_listing(
    tags: list[str], data: st.DataObject
) -> None:
    times = st.sampled_from([1.0, 2.0, 3.0, math.inf, math.nan])
    listed = [Listed(tag, data.draw(st.integers(0, 2)), data.draw(times)) for tag in tags]
    plan = outline(listed)
    assert sorted(one.tag for layer in plan.layers for one in layer.parameters) == sorted(tags)
    assert len({layer.layer for layer in plan.layers}) == len(plan.layers)
    assert outline(data.draw(st.permutations(listed))) == plan


def layers(plan: Outline) -> list[str]:
    return [layer.layer for layer in plan.layers]


def written(tags: list[str], step: int = 5, start: float = 100.0) -> list[Listed]:
    return [Listed(tag, step, start + index) for index, tag in enumerate(tags)]


NETWORK = ["stem.weight", "b10.weight", "b2.weight", "b2.bias", "fc.weight", "fc.bias"]


def test_layers_are_in_the_order_of_writing_not_of_their_names() -> None:
    listed = written(NETWORK)
    random.Random(0).shuffle(listed)
    assert layers(outline(listed)) == ["stem", "b10", "b2", "fc"]
    assert not outline(listed).by_name


def test_gradients_written_at_other_steps_don_t_change_the_order() -> None:
    gradients = [f"{tag}.grad" for tag in reversed(NETWORK)]
    plan = outline([*written(NETWORK), *written(gradients, step=4)])
    assert layers(plan) == ["stem", "b10", "b2", "fc"]
    assert [(one.parameter, one.role) for one in plan.layers[2].parameters] == [
        ("weight", "weight"),
        ("bias", "weight"),
        ("bias", "gradient"),
        ("weight", "gradient"),
    ]


def test_gradients_written_first_don_t_change_the_order() -> None:
    gradients = [f"{tag}.grad" for tag in reversed(NETWORK)]
    assert layers(outline(written([*gradients, *NETWORK]))) == ["stem", "b10", "b2", "fc"]


def test_a_layer_only_others_know_comes_behind_the_one_it_followed() -> None:
    frozen = written(["ahead.weight", "b10.bias", "frozen.weight"], step=1)
    plan = outline([*written(NETWORK), *frozen])
    assert layers(plan) == ["stem", "ahead", "b10", "frozen", "b2", "fc"]


def test_series_that_share_no_layer_with_the_others_come_last() -> None:
    plan = outline([*written(NETWORK), *written(["z.weight", "a.weight"], step=1)])
    assert layers(plan) == ["stem", "b10", "b2", "fc", "z", "a"]


@pytest.mark.parametrize("known", range(len(NETWORK) + 1))
def test_a_step_that_is_being_written_doesn_t_change_the_order(known: int) -> None:
    before, now = written(NETWORK, step=5, start=100.0), written(NETWORK, step=6, start=200.0)
    plan = outline([*now[:known], *before[known:]])
    assert layers(plan) == ["stem", "b10", "b2", "fc"]
    assert not plan.by_name


@pytest.mark.parametrize("wall_time", [1.0, math.nan, math.inf])
def test_without_telling_wall_times_the_order_is_natural(wall_time: float) -> None:
    plan = outline([Listed(tag, 5, wall_time) for tag in NETWORK])
    assert plan.by_name
    assert layers(plan) == ["b2", "b10", "fc", "stem"]


def test_without_telling_wall_times_the_keras_graph_gives_the_order() -> None:
    kinds = {"z": "Dense", "inner": "Functional", "a": "Dense"}
    tags = ["model/a/kernel/histogram", "model/z/kernel/histogram", "model/b/kernel/histogram"]
    plan = outline([Listed(tag, 5, 1.0) for tag in tags], kinds)
    assert layers(plan) == ["model/z", "model/a", "model/b"]
    assert [layer.kind for layer in plan.layers] == ["Dense", "Dense", None]


def test_one_series_alone_is_in_order() -> None:
    assert not outline(written(["fc.weight"])).by_name
    assert outline([]).layers == ()


def test_kinds_come_from_the_graph_with_nested_and_wrapped_layers() -> None:
    inner = {"class_name": "Functional", "config": {"name": "inner", "layers": [
        {"class_name": "Conv2D", "config": {"name": "conv"}}]}}  # fmt: skip
    wrapped = {"class_name": "TimeDistributed", "config": {"name": "each", "layer": {
        "class_name": "Dense", "config": {"name": "dense"}}}}  # fmt: skip
    config = {"class_name": "Functional", "config": {"name": "net", "layers": [inner, wrapped]}}
    assert layer_kinds(config) == {
        "inner": "Functional",
        "conv": "Conv2D",
        "each": "TimeDistributed",
        "dense": "Dense",
    }


def test_kinds_match_the_innermost_part_of_a_path_that_the_graph_knows() -> None:
    tags = ["sequential/batch_normalization/gamma/histogram", "dense/x/kernel/histogram"]
    plan = outline(written(tags), layer_kinds(keras_config()))
    assert [layer.kind for layer in plan.layers] == ["BatchNormalization", "Dense"]


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["config", "layers", "layer", "name", "class_name"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_garbage_in_place_of_a_graph_gives_no_error(config: object) -> None:
    assert isinstance(layer_kinds(config), dict)
