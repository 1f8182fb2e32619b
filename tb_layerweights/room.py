"""Whether an answer of `/statistics` has room for all that was asked."""

from __future__ import annotations

from collections.abc import Sequence

from tensorboard import errors

from tb_layerweights import statistics
from tb_layerweights.making import Making
from tb_layerweights.picking import Picked, Read, pick
from tb_layerweights.query import StatisticsQuery

# Numbers that `/statistics` answers with, each with its bounds: all those of 100,000 records.
MOST_NUMBERS = 1_800_000
# Steps that TensorBoard keeps of a series unless it is told otherwise, at most.
USUALLY_KEPT = 500
# Whether an answer has room is guessed from the first so many series where that is plain.
FIRST = 8


class Room:
    """The rows for which an answer of `/statistics` has room."""

    def __init__(self, query: StatisticsQuery) -> None:
        self.most = MOST_NUMBERS // statistics.width(query.numbers)
        self._taken: dict[str, int] = {}
        self.taken = 0

    def take(self, one: Picked) -> None:
        """Takes room for a series, in place of that which it took if it came before.

        Raises:
          InvalidArgumentError: there is none.
        """
        self.taken += len(one.picks) - self._taken.get(one.tag, 0)
        self._taken[one.tag] = len(one.picks)
        if self.taken > self.most:
            text = f"More than {MOST_NUMBERS:,} numbers are too many for one answer"
            fewer = "name some tags, roles, steps or numbers"
            raise errors.InvalidArgumentError(f"{text}: {fewer}.")


def foresee(
    read: Read, told: int | None, query: StatisticsQuery, tags: Sequence[str], making: Making
) -> None:
    """Finds out whether there is room for an answer before any number of it is worked out.

    Only reading tells how many steps there are. Nothing is read where few are possible, and only
    the first series where they leave plenty of room, or when that takes too long.

    Args:
      read: yields series by their tags.
      told: how many steps whoever reads was told to keep (0: all), None if it wasn't told.
      query: the question.
      tags: of all series.
      making: the answer in the making.

    Raises:
      InvalidArgumentError: there is none.
      GoneError: nobody waits for the answer.
    """
    making.begin()
    room = Room(query)
    kept = USUALLY_KEPT if told is None else told or query.steps
    if len(tags) * min(kept, query.steps) <= room.most:
        return
    for index, one in enumerate(pick(read, tags, query.span, query.steps)):
        making.look()
        if making.is_late:
            return
        if isinstance(one, Picked):
            room.take(one)
        if index + 1 == FIRST and 2 * room.taken * len(tags) <= FIRST * room.most:
            return
