"""The parameters of networks as a training finds them: names, sizes, spreads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

BLOCKS = ((3, 64, 256), (4, 128, 512), (6, 256, 1024), (3, 512, 2048))
# A language model of 83 blocks of 12 parameters has, with its four others, a thousand.
WIDTH, DEPTH, VOCABULARY, CONTEXT = 768, 83, 50257, 1024


class Parameter(NamedTuple):
    """What one tensor holds before the training: normally distributed numbers."""

    name: str
    size: int
    mean: float
    spread: float


def resnet50() -> Iterator[Parameter]:
    """Yields the 161 parameters in network order."""
    yield from _convolution("conv1", "bn1", 3, 64, 7)
    inputs = 64
    for layer, (blocks, width, outputs) in enumerate(BLOCKS, start=1):
        for block in range(blocks):
            prefix = f"layer{layer}.{block}."
            yield from _convolution(f"{prefix}conv1", f"{prefix}bn1", inputs, width, 1)
            yield from _convolution(f"{prefix}conv2", f"{prefix}bn2", width, width, 3)
            yield from _convolution(f"{prefix}conv3", f"{prefix}bn3", width, outputs, 1)
            if block == 0:
                down = f"{prefix}downsample"
                yield from _convolution(f"{down}.0", f"{down}.1", inputs, outputs, 1)
            inputs = outputs
    yield Parameter("fc.weight", 2048 * 1000, 0.0, 2048**-0.5)
    yield Parameter("fc.bias", 1000, 0.0, 2048**-0.5)


def _convolution(name: str, norm: str, inputs: int, outputs: int, side: int) -> Iterator[Parameter]:
    size = outputs * side**2
    yield Parameter(f"{name}.weight", inputs * size, 0.0, (2 / size) ** 0.5)
    yield from _norm(norm, outputs)


def _norm(name: str, width: int) -> Iterator[Parameter]:
    yield Parameter(f"{name}.weight", width, 1.0, 0.1)
    yield Parameter(f"{name}.bias", width, 0.0, 0.1)


def language_model() -> Iterator[Parameter]:
    """Yields 1,000 parameters, named and sized like those of GPT-2."""
    yield Parameter("transformer.wte.weight", VOCABULARY * WIDTH, 0.0, 0.02)
    yield Parameter("transformer.wpe.weight", CONTEXT * WIDTH, 0.0, 0.01)
    for block in range(DEPTH):
        prefix = f"transformer.h.{block}."
        yield from _norm(f"{prefix}ln_1", WIDTH)
        yield from _linear(f"{prefix}attn.c_attn", WIDTH, 3 * WIDTH)
        yield from _linear(f"{prefix}attn.c_proj", WIDTH, WIDTH)
        yield from _norm(f"{prefix}ln_2", WIDTH)
        yield from _linear(f"{prefix}mlp.c_fc", WIDTH, 4 * WIDTH)
        yield from _linear(f"{prefix}mlp.c_proj", 4 * WIDTH, WIDTH)
    yield from _norm("transformer.ln_f", WIDTH)


def _linear(name: str, inputs: int, outputs: int) -> Iterator[Parameter]:
    yield Parameter(f"{name}.weight", inputs * outputs, 0.0, 0.02)
    yield Parameter(f"{name}.bias", outputs, 0.0, 0.02)


def perceptron() -> Iterator[Parameter]:
    """Yields the 12 parameters of six layers in PyTorch."""
    for layer in range(6):
        yield from _linear(f"layers.{layer}", 256, 256)


def dense(layers: int) -> Iterator[Parameter]:
    """Yields a kernel and a bias of each of so many layers, as Keras names them."""
    for layer in range(layers):
        name = f"sequential/dense_{layer}" if layer else "sequential/dense"
        yield Parameter(f"{name}/kernel/histogram", 256 * 256, 0.0, 0.05)
        yield Parameter(f"{name}/bias/histogram", 256, 0.0, 0.05)
