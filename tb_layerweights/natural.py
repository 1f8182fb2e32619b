"""Natural order: `layer2` before `layer10`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_DIGITS = re.compile("([0-9]+)")

# Longer parts of a path are worked out anew each time.
LONG = 64

# Lists of so many runs are remembered in order.
KNOWN = 16

Key = tuple[tuple[tuple[tuple[int, str], ...], ...], str]


def natural_key(text: str) -> Key:
    """Returns a key that sorts paths by their parts, and runs of digits in them by value.

    No two texts have the same key.
    """
    parts = text.split("/")
    return tuple(_known_key(part) if len(part) < LONG else _part_key(part) for part in parts), text


def in_natural_order(texts: Iterable[str]) -> Sequence[str]:
    """Returns texts sorted by `natural_key`. Those of a run are the same at every question."""
    return _known_order(tuple(sorted(texts)))


@lru_cache(maxsize=KNOWN)
def _known_order(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=natural_key))


def _part_key(part: str) -> tuple[tuple[int, str], ...]:
    pieces = _DIGITS.split(part)
    # Numbers as (length, digits): int() refuses more digits than a log may well contain.
    numbers = (digits.lstrip("0") for digits in pieces[1::2])
    key = [(-1, piece) for piece in pieces]
    key[1::2] = [(len(number), number) for number in numbers]
    return tuple(key)


# The names of layers come again and again.
_known_key = lru_cache(maxsize=1 << 15)(_part_key)
