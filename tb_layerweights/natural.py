"""Natural order: `layer2` before `layer10`."""

from __future__ import annotations

import re

_DIGITS = re.compile("([0-9]+)")

Key = tuple[tuple[tuple[int, str], ...], str]


def natural_key(text: str) -> Key:
    """Returns a key that sorts runs of digits by value; no two texts have the same key."""
    parts = _DIGITS.split(text)
    # Numbers as (length, digits): int() refuses more digits than a log may well contain.
    numbers = (digits.lstrip("0") for digits in parts[1::2])
    key = [(-1, part) for part in parts]
    key[1::2] = [(len(number), number) for number in numbers]
    return tuple(key), text
