"""What a recorder says to people: its warning, its report, and what it takes for a step."""

from __future__ import annotations

import operator
import sys
import warnings
from dataclasses import dataclass
from types import FrameType
from typing import Any

_LAST_STEP = 2**63 - 1
# What may stand between us and the person whose line it is.
_BETWEEN = (str(__package__), "contextlib", "torch.")


class RecordWarning(UserWarning):
    """Something could not be recorded; the training goes on."""


def warn(text: str) -> None:
    """Warns at the line outside this package that led here, which is the person's own."""
    level = 1
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals["__name__"].startswith(_BETWEEN):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, RecordWarning, stacklevel=level)


@dataclass(slots=True)
class Report:
    """What recording has cost so far."""

    records: int = 0
    histograms: int = 0
    values: int = 0
    seconds: float = 0.0
    bytes: int = 0

    def __str__(self) -> str:
        return (
            f"{self.records} records of {self.histograms} histograms, {self.values:,} values: "
            f"{self.seconds:.2f} s, {self.bytes / 1e6:.1f} MB"
        )


def checked_step(step: Any) -> int:
    """Returns a step as a whole number.

    Raises:
      TypeError: it is no whole number.
      ValueError: it is negative, or larger than TensorBoard can hold.
    """
    if isinstance(step, bool):
        raise TypeError("step must be a whole number, not a truth value")
    try:
        whole = operator.index(step)
    except TypeError:
        raise TypeError(f"step must be a whole number, not {type(step).__name__}") from None
    if not 0 <= whole <= _LAST_STEP:
        raise ValueError(f"step must be from 0 to 2**63 - 1, not {whole}")
    return whole
