"""Questions from query strings: every parameter parsed once, strictly, within stated bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tensorboard import errors
from werkzeug.datastructures import MultiDict

from tb_layerweights.grid import Axis
from tb_layerweights.names import ROLES

MOST_TAGS = 10_000

Args = MultiDict[str, str]

_NUMBER = re.compile("-?[0-9]{1,19}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Selection:
    """The series of one run that a question is about; no tags or no roles mean all."""

    run: str
    tags: tuple[str, ...]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class DensitiesQuery:
    """What `/densities` was asked."""

    selection: Selection
    bins: int
    steps: int
    axis: Axis
    range: str
    bits: int
    format: str


# The steps that an answer is about: those TensorBoard kept, or all of them, from the event files.
KEPT, EVERY = "kept", "every"


def quote(text: str) -> str:
    """Returns the text fit for an error message: short, in quotes, no control characters."""
    plain = _CONTROL.sub("?", text[:200])
    return f"'{plain[:100]}...'" if len(text) > 100 else f"'{plain}'"


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


def densities(args: Args) -> DensitiesQuery:
    """Returns the question of `/densities`.

    Raises:
      InvalidArgumentError: a parameter is missing, malformed or out of range.
    """
    return DensitiesQuery(
        selection(args),
        bins=number(args, "bins", 64, 8, 1024),
        steps=number(args, "steps", 51, 2, 2000),
        axis="linear" if choice(args, "axis", "linear", "symlog") == "linear" else "symlog",
        range=choice(args, "range", "robust", "full"),
        bits=int(choice(args, "bits", "8", "16")),
        format=choice(args, "format", "safetensors", "json"),
    )
