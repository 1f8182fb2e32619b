from __future__ import annotations

from pathlib import Path

from tests.conftest import load, run

KERAS_TAGS = [
    f"sequential/{layer}/{parameter}/histogram"
    for layer in ("dense", "dense_1", "dense_2")
    for parameter in ("kernel", "bias")
]


def test_the_tutorial_as_it_is_logs_a_graph_and_no_weights(
    keras_logdir_without_histograms: Path,
) -> None:
    multiplexer = load(keras_logdir_without_histograms)
    assert not multiplexer.PluginRunToTagToContent("histograms")
    assert "train" in multiplexer.PluginRunToTagToContent("graph_keras_model")


def test_the_tutorial_with_histograms_logs_three_layers_in_order(keras_logdir: Path) -> None:
    multiplexer = load(keras_logdir)
    assert list(multiplexer.PluginRunToTagToContent("histograms")["train"]) == KERAS_TAGS
    for tag in KERAS_TAGS:
        assert [event.step for event in multiplexer.Tensors("train", tag)] == [0, 1, 2, 3, 4]


def test_the_tutorial_records_more_with_one_line(tmp_path: Path) -> None:
    run("examples/keras_tutorial.py", "--record", "--logdir", tmp_path)
    multiplexer = load(tmp_path)
    tags = multiplexer.PluginRunToTagToContent("histograms")["train"]
    assert list(tags)[:6] == KERAS_TAGS
    assert {*tags} == {*KERAS_TAGS, *(f"updates/{tag}" for tag in KERAS_TAGS)}
    # 43 batches of 32 in each of the five epochs.
    assert [event.step for event in multiplexer.Tensors("train", KERAS_TAGS[0])] == [
        *range(0, 211, 10), 215,
    ]  # fmt: skip
    assert "epoch_loss" in multiplexer.PluginRunToTagToContent("scalars")["train"]


def test_the_pytorch_example_logs_weights_and_gradients(torch_logdir: Path) -> None:
    multiplexer = load(torch_logdir)
    tags = multiplexer.PluginRunToTagToContent("histograms")["."]
    weights = [tag for tag in tags if not tag.startswith("gradients/")]
    assert weights[:4] == ["conv1.weight", "conv1.bias", "norm1.weight", "norm1.bias"]
    assert set(tags) == {*weights, *(f"gradients/{tag}" for tag in weights)}
    assert [event.step for event in multiplexer.Tensors(".", weights[0])] == list(range(11))
    assert multiplexer.Tensors(".", "gradients/conv1.weight")[0].step == 1


def test_the_pytorch_example_records_more_with_one_line(tmp_path: Path) -> None:
    run("examples/pytorch.py", "--watch", "--epochs", "2", "--logdir", tmp_path)
    multiplexer = load(tmp_path)
    tags = multiplexer.PluginRunToTagToContent("histograms")["."]
    assert {"gradients/conv1.weight", "updates/conv1.weight", "activations/norm1.output"} <= {*tags}
    assert [event.step for event in multiplexer.Tensors(".", "conv1.weight")] == [0, 29, 58]
    assert [event.step for event in multiplexer.Tensors(".", "loss")] == [1, 2]
