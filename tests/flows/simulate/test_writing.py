from __future__ import annotations

import pytest

from anwang.simulate.past.writing import write_deeds

from .told import NOW, everybody, told

pytestmark = pytest.mark.django_db


def test_it_is_written() -> None:
    everybody()
    done = told()
    written = write_deeds(done.deeds, truth={}, now=NOW)
    print(written.rows, written.passed_over)
    assert written.passed_over < 3
