"""What the months around one tell of it: who else lives there, until a list is sent; and which death notes count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anwang.network.cocases.models import ListEntry
from anwang.platform.context import SYSTEM, acting
from anwang.standard.codes import Relation
from anwang.standard.record import Period
from tests.county import establish

from .lists_of_a_month import listed, make, send_all, snapshot
from .month import APRIL, HOMES, MARCH, PEOPLE, R, Registry, Row, renumbered

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    establish("lists", "luodong.supervisor")
    found = Registry()
    found.load(MARCH, PEOPLE, HOMES)
    return found


GRANDMOTHER = Row("陳罔市", R.HOUSEHOLD_REGISTER, "C-9", birth="40/5/5", relation=Relation.PARENT)
BABY = Row("陳小寶", R.HOUSEHOLD_REGISTER, "C-8", birth="115/4/2", relation=Relation.CHILD)
CHILD = ("high_risk_child", "陳小安")


def _april_answers(registry: Registry) -> None:
    rows = [*renumbered(PEOPLE, "4"), GRANDMOTHER, BABY]
    registry.load(APRIL, rows, HOMES | {"陳家": (*HOMES["陳家"], "陳罔市", "陳小寶")})


def test_until_a_list_is_sent_what_came_later_counts_as_well(registry: Registry) -> None:
    """The partial register answers for the grandmother in April; she lived there in March, too. The baby did not."""
    make()
    assert listed()[CHILD] == "new"
    _april_answers(registry)
    make(day=7)
    assert CHILD not in listed()
    with acting(SYSTEM):
        behind = ListEntry.objects.get(list_code="cocase", shown__name="陳建宏、陳小安、陳品睿")
    assert registry.persons["陳罔市"] in behind.members
    assert registry.persons["陳小寶"] not in behind.members


def test_who_moves_in_april_is_of_the_old_township_in_march(registry: Registry) -> None:
    """Of later months members, births and relations count; whose centre it was is told by the month."""
    make()
    with acting(SYSTEM):
        before = {
            (row.list_code, row.household_id): (row.township, row.centre_id)
            for row in ListEntry.objects.all()
        }
    assert {township for township, _ in before.values()} != {"礁溪鄉"}
    registry.load(APRIL, [replace(row, township="礁溪鄉") for row in renumbered(PEOPLE, "4")], HOMES)
    make(day=7)
    with acting(SYSTEM):
        for row in ListEntry.objects.filter(period=MARCH.first_day):
            assert (row.township, row.centre_id) == before[(row.list_code, row.household_id)]


def test_what_was_sent_with_what_was_known_then_stays(registry: Registry) -> None:
    make()
    _april_answers(registry)
    make(day=7)
    send_all(day=8)
    before = snapshot()
    registry.load(Period(2026, 5), renumbered(PEOPLE, "5"), HOMES)
    make(day=9)
    assert snapshot() == before
    assert CHILD not in listed()


def test_what_was_sent_is_not_corrected_by_later_months(registry: Registry) -> None:
    make()
    send_all()
    _april_answers(registry)
    before = snapshot()
    make(day=7)
    assert snapshot() == before
    make(APRIL, day=8)
    assert listed(APRIL)[CHILD] == "ended"


def test_who_lived_elsewhere_before_is_no_member_of_a_later_home(registry: Registry) -> None:
    registry.load(MARCH, [*PEOPLE, GRANDMOTHER], HOMES | {"外婆家": ("陳罔市",)})
    _april_answers(registry)
    make()
    assert listed()[CHILD] == "new"


@pytest.mark.parametrize(
    ("marked", "listed_in_april"),
    [("115-03", False), ("115-04", False), ("both", True)],
    ids=["a slip of last month", "a slip on one of two rosters", "on every record"],
)
def test_a_death_note_counts_unless_as_many_records_of_the_month_are_without_it(
    registry: Registry, marked: str, listed_in_april: bool
) -> None:
    """歿 on the grandmother's register row; in April the relief office lists her, too."""
    noted = replace(GRANDMOTHER, name="陳罔市（歿）")
    home = HOMES | {"陳家": (*HOMES["陳家"], "陳罔市")}
    relief = Row("陳罔市", R.EMERGENCY_RELIEF, "S-9", birth="40/5/5")
    if marked == "both":
        relief = replace(relief, name="陳罔市（歿）")
    march = noted if marked != "115-04" else GRANDMOTHER
    april = replace(noted if marked != "115-03" else GRANDMOTHER, number="C-10")
    registry.load(MARCH, [*PEOPLE, march], home)
    registry.load(APRIL, [*renumbered(PEOPLE, "4"), april, relief], home)
    make(APRIL, day=8)
    assert (listed(APRIL).get(CHILD) in ("new", "continuing")) is listed_in_april


def test_a_death_note_of_a_later_month_says_nothing_of_this_one(registry: Registry) -> None:
    home = HOMES | {"陳家": (*HOMES["陳家"], "陳罔市")}
    registry.load(MARCH, [*PEOPLE, GRANDMOTHER], home)
    noted = replace(GRANDMOTHER, name="陳罔市（歿）", number="C-10")
    registry.load(APRIL, [*renumbered(PEOPLE, "4"), noted], home)
    make(day=8)
    assert CHILD not in listed()
