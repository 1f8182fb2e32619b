"""Tensors that claim far more numbers than they hold, which TensorBoard would make up."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

# A single number may stand for all of a tensor: as many as a histogram of 4096 buckets has.
MOST_NUMBERS = 3 * 4096


class BombError(Exception):
    """Whoever made arrays of these tensors would fill the memory."""


def refuse_bombs(tensors: Iterable[Any]) -> None:
    """Looks through `TensorProto`s before arrays are made of them.

    Raises:
      BombError: one of them is small and would become large.
    """
    for tensor in tensors:
        # What has its bytes can't become more than they are.
        if tensor.tensor_content:
            continue
        claimed = math.prod(dim.size for dim in tensor.tensor_shape.dim)
        if claimed > MOST_NUMBERS and claimed > _held(tensor):
            raise BombError(f"A record of it claims to hold {claimed:,} numbers and doesn't.")


def _held(tensor: Any) -> int:
    fields = (
        field for descriptor, field in tensor.ListFields() if descriptor.name.endswith("_val")
    )
    return max((len(field) for field in fields), default=0)
