"""The same roster of one month in several files: nothing of an earlier part is lost unless the sender says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from anwang.people.registry.models import SourceRecord
from anwang.people.rosters import queries
from anwang.people.rosters.actions import Loader, load_file
from anwang.people.rosters.models import RosterReceipt
from anwang.people.rosters.recognition import Given, Version
from anwang.platform.context import SYSTEM, acting
from anwang.standard.codes import RosterCode
from tests.county import establish
from tests.roster_files import suicide_roster

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 2, 2, 0, tzinfo=dt.UTC)
MARCH = dt.date(2026, 3, 1)
Rows = Sequence[Sequence[str]]


@pytest.fixture(autouse=True)
def county() -> None:
    establish("data")


def rows(prefix: str, count: int, phone: str = "0912000000") -> list[tuple[str, ...]]:
    return [
        (f"{prefix}{n:03d}", f"王小{n}", "", f"7{n % 9}/3/1", "男", phone, f"羅東鎮公正路{n}號", "其他", "115/3/2")
        for n in range(count)
    ]  # fmt: skip


class Sender:
    """Loads one version after the other, each an hour later."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, NOW

    def send(self, given: Rows, version: Version = Version.RECOGNISE) -> RosterReceipt:
        self.now += dt.timedelta(hours=1)
        path = suicide_roster(self.folder, given)
        (receipt,) = load_file(
            path=path,
            file_name=path.name,
            given=Given(version=version),
            loader=Loader(SYSTEM, "測試"),
            now=self.now,
        )
        return receipt


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return Sender(tmp_path)


def current() -> set[str]:
    with acting(SYSTEM):
        return set(SourceRecord.objects.filter(withdrawn_at=None).values_list("record_number", flat=True))


def line() -> queries.MonthLine:
    with acting(SYSTEM):
        return next(found for found in queries.month(MARCH) if found.roster == RosterCode.SUICIDE_REPORT)


def numbers(*parts: Rows) -> set[str]:
    return {row[0] for part in parts for row in part}


def test_a_file_with_other_numbers_is_refused_and_nothing_changes(sender: Sender) -> None:
    first = sender.send(rows("A", 10))
    refused = sender.send(rows("B", 10))
    assert refused.state == RosterReceipt.State.REFUSED
    assert refused.recognition["missing"] == ["version"]
    assert "另一部分" in refused.message
    assert first.number in refused.message
    assert current() == numbers(rows("A", 10))
    assert line().parts == (first,)


def test_another_part_is_added_and_each_part_is_corrected_by_itself(sender: Sender) -> None:
    a, b = rows("A", 10), rows("B", 8)
    first, second = sender.send(a), sender.send(b, Version.ADD)
    assert (second.added, second.withdrawn, second.replaces) == (8, 0, None)
    assert "10 列照常有效" in second.message
    assert (line().parts, line().accepted) == ((first, second), 18)

    corrected = sender.send([*rows("A", 9, "0912999999")])
    assert corrected.replaces == first
    assert (corrected.changed, corrected.withdrawn, corrected.unchanged) == (9, 1, 0)
    assert current() == numbers(a[:9], b)
    with acting(SYSTEM):
        assert queries.corrected_by(first) == corrected
        assert queries.corrected_by(second) is None

    again = sender.send(b)
    assert again == second, "the same file of a part gives its receipt"
    third = sender.send(b[:7], Version.ADD)
    assert (third.replaces, third.withdrawn, third.unchanged) == (second, 1, 7)
    assert current() == numbers(a[:9], b[:7])
    assert line().parts == (corrected, third)


def test_one_file_may_take_the_place_of_all_parts(sender: Sender) -> None:
    a, b = rows("A", 10), rows("B", 8)
    first, second = sender.send(a), sender.send(b, Version.ADD)
    whole = sender.send([*a[:9], *b])
    assert (whole.withdrawn, whole.unchanged) == (1, 17)
    assert line().parts == (whole,)
    with acting(SYSTEM):
        assert queries.corrected_by(first) == queries.corrected_by(second) == whole
    renumbered = sender.send(rows("C", 5), Version.REPLACE)
    assert (renumbered.added, renumbered.withdrawn) == (5, 17)
    assert "撤回了先前 17 列中的 17 列" in renumbered.message
    assert current() == numbers(rows("C", 5))


def test_a_part_that_a_correction_left_untouched_stays_in_its_part(sender: Sender) -> None:
    """Records keep the receipt that brought them; a later correction must still know whose they are."""
    a, b = rows("A", 10), rows("B", 8)
    sender.send(a)
    sender.send(b, Version.ADD)
    sender.send(a[:9])
    third = sender.send(a[:5])
    assert (third.withdrawn, third.unchanged) == (4, 5)
    assert current() == numbers(a[:5], b)


def test_a_file_without_one_good_row_does_not_withdraw_the_month(sender: Sender) -> None:
    sender.send(rows("A", 10))
    bad = [(row[0], "", "", *row[3:]) for row in rows("A", 10)]
    refused = sender.send(bad)
    assert refused.state == RosterReceipt.State.REFUSED
    assert "沒有一列可以收下" in refused.message
    assert current() == numbers(rows("A", 10))
    assert sender.send(bad, Version.REPLACE).withdrawn == 10


def test_a_month_in_parts_does_not_hide_a_part_that_shrank(sender: Sender) -> None:
    sender.send(rows("A", 10))
    small = sender.send(rows("A", 3))
    assert "撤回了先前 10 列中的 7 列" in small.message
