from __future__ import annotations

import gc

import pytest

from tb_layerweights.garbage import left_alone


def test_the_collector_is_off_meanwhile_and_on_again_whatever_happens() -> None:
    def fail() -> None:
        with left_alone():
            assert not gc.isenabled()
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert gc.isenabled()


def test_it_is_on_again_when_the_one_who_switched_it_off_is_done() -> None:
    first, second = left_alone(), left_alone()
    with first:
        second.__enter__()
        assert not gc.isenabled()
    assert gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with left_alone():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
