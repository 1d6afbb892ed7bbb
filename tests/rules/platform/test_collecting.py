"""The collector rests while work lasts, and not a moment longer."""

from __future__ import annotations

import gc

import pytest

from anwang.platform.collecting import without_collecting


def work(*, fails: bool = False) -> None:
    with without_collecting():
        assert not gc.isenabled()
        if fails:
            raise KeyError


def test_it_rests_meanwhile_and_goes_on_after_an_error_too() -> None:
    assert gc.isenabled()
    with pytest.raises(KeyError):
        work(fails=True)
    assert gc.isenabled()


def test_who_had_it_rest_already_has_it_rest_afterwards() -> None:
    with without_collecting():
        work()
        assert not gc.isenabled()
    assert gc.isenabled()
