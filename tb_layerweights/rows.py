"""Numbers of many rows, one row after the other in flat arrays.

A series has hundreds of rows of hundreds of buckets: a loop over rows in Python is kept short, and
where it can be, there is none.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

# Whole numbers below this are exact in float64.
WHOLE = 2.0**53


def starts(sizes: Rows) -> Rows:
    """Returns where rows of these sizes, [R], begin and end, [R + 1]."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)


def rows_of(buckets: Rows, start: Rows) -> Rows:
    """Returns the rows that hold these buckets."""
    return start.searchsorted(buckets, side="right") - 1


def through_rows(count: Floats, share: Floats, of_each: Floats, start: Rows) -> Floats:
    """Returns the shares added up within each row, [N].

    Where all counts of a row are whole numbers, they are added up as such: that is exact, and the
    sums of all rows are had at once.

    Args:
      count, share: of clean buckets, [N].
      of_each: what counts are divided by for the share, [N].
      start: as in `Histograms`.
    """
    if not len(count):
        return share
    plain = count.max() < WHOLE and of_each.max() < WHOLE
    whole = (count if plain else np.where(count < WHOLE, count, 0.0)).astype(np.int64)
    added = np.cumsum(whole)
    before = added[start[:-1]] - whole[start[:-1]]
    added -= np.repeat(before, np.diff(start))
    through: Floats = added / of_each
    same = whole == count
    if not (plain and same.all()):
        fractional = ~np.logical_and.reduceat(same & (of_each < WHOLE), start[:-1])
        np.copyto(through, running(share, start), where=np.repeat(fractional, np.diff(start)))
    return through


def running(values: Floats, start: Rows) -> Floats:
    """Returns numbers of buckets, [N], added up within each row."""
    sizes = np.diff(start)
    if len(sizes) and sizes[0] and (sizes == sizes[0]).all():
        along: Floats = np.add.accumulate(values.reshape(len(sizes), -1), axis=1).ravel()
        return along
    added = np.empty_like(values)
    for begin, end in pairwise(start.tolist()):
        np.add.accumulate(values[begin:end], out=added[begin:end])
    return added


def below(values: Floats, start: Rows, wanted: Floats) -> Rows:
    """Returns how many numbers of its row are below each wanted one, [R, P].

    Args:
      values: ascending within each row, [N].
      start: numbers of row r lie from start[r] to start[r + 1], [R + 1].
      wanted: [R, P].
    """
    found = np.empty(wanted.shape, dtype=np.intp)
    for row, (begin, end) in enumerate(pairwise(start.tolist())):
        found[row] = values[begin:end].searchsorted(wanted[row])
    return found
