"""How many examples the property tests try: many more in `make test-long`."""

from __future__ import annotations

from hypothesis import settings

USUAL = 100
LONG = 25 * USUAL


def register() -> None:
    """Makes the two profiles; `pytest --hypothesis-profile=long` chooses the long one."""
    # How fast a machine is belongs in benchmarks.
    settings.register_profile("usual", deadline=None, max_examples=USUAL)
    settings.register_profile("long", deadline=None, max_examples=LONG)
    settings.load_profile("usual")


def examples(count: int) -> int:
    """Returns how many examples stand for `count` in the profile that is chosen."""
    return count * settings().max_examples // USUAL
