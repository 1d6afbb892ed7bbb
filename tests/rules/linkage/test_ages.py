"""Ages: what rows state, what can be inferred where they do not, what is named as missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from anwang.network.cocases.ages import age
from anwang.people.linkage.ages import (
    BirthEstimate,
    Certainty,
    estimate_births,
    relation_targets,
    stated_birth,
    years_before,
)
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import StandardRecord

from .build import record

R = RosterCode
ON = dt.date(2026, 3, 31)


def births(*rows: StandardRecord, persons: list[int] | None = None) -> dict[int, BirthEstimate]:
    """Estimates of the rows' persons; by default each row is a person, and every name means the row that has it."""
    person_of = dict(enumerate(persons or range(len(rows))))
    records = dict(enumerate(rows))
    by_name = {r.name.text: person_of[k] for k, r in records.items()}
    named = {}
    for k, r in records.items():
        name = r.carer_name or r.reference_name
        if name and name.text in by_name:
            named[k] = by_name[name.text]
    grouped: dict[int, dict[int, StandardRecord]] = {}
    for k, p in person_of.items():
        grouped.setdefault(p, {})[k] = records[k]
    carers = {p for k, p in named.items() if records[k].carer_name}
    return estimate_births(grouped, relation_targets(records, person_of, named), carers)


def ages(found: BirthEstimate) -> tuple[int, int]:
    """Least and greatest age that the estimate leaves open on that day; 0 and 199 where it has no bound."""
    least = max(0, age(found.latest, ON)) if found.latest else 0
    return least, age(found.earliest, ON) if found.earliest else 199


def is_adult(found: BirthEstimate) -> bool | None:
    """None where the bounds allow both."""
    least, greatest = ages(found)
    return True if least >= 18 else False if greatest < 18 else None


def test_most_rows_decide_and_the_others_are_told() -> None:
    rows = {
        1: record("陳一", birth="2016-11-09"),
        2: record("陳一", birth="2017-11-09"),
        3: record("陳一", birth="2017-11-09"),
    }
    found = stated_birth(rows)
    assert found is not None
    assert (found.earliest, found.certainty) == (dt.date(2017, 11, 9), Certainty.DATE)
    assert found.conflicts == ("另有資料列寫 105.11.9",)


def test_the_register_counts_double() -> None:
    rows = {
        1: record("陳一", birth="2016-11-09"),
        2: record("陳一", R.HOUSEHOLD_REGISTER, birth="2017-11-09"),
    }
    found = stated_birth(rows)
    assert found is not None
    assert found.source == "戶籍資料查詢"
    assert found.latest == dt.date(2017, 11, 9)


@pytest.mark.parametrize("text", ["1990", "1990-01-01"])
def test_a_year_gives_its_first_and_last_day(text: str) -> None:
    found = births(record("陳一", birth=text))[0]
    assert (found.earliest, found.latest) == (dt.date(1990, 1, 1), dt.date(1990, 12, 31))
    assert (found.certainty, found.missing) == (Certainty.YEAR, "出生月日")


def test_a_small_child_by_the_roster() -> None:
    found = births(record("陳一", R.CHILD_OUTREACH))[0]
    assert ages(found) == (0, 6)
    assert is_adult(found) is False
    assert found.source == "列於六歲以下弱勢兒童主動關懷名冊"


def test_a_pupil_by_the_school() -> None:
    found = births(record("陳一", R.SCHOOL_DROPOUT, school="宜蘭國小"))[0]
    assert ages(found) == (6, 14)


def test_an_adult_by_the_roster() -> None:
    assert is_adult(births(record("陳一", R.EMERGENCY_RELIEF))[0])


def test_a_child_of_a_head_is_fifteen_years_younger_at_least() -> None:
    found = births(
        record("陳一", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.SELF, birth="1990-05-05"),
        record("陳二", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.CHILD),
    )[1]
    assert found.earliest == dt.date(2005, 5, 5)
    assert ages(found) == (0, 20)
    assert "79 年生" in found.source


def test_a_head_is_older_than_his_children_and_grown_up_by_it() -> None:
    found = births(
        record("陳一", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.SELF),
        record("陳二", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.CHILD, birth="2020-02-29"),
    )[0]
    assert found.latest == dt.date(2005, 2, 28)
    assert is_adult(found)


def test_a_carer_of_a_child_is_an_adult_and_the_reason_says_so() -> None:
    found = births(record("林三", R.HEALTH_CASE), record("林四", R.CHILD_OUTREACH, carer="林三"))
    assert is_adult(found[0])
    assert found[0].source == "為兒童的主要照顧者"


def test_grandparents_and_spouses_of_the_client() -> None:
    found = births(
        record("陳一", R.VULNERABLE_FAMILY, relation=Relation.SELF, reference="陳一", birth="1990-05-05"),
        record("陳二", R.VULNERABLE_FAMILY, relation=Relation.PARENT, reference="陳一"),
        record("陳三", R.VULNERABLE_FAMILY, relation=Relation.GRANDPARENT, reference="陳一"),
        record("林四", R.VULNERABLE_FAMILY, relation=Relation.SPOUSE, reference="陳一"),
        record("陳五", R.VULNERABLE_FAMILY, relation=Relation.SIBLING, reference="陳一"),
        record("陳六", R.VULNERABLE_FAMILY, relation=Relation.GRANDCHILD, reference="陳一"),
    )
    assert [is_adult(found[k]) for k in range(6)] == [True] * 4 + [None, False]


def test_what_contradicts_is_left_out_and_named() -> None:
    found = births(record("陳一", R.CHILD_OUTREACH), record("陳一", R.EMERGENCY_RELIEF), persons=[0, 0])[0]
    assert ages(found) == (0, 6)
    assert found.conflicts == ("與「列於急難紓困申請名冊」不合",)


def test_nothing_known_is_said() -> None:
    found = births(record("陳一", R.SUICIDE_REPORT))[0]
    assert (found.certainty, found.missing) == (Certainty.UNKNOWN, "出生日期")
    assert is_adult(found) is None


def test_a_year_is_narrowed_by_what_else_is_known() -> None:
    found = births(record("陳一", R.CHILD_OUTREACH, birth="2019"))[0]
    assert (found.earliest, found.latest) == (dt.date(2019, 4, 1), dt.date(2019, 12, 31))


def test_leap_days() -> None:
    assert years_before(dt.date(2024, 2, 29), 1) == dt.date(2023, 2, 28)


def test_the_order_of_brothers_and_sisters_bounds_those_whose_birth_is_missing() -> None:
    home = {"household": "G1", "relation": Relation.CHILD}
    rows = [
        replace(record("陳一", R.HOUSEHOLD_REGISTER, birth="2022-05-01", **home), relation_raw="長女"),
        replace(record("陳二", R.HOUSEHOLD_REGISTER, **home), relation_raw="次女"),
        replace(record("陳三", R.HOUSEHOLD_REGISTER, **home), relation_raw="長子"),
    ]
    found = births(*rows)
    assert found[1].earliest == dt.date(2022, 5, 1)
    assert "長女111 年生" in found[1].source
    assert found[2].earliest is None  # sons and daughters are counted apart


def test_a_month_without_a_day_bounds_to_that_month() -> None:
    found = stated_birth({1: record("陳一", birth="2020-02")})
    assert found is not None
    assert (found.earliest, found.latest) == (dt.date(2020, 2, 1), dt.date(2020, 2, 29))


def test_a_client_may_be_an_infant_so_the_mother_need_not_be_thirty() -> None:
    mother = record("林母", relation=Relation.PARENT, reference="陳兒")
    found = births(mother, record("陳兒"))[0]
    assert found.latest == dt.date(2008, 3, 31)  # of the relief list; the relation alone says sixteen
