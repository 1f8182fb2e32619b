"""Series of histograms as they are read, whoever reads them."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, overload

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a series before it is read."""

    tag: str
    last_step: int
    last_wall_time: float


def state_of(listed: Iterable[Listed]) -> str | None:
    """Returns what is another text when these series have changed, None if nothing can tell."""
    digest = hashlib.sha256()
    for one in listed:
        if not math.isfinite(one.last_wall_time):
            return None
        digest.update(repr((one.tag, one.last_step, one.last_wall_time)).encode())
    return digest.hexdigest()


class Totals(NamedTuple):
    """What a `HistogramProto` says of all its values, NaN and infinity among them.

    TensorBoard's loaders drop it: only the event file has it.
    """

    num: float
    sum: float
    sum_squares: float
    min: float
    max: float
    apart: float = 0.0  # how many of `num` are NaN or infinite, and in none of the other numbers


class Record(NamedTuple):
    """One histogram as logged."""

    tensor: NDArray[Any]  # [buckets, 3]: left, right, count
    totals: Totals | None = None


class LazyRecords(Sequence[Record]):
    """Makes a record when it is asked for it, each time anew."""

    def __init__(self, make: Callable[[int], Record], indexes: range) -> None:
        """Keeps its arguments: what makes the record of an index, and which ones there are."""
        self._make = make
        self._indexes = indexes

    def __len__(self) -> int:
        return len(self._indexes)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        if isinstance(index, slice):
            return LazyRecords(self._make, self._indexes[index])
        return self._make(self._indexes[index])


@dataclass(frozen=True, slots=True)
class Series:
    """The records of one (run, tag), steps ascending.

    `records` may be `LazyRecords`.
    """

    tag: str
    steps: tuple[int, ...]
    wall_times: tuple[float, ...]
    records: Sequence[Record]
    # Whoever read them may know that records hold none but finite numbers,
    finite: Sequence[bool] | None = None
    # and that all of them are `[k, 3]` real numbers.
    checked: bool = False

    def within(self, first: int, last: int) -> Series:
        """Returns the records of the steps from first to last, both included."""
        here = slice(bisect_left(self.steps, first), bisect_right(self.steps, last))
        if here == slice(0, len(self.steps)):
            return self
        finite = self.finite[here] if self.finite is not None else None
        return replace(
            self,
            steps=self.steps[here],
            wall_times=self.wall_times[here],
            records=self.records[here],
            finite=finite,
        )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A series that can't be had, in whole or in part, with a sentence that says why."""

    tag: str
    text: str


def part_key(tag: str, place: int) -> str:
    """Returns what stands for the n-th record of a tag in every step where a tag is asked for."""
    return f"{tag}#{place}"
