from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from tb_layerweights.natural import in_natural_order, natural_key

PART = st.text(alphabet="aB0129./\u0660", max_size=6)


def test_numbers_are_sorted_by_value_and_paths_by_their_parts() -> None:
    wanted = ["a", "a/b2", "a/b10", "a/b010", "a.b", "layer2/x", "layer10/x"]
    shuffled = random.Random(0).sample(wanted, len(wanted))
    assert list(in_natural_order(shuffled)) == sorted(shuffled, key=natural_key)
    assert list(in_natural_order(["layer10/x", "layer2/x", "a/b10", "a/b2"])) == [
        "a/b2", "a/b10", "layer2/x", "layer10/x",
    ]  # fmt: skip


@given(st.sets(PART), st.randoms())
def test_the_order_is_the_same_whatever_it_was_before(
    texts: set[str], chance: random.Random
) -> None:
    some = sorted(texts)
    chance.shuffle(some)
    assert list(in_natural_order(some)) == sorted(texts, key=natural_key)
    assert list(in_natural_order(iter(some))) == list(in_natural_order(texts))
