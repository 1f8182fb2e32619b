from __future__ import annotations

import pytest

from tb_layerweights.collided import take_apart
from tb_layerweights.keras_graph import KerasLayer, layers

DENSE = ["kernel", "bias"]
NORM = ["gamma", "beta", "moving_mean", "moving_variance"]


def tags(*weights: str) -> list[str]:
    return [f"{weight}/histogram" for weight in weights]


def layer(name: str, kind: str, **settings: object) -> KerasLayer:
    return KerasLayer(name, kind, settings)


def named(written: list[str], graph: list[KerasLayer]) -> list[tuple[str, str]]:
    parts, by_graph = take_apart(tags(*written), graph)
    assert by_graph
    return [(part.name.layer, part.name.parameter) for part in parts]


def test_the_graph_names_the_layers() -> None:
    graph = [
        layer("input", "InputLayer"),
        layer("conv", "Conv2D", use_bias=False),
        layer("norm", "BatchNormalization", scale=True, center=True),
        layer("relu", "ReLU"),
        layer("head", "Dense", use_bias=True),
    ]
    assert named(["kernel", *NORM, *DENSE], graph) == [
        ("conv", "kernel"),
        *[("norm", weight) for weight in NORM],
        ("head", "kernel"),
        ("head", "bias"),
    ]


def test_the_parts_of_a_tag_are_counted_from_one() -> None:
    parts, _ = take_apart(tags(*DENSE, "kernel", *DENSE), [])
    assert [part.key for part in parts] == [
        "kernel/histogram#1", "bias/histogram#1", "kernel/histogram#2",
        "kernel/histogram#3", "bias/histogram#2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "sizes"),
    [
        ([*DENSE, *DENSE, *DENSE], [2, 2, 2]),
        (["kernel", "kernel", "bias"], [1, 2]),
        ([*DENSE, *NORM, "kernel", *NORM[1:]], [2, 4, 1, 3]),
        (["embeddings", "kernel", "recurrent_kernel", "bias", *DENSE], [1, 3, 2]),
        (["depthwise_kernel", "pointwise_kernel", "bias", *DENSE], [3, 2]),
        (["mine", "yours", "mine", "yours"], [2, 2]),
    ],
)
def test_without_a_graph_layers_are_numbered(written: list[str], sizes: list[int]) -> None:
    parts, by_graph = take_apart(tags(*written), [])
    assert not by_graph
    expected = [f"layer {place}" for place, size in enumerate(sizes, 1) for _ in range(size)]
    assert [part.name.layer for part in parts] == expected
    assert [part.kind for part in parts] == [None] * len(written)


def test_a_graph_that_does_not_fit_names_nothing() -> None:
    for graph in (
        [layer("a", "Dense")],
        [layer("a", "Dense"), layer("b", "Dense"), layer("c", "Dense")],
        [layer("a", "Dense", use_bias=False), layer("b", "Dense")],
        [layer("a", "Mine"), layer("b", "Yours")],
        [layer("a", "Mine"), layer("b", "Dense"), layer("c", "Yours")],
    ):
        parts, by_graph = take_apart(tags(*DENSE, *DENSE), graph)
        assert not by_graph
        assert [part.name.layer for part in parts] == ["layer 1"] * 2 + ["layer 2"] * 2


def test_a_layer_of_an_unknown_class_takes_what_the_known_ones_leave() -> None:
    graph = [layer("a", "Dense"), layer("mine", "Mine"), layer("b", "Dense")]
    found = named([*DENSE, "scale", "shift", *DENSE], graph)
    assert found[2:4] == [("mine", "scale"), ("mine", "shift")]
    assert named([*DENSE, *DENSE], graph)[-1] == ("b", "bias")
    graph = [layer("a", "Dense"), layer("mine", "Mine")]
    assert named([*DENSE, "scale"], graph)[-1] == ("mine", "scale")


def test_weights_of_one_name_in_one_layer_are_told_apart() -> None:
    graph = [layer("attention", "MultiHeadAttention"), layer("head", "Dense")]
    found = named([*DENSE * 4, *DENSE], graph)
    assert found[:3] == [
        ("attention", "kernel_1"),
        ("attention", "bias_1"),
        ("attention", "kernel_2"),
    ]
    assert found[-1] == ("head", "bias")
    assert len(set(found)) == 10


def test_the_graph_of_nested_models_is_read_to_its_leaves() -> None:
    dense = {"class_name": "Dense", "config": {"name": "dense"}}
    inner = {"class_name": "Sequential", "config": {"name": "inner", "layers": [dense]}}
    config = {"class_name": "Functional", "config": {"name": "outer", "layers": [dense, inner]}}
    assert [one.name for one in layers(config)] == ["dense", "inner/dense"]


@pytest.mark.parametrize("config", [None, 3, {}, {"config": {"layers": [1, {"config": 2}, {}]}}])
def test_garbage_in_the_graph_is_passed_over(config: object) -> None:
    assert layers(config) == []
