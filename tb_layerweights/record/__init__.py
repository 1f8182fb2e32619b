"""Records how the weights of a model are distributed, for TensorBoard and its Layer Weights tab."""

from __future__ import annotations
