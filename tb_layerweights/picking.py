"""Series as they are read, each with the steps that are shown of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tb_layerweights.query import Span
from tb_layerweights.series import Record, Series, Unreadable
from tb_layerweights.steps import Steps, thin

Read = Callable[[Sequence[str]], Iterator[Series | Unreadable]]

# Which steps are shown depends on all series, of which so many kinds are looked at beforehand.
FORESEEN = 8


@dataclass(frozen=True, slots=True)
class Picked:
    """A series, and which of its steps are shown."""

    kept: Steps  # all that whoever reads it has
    series: Series  # the steps that are asked for
    picks: Sequence[int]  # indexes of those that are shown

    @property
    def tag(self) -> str:
        return self.series.tag

    @property
    def shown(self) -> Steps:
        return tuple(self.series.steps[index] for index in self.picks)

    @property
    def wall_times(self) -> list[float]:
        """Those of the steps that are shown."""
        return [self.series.wall_times[index] for index in self.picks]

    @property
    def records(self) -> Iterator[Record]:
        """Those of the steps that are shown, each decoded when its turn comes."""
        return (self.series.records[index] for index in self.picks)


def pick(read: Read, tags: Sequence[str], span: Span, limit: int) -> Iterator[Picked | Unreadable]:
    """Yields series as soon as they are read, with the steps that `thin` shows of all of them.

    A series is yielded with what is shown if those that come later are like those so far. In the
    end, the few for which that was wrong are read and yielded once more: the last time counts.

    Args:
      read: yields series by their tags.
      tags: of all series.
      span: the steps that are asked for, which may be none.
      limit: how many steps of a series to show, at least 2.
    """
    foreseen: dict[Steps, list[int]] = {}
    seen: dict[str, Steps] = {}
    for found in read(tags):
        if isinstance(found, Unreadable):
            yield found
            continue
        asked = found.within(span.first, span.last)
        if asked.steps not in foreseen:
            some = [*islice(foreseen, FORESEEN), asked.steps]
            foreseen[asked.steps] = thin(some, limit)[-1]
        seen[asked.tag] = asked.steps
        yield Picked(found.steps, asked, foreseen[asked.steps])
    picks = dict(zip(seen, thin(list(seen.values()), limit), strict=True))
    wrong = [tag for tag, steps in seen.items() if foreseen[steps] != picks[tag]]
    for found in read(wrong) if wrong else ():
        if isinstance(found, Series):
            asked = found.within(span.first, span.last)
            is_same = asked.steps == seen[asked.tag]
            yield Picked(
                found.steps, asked, picks[asked.tag] if is_same else thin([asked.steps], limit)[0]
            )
