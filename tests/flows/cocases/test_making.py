"""Making the month's lists: what is kept, what continues, what a correction changes, and what it must not lose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.network.cocases.exporting import lists_json
from anwang.network.cocases.models import ListEntry, ListMonth, ListSending, SendingEntry
from anwang.people.registry.models import Person, ServicePresence, ViewGrant
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
from anwang.platform.models import AuditEntry, Deadline
from tests.county import establish

from .lists_of_a_month import listed, make, officer, send_all, snapshot
from .month import APRIL, HOMES, MARCH, PEOPLE, Registry, Row, moment, renumbered

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    establish("lists", "luodong.supervisor")
    found = Registry()
    found.load(MARCH, PEOPLE, HOMES)
    return found


def test_the_four_lists_of_a_month(registry: Registry) -> None:
    made = make()
    assert made.counts == {"cocase": 3, "xingfu": 1, "high_risk_child": 1, "missing_child": 1}
    assert made.pending == 1
    assert listed() == {
        ("cocase", "陳建宏、陳小安、陳品睿"): "new",
        ("cocase", "林月霞"): "new",
        ("cocase", "郭秋、郭小妹"): "new",
        ("xingfu", "林月霞"): "new",
        ("high_risk_child", "陳小安"): "new",
        ("high_risk_child", "郭小妹"): "pending",
        ("missing_child", "吳小平"): "new",
    }
    with acting(SYSTEM):
        assert lists_json(MARCH) == {
            "cocase_households": [["E-1", "H-1", "S-1"], ["H-2", "S-2"], ["H-3", "S-4"]],
            "xingfu": ["H-2"],
            "high_risk_child": ["C-2", "S-1"],
            "missing_child": ["S-3"],
        }


def test_an_entry_tells_reason_clause_records_and_what_is_missing(registry: Registry) -> None:
    make()
    with acting(SYSTEM):
        child = ListEntry.objects.get(list_code="high_risk_child", shown__name="陳小安")
        open_case = ListEntry.objects.get(list_code="high_risk_child", standing="pending")
        seen = ListEntry.objects.get(list_code="xingfu")
    # the carer column has a slip of the pen: 陳建弘 is 陳建宏
    assert "主要照顧者陳建宏" in child.reason
    assert child.citation == "001 參三(六)1(3)"
    assert child.certain
    own = {(r["roster"], r["period"], r["number"]) for r in child.behind if r["key"] in child.subject_records}
    assert own == {("child_outreach", "115-03", "S-1"), ("household_register", "115-03", "C-2")}
    assert {r["number"] for r in child.behind} == {"C-2", "S-1", "H-1"}
    assert child.members == sorted(registry.persons[name] for name in HOMES["陳家"])
    assert not open_case.certain
    assert any("林阿花" in sentence for sentence in open_case.missing)
    assert (
        seen.shown["birth"] == "60/8/7"
    )  # 1 January stands for a year, so the other roster's date is better
    assert [mark["rule"] for mark in seen.priority] == ["priority_a"]


def test_made_twice_nothing_changes_and_no_deadline_moves(registry: Registry) -> None:
    assert make(day=5).changed
    before = snapshot()
    again = make(day=9)
    assert not again.changed
    assert snapshot() == before
    send_all(day=9)
    before = snapshot()
    assert not make(day=12).changed
    assert snapshot() == before


def test_next_month_a_person_continues_under_another_household_number(registry: Registry) -> None:
    make()
    registry.load(APRIL, renumbered(PEOPLE, "4"), {f"{home}新": people for home, people in HOMES.items()})
    made = make(APRIL)
    assert made.counts == {"cocase": 3, "xingfu": 1, "high_risk_child": 1, "missing_child": 1}
    assert set(listed(APRIL).values()) == {"continuing", "pending"}
    assert set(listed(MARCH).values()) == {"new", "pending"}


def test_merged_persons_continue_as_the_one_who_stands_for_them(registry: Registry) -> None:
    make()
    rows = [
        replace(row, person="林月霞二", name="林月霞") if row.person == "林月霞" else row
        for row in renumbered(PEOPLE, "4")
    ]
    registry.load(APRIL, rows, HOMES | {"林家": ("林月霞二",)})
    with acting(SYSTEM):
        Person.objects.filter(pk=registry.persons["林月霞"]).update(merged_into=registry.persons["林月霞二"])
    make(APRIL)
    assert listed(APRIL)[("xingfu", "林月霞")] == "continuing"
    assert "ended" not in listed(APRIL).values()


def test_who_is_on_the_list_no_more_is_shown_as_ended(registry: Registry) -> None:
    make()
    registry.load(APRIL, [row for row in renumbered(PEOPLE, "4") if row.person != "吳小平"], HOMES)
    assert make(APRIL).counts["missing_child"] == 0
    assert listed(APRIL)[("missing_child", "吳小平")] == "ended"
    with acting(SYSTEM):
        assert lists_json(APRIL)["missing_child"] == []
        assert not ListSending.objects.filter(period=APRIL.first_day, list_code="missing_child").exists()
    assert not make(APRIL).changed
    # found again after a correction: continuing, and the row is the same one
    registry.load(APRIL, renumbered(PEOPLE, "4"), HOMES)
    make(APRIL)
    assert listed(APRIL)[("missing_child", "吳小平")] == "continuing"


def test_a_correction_never_loses_what_was_sent(registry: Registry) -> None:
    make()
    send_all()
    with acting(SYSTEM):
        before = {c.pk: (c.shown, c.sent_at, c.due_on) for c in SendingEntry.objects.all()}
        police = ListSending.objects.get(list_code="missing_child", unit__code="police_office")
        home = registry.households["吳家"]
        assert ViewGrant.objects.filter(unit=police.unit, household_id=home).exists()
    corrected = [
        replace(row, details={}) if row.person == "吳小平" else replace(row, township="礁溪鄉")
        for row in PEOPLE
    ]
    registry.load(MARCH, corrected, HOMES)
    assert make(day=8).changed
    assert listed()[("missing_child", "吳小平")] == "withdrawn"
    with acting(SYSTEM):
        after = {
            c.pk: (c.shown, c.sent_at, c.due_on) for c in SendingEntry.objects.filter(sent_at__isnull=False)
        }
        assert after == before  # word for word
        copy = SendingEntry.objects.get(sending=police)
        assert (copy.standing, "不再符合" in copy.note) == ("withdrawn", True)
        assert not ViewGrant.objects.filter(unit=police.unit, household_id=home).exists()
        # the family is said to live elsewhere now: the old centre's copy is withdrawn, the new centre's waits
        old = SendingEntry.objects.get(sending__list_code="high_risk_child", unit__code="luodong_center")
        new = SendingEntry.objects.get(sending__list_code="high_risk_child", unit__code="jiaoxi_center")
        assert (old.standing, new.sent_at) == ("withdrawn", None)
        assert lists_json(MARCH)["missing_child"] == []
    # and back: what was withdrawn stands again, nothing is sent twice
    registry.load(MARCH, PEOPLE, HOMES)
    make(day=9)
    assert listed()[("missing_child", "吳小平")] == "new"
    with acting(SYSTEM):
        copy = SendingEntry.objects.get(sending=police)
        assert (copy.standing, copy.note) == ("new", "")
        assert ViewGrant.objects.filter(unit=police.unit, household_id=home).exists()
        assert not SendingEntry.objects.filter(unit__code="jiaoxi_center").exists()


def test_a_sending_without_entries_vanishes_and_its_duty_ends(registry: Registry) -> None:
    make()
    with acting(SYSTEM):
        police = ListSending.objects.get(list_code="missing_child", unit__code="police_office")
        duty = Deadline.objects.get(url=f"/lists/sendings/{police.pk}/")
        assert duty.met_at is None
    registry.load(MARCH, [row for row in PEOPLE if row.person != "吳小平"], HOMES)
    make(day=6)
    with acting(SYSTEM):
        assert not ListSending.objects.filter(list_code="missing_child").exists()
        duty.refresh_from_db()
    assert duty.met_at == moment(6)
    assert "不必送出" in duty.label


def test_the_youngest_month_says_who_serves_a_co_case_household(registry: Registry) -> None:
    def open_presences() -> set[tuple[int, str]]:
        with acting(SYSTEM):
            rows = ServicePresence.objects.filter(until_on__isnull=True, is_cocase=True).values_list(
                "household_id", "agency__code"
            )
            return set(rows)

    make()
    chen = registry.households["陳家"]
    assert {(chen, "health"), (chen, "education"), (chen, "social")} <= open_presences()
    registry.load(APRIL, [r for r in renumbered(PEOPLE, "4") if r.number != "4E-1"], HOMES)
    make(APRIL)
    assert (chen, "education") not in open_presences()
    before = open_presences()
    make(MARCH, day=20)  # making an older month again does not turn the present back
    assert open_presences() == before


def test_who_serves_a_household_alone_is_known_to_a_stated_purpose_only(registry: Registry) -> None:
    make()
    with acting(SYSTEM):
        alone = ServicePresence.objects.filter(is_cocase=False).select_related("unit").first()
        assert alone is not None
        stranger = Unit.objects.exclude(pk=alone.unit_id).filter(kind="welfare_center").first()
        assert stranger is not None
        grant = ViewGrant.objects.create(
            unit=stranger,
            household_id=alone.household_id,
            kind="received_list",
            granted_at=moment(5),
            until_on=timezone.localdate() + timedelta(days=3),
        )
    by = AccessContext(Actor.MEMBER, member_id=1, unit_id=stranger.pk, roles=("social_worker",))

    def seen() -> bool:
        with acting(by):
            return ServicePresence.objects.filter(pk=alone.pk).exists()

    assert not seen()
    with acting(SYSTEM):
        ViewGrant.objects.filter(pk=grant.pk).update(
            kind="stated_purpose", until_on=timezone.localdate() + timedelta(days=3)
        )
    assert seen()


def test_a_household_without_a_township_says_who_is_missing(registry: Registry) -> None:
    registry.load(MARCH, [replace(row, township="") for row in PEOPLE], HOMES)
    make()
    with acting(SYSTEM):
        entry = ListEntry.objects.get(list_code="missing_child")
        assert any("鄉鎮市不詳" in note for note in entry.undelivered)
        assert SendingEntry.objects.filter(entry=entry).count() == 1  # the police still get it at once


def test_the_month_remembers_what_it_was_made_from(registry: Registry) -> None:
    registry.load(MARCH, [*PEOPLE, Row("某甲", PEOPLE[0].roster, "C-9")], HOMES | {"某家": ("某甲",)})
    make()
    with acting(officer()):
        month = ListMonth.objects.get()
    assert (month.records, month.unlinked, month.made_by_name) == (12, 0, "林承辦")
    assert "employment" in month.rosters
    assert month.counts["pending"] == 1
    with acting(SYSTEM):
        row = AuditEntry.objects.get(action="made_lists")
    assert row.detail["cocase"] == 3
    assert row.member_name == "林承辦"


def test_a_failure_half_way_leaves_the_lists_as_they_were(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    make()
    before = snapshot()
    registry.load(MARCH, PEOPLE[:3], HOMES)

    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("anwang.network.cocases.making.keep_presences", fail)
    with pytest.raises(RuntimeError):
        make(day=7)
    assert snapshot() == before


def test_births_that_no_record_states_are_bounded_by_what_the_others_say(registry: Registry) -> None:
    import datetime as dt

    from anwang.network.cocases.month import month_facts

    changes = {"郭秋": {"birth": ""}, "郭小妹": {"carer": "郭秋"}}
    rows = [replace(row, **changes.get(row.person, {})) for row in PEOPLE]
    registry.load(MARCH, rows, HOMES)
    with acting(SYSTEM):
        facts = month_facts(MARCH)
    births = {m.key: m.birth for h in facts.households for m in h.members}
    inferred = births[str(registry.persons["郭秋"])]
    assert inferred is not None
    assert not inferred.stated
    assert inferred.latest == dt.date(2008, 3, 31)
    assert "為兒童的主要照顧者" in inferred.source
    stated = births[str(registry.persons["陳建宏"])]
    assert stated is not None
    assert stated.stated
