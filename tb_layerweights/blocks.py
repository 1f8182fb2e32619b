"""Things that are worked on a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_blocks(items: Iterable[T], size: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """Yields items in lists of such a size together or just more; the last has the rest, if any.

    Args:
      items: each asked for once.
      size: of one of them.
      most: what a list may reach.
    """
    some: list[T] = []
    held = 0
    for item in items:
        some.append(item)
        held += size(item)
        if held >= most:
            yield some
            some, held = [], 0
    yield some
