"""Layer Weights for TensorBoard: how the weights of every layer are distributed."""

from __future__ import annotations

__version__ = "0.1.0"
