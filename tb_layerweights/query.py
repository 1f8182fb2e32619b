"""Questions from query strings: every parameter parsed once, strictly, within stated bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tensorboard import errors
from werkzeug.datastructures import MultiDict

from tb_layerweights.grid import Axis, narrowest
from tb_layerweights.names import ROLES
from tb_layerweights.statistics import NAMES

MOST_TAGS = 10_000
LEAST_BINS, MOST_BINS = 8, 1024
LEAST_STEPS, MOST_STEPS = 2, 2000  # shown of a series
# TensorBoard's steps are 64-bit integers.
LEAST_STEP, MOST_STEP = -(2**63), 2**63 - 1
# As many steps as there are.
ALL_STEPS = 1 << 62
# Edges of buckets are float32 numbers, and none of these is larger.
LARGEST = 3.4e38

Args = MultiDict[str, str]

_NUMBER = re.compile("-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Selection:
    """The series of one run that a question is about; no tags or no roles mean all."""

    run: str
    tags: tuple[str, ...]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Span:
    """The steps that a question is about, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DensitiesQuery:
    """What `/densities` was asked."""

    selection: Selection
    span: Span
    bins: int
    steps: int
    axis: Axis
    range: str
    window: tuple[float, float] | None  # the ends of all grids; None: each series has its own
    bits: int
    format: str


@dataclass(frozen=True, slots=True)
class StatisticsQuery:
    """What `/statistics` was asked."""

    selection: Selection
    span: Span
    steps: int
    numbers: tuple[str, ...]
    format: str


# The steps that an answer is about: those TensorBoard kept, or all of them, from the event files.
KEPT, EVERY = "kept", "every"


def quote(text: str) -> str:
    """Returns the text fit for an error message: short, in quotes, no control characters."""
    plain = "".join(one if one.isprintable() else "?" for one in text[:100])
    return f"'{plain}...'" if len(text) > 100 else f"'{plain}'"


def required(args: Args, name: str) -> str:
    """Returns a parameter that must be there.

    Raises:
      InvalidArgumentError: it isn't.
    """
    value = args.get(name)
    if value is None:
        raise errors.InvalidArgumentError(f"The parameter '{name}' is missing.")
    return value


def number(args: Args, name: str, default: int | None, low: int, high: int) -> int:
    """Returns a whole number written in ASCII digits; without a default it is required.

    Raises:
      InvalidArgumentError: it is something else, or out of range.
    """
    if default is not None and name not in args:
        return default
    text = required(args, name)
    if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
        expected = f"a whole number from {low} to {high}"
        raise errors.InvalidArgumentError(f"'{name}' must be {expected}, not {quote(text)}.")
    return int(text)


def choice(args: Args, name: str, *choices: str) -> str:
    """Returns one of the choices, the first by default.

    Raises:
      InvalidArgumentError: it is none of them.
    """
    text = args.get(name, choices[0])
    if text not in choices:
        expected = " or ".join(f"'{one}'" for one in choices)
        raise errors.InvalidArgumentError(f"'{name}' must be {expected}, not {quote(text)}.")
    return text


def selection(args: Args) -> Selection:
    """Returns which series of which run are asked for.

    Raises:
      InvalidArgumentError: no run, more tags than allowed, or a role that doesn't exist.
    """
    tags = tuple(dict.fromkeys(args.getlist("tag")))
    if len(tags) > MOST_TAGS:
        text = f"{len(tags)} tags are too many: name at most {MOST_TAGS}, or none for all."
        raise errors.InvalidArgumentError(text)
    roles = frozenset(args.getlist("role"))
    for role in sorted(roles - set(ROLES)):
        expected = ", ".join(ROLES)
        raise errors.InvalidArgumentError(f"'role' must be one of {expected}, not {quote(role)}.")
    return Selection(required(args, "run"), tags, roles)


def decimal(args: Args, name: str) -> float:
    """Returns a number as Python and JavaScript write it in ASCII; it is required.

    Raises:
      InvalidArgumentError: it is something else, or no edge could be as large.
    """
    text = required(args, name)
    if not _DECIMAL.fullmatch(text) or abs(float(text)) > LARGEST:
        expected = f"a number from {-LARGEST:g} to {LARGEST:g}"
        raise errors.InvalidArgumentError(f"'{name}' must be {expected}, not {quote(text)}.")
    return float(text)


def span(args: Args) -> Span:
    """Returns which steps are asked for, from `from` to `to`, all by default.

    Raises:
      InvalidArgumentError: they are no whole numbers, or end before they begin.
    """
    first = number(args, "from", LEAST_STEP, LEAST_STEP, MOST_STEP)
    last = number(args, "to", MOST_STEP, LEAST_STEP, MOST_STEP)
    if first > last:
        raise errors.InvalidArgumentError(f"'from', {first}, must not be above 'to', {last}.")
    return Span(first, last)


def window(args: Args) -> tuple[float, float] | None:
    """Returns the ends of the grid that is asked for, from `low` to `high`, None by default.

    Raises:
      InvalidArgumentError: one of them is missing or no number, or nothing lies between them.
    """
    if "low" not in args and "high" not in args:
        return None
    low, high = decimal(args, "low"), decimal(args, "high")
    if high - low < narrowest(low, high):
        least = f"'low', {low:g}, by at least {narrowest(low, high):g}"
        raise errors.InvalidArgumentError(f"'high', {high:g}, must be above {least}.")
    return low, high


def numbers(args: Args) -> tuple[str, ...]:
    """Returns which numbers of each step are asked for, in their order, all by default.

    Raises:
      InvalidArgumentError: there is no such number.
    """
    asked = args.getlist("number")
    for name in asked:
        if name not in NAMES:
            expected = f"one of {', '.join(NAMES)}"
            raise errors.InvalidArgumentError(f"'number' must be {expected}, not {quote(name)}.")
    return tuple(name for name in NAMES if name in asked) if asked else NAMES


def densities(args: Args) -> DensitiesQuery:
    """Returns the question of `/densities`.

    Raises:
      InvalidArgumentError: a parameter is missing, malformed or out of range.
    """
    return DensitiesQuery(
        selection(args),
        span(args),
        bins=number(args, "bins", 64, LEAST_BINS, MOST_BINS),
        steps=number(args, "steps", 51, LEAST_STEPS, MOST_STEPS),
        axis="linear" if choice(args, "axis", "linear", "symlog") == "linear" else "symlog",
        range=choice(args, "range", "robust", "full"),
        window=window(args),
        bits=int(choice(args, "bits", "8", "16")),
        format=choice(args, "format", "safetensors", "json"),
    )


def statistics(args: Args) -> StatisticsQuery:
    """Returns the question of `/statistics`.

    Raises:
      InvalidArgumentError: a parameter is missing, malformed or out of range.
    """
    return StatisticsQuery(
        selection(args),
        span(args),
        steps=number(args, "steps", ALL_STEPS, LEAST_STEPS, MOST_STEPS),
        numbers=numbers(args),
        format=choice(args, "format", "json", "csv", "safetensors"),
    )
