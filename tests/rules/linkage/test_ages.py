"""Ages: what rows state, what can be inferred where they do not, what is named as missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum

import pytest

from anwang.people.linkage.age_evidence import ADULT_AGE, OLDEST
from anwang.people.linkage.ages import estimate_births, relation_targets
from anwang.people.linkage.births import BirthEstimate, Certainty, age_on, stated_birth, years_before
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import StandardRecord

from .build import record

R = RosterCode
ON = dt.date(2026, 3, 31)


class AgeGroup(StrEnum):
    ADULT = "adult"
    CHILD = "child"
    UNKNOWN = "unknown"


def age_bounds(estimate: BirthEstimate, on: dt.date) -> tuple[int, int]:
    """Least and greatest age in completed years on a day; 0 and `OLDEST` where a bound is open."""
    least = age_on(estimate.latest, on) if estimate.latest else 0
    greatest = age_on(estimate.earliest, on) if estimate.earliest else OLDEST
    return max(least, 0), min(max(greatest, 0), OLDEST)


def age_group(estimate: BirthEstimate, on: dt.date, adult_age: int = ADULT_AGE) -> AgeGroup:
    """Adult, child, or not to be told from the bounds."""
    least, greatest = age_bounds(estimate, on)
    if least >= adult_age:
        return AgeGroup.ADULT
    return AgeGroup.CHILD if greatest < adult_age else AgeGroup.UNKNOWN


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
    assert age_bounds(found, ON) == (0, 6)
    assert age_group(found, ON) is AgeGroup.CHILD
    assert found.source == "列於六歲以下弱勢兒童主動關懷名冊"


def test_a_pupil_by_the_school() -> None:
    found = births(record("陳一", R.SCHOOL_DROPOUT, school="宜蘭國小"))[0]
    assert age_bounds(found, ON) == (6, 14)


def test_an_adult_by_the_roster() -> None:
    assert age_group(births(record("陳一", R.EMERGENCY_RELIEF))[0], ON) is AgeGroup.ADULT


def test_a_child_of_a_head_is_fifteen_years_younger_at_least() -> None:
    found = births(
        record("陳一", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.SELF, birth="1990-05-05"),
        record("陳二", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.CHILD),
    )[1]
    assert found.earliest == dt.date(2005, 5, 5)
    assert age_bounds(found, ON) == (0, 20)
    assert "79 年生" in found.source


def test_a_head_is_older_than_his_children_and_grown_up_by_it() -> None:
    found = births(
        record("陳一", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.SELF),
        record("陳二", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.CHILD, birth="2020-02-29"),
    )[0]
    assert found.latest == dt.date(2005, 2, 28)
    assert age_group(found, ON) is AgeGroup.ADULT


def test_a_carer_of_a_child_is_an_adult_and_the_reason_says_so() -> None:
    found = births(record("林三", R.HEALTH_CASE), record("林四", R.CHILD_OUTREACH, carer="林三"))
    assert age_group(found[0], ON) is AgeGroup.ADULT
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
    groups = [age_group(found[k], ON) for k in range(6)]
    assert groups == [AgeGroup.ADULT] * 4 + [AgeGroup.UNKNOWN, AgeGroup.CHILD]


def test_what_contradicts_is_left_out_and_named() -> None:
    found = births(record("陳一", R.CHILD_OUTREACH), record("陳一", R.EMERGENCY_RELIEF), persons=[0, 0])[0]
    assert age_bounds(found, ON) == (0, 6)
    assert found.conflicts == ("與「列於急難紓困申請名冊」不合",)


def test_a_year_is_narrowed_by_what_else_is_known() -> None:
    found = births(record("陳一", R.CHILD_OUTREACH, birth="2019"))[0]
    assert (found.earliest, found.latest) == (dt.date(2019, 4, 1), dt.date(2019, 12, 31))


def test_leap_days() -> None:
    assert years_before(dt.date(2024, 2, 29), 1) == dt.date(2023, 2, 28)
    assert age_on(dt.date(2020, 2, 29), dt.date(2026, 2, 28)) == 5
    assert age_on(dt.date(2020, 2, 29), dt.date(2026, 3, 1)) == 6


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


def test_words_of_order_that_do_not_follow_the_births_say_nothing() -> None:
    """Some senders number children as they were entered. What the known births show decides for the whole month."""
    rows = [
        replace(
            record(
                f"陳{n}{word}", R.HOUSEHOLD_REGISTER, birth=birth, household=f"G{n}", relation=Relation.CHILD
            ),
            relation_raw=word,
        )
        for n in range(6)
        for word, birth in (("長女", "2020-05-01"), ("次女", "2015-05-01"))
    ]
    unknown = [
        replace(
            record("林一", R.HOUSEHOLD_REGISTER, birth="2022-05-01", household="G9", relation=Relation.CHILD),
            relation_raw="長女",
        ),
        replace(
            record("林二", R.HOUSEHOLD_REGISTER, household="G9", relation=Relation.CHILD), relation_raw="次女"
        ),
    ]
    assert births(*rows[:4], *unknown)[5].earliest == dt.date(2022, 5, 1)  # two families may be slips
    assert births(*rows, *unknown)[13].earliest is None


def test_a_household_number_in_a_case_does_not_make_its_client_the_head() -> None:
    """A 案主 may be an infant, also where the family list carries a 戶號."""
    client = record("陳寶", R.VULNERABLE_FAMILY, household="G1", relation=Relation.SELF)
    assert age_group(births(client)[0], ON) is AgeGroup.UNKNOWN
    head = record("陳寶", R.HOUSEHOLD_REGISTER, household="G1", relation=Relation.SELF)
    assert age_group(births(head)[0], ON) is AgeGroup.ADULT


def test_a_month_without_a_day_bounds_to_that_month() -> None:
    found = stated_birth({1: record("陳一", birth="2020-02")})
    assert found is not None
    assert (found.earliest, found.latest) == (dt.date(2020, 2, 1), dt.date(2020, 2, 29))


def test_a_client_may_be_an_infant_so_the_mother_need_not_be_thirty() -> None:
    mother = record("林母", relation=Relation.PARENT, reference="陳兒")
    found = births(mother, record("陳兒"))[0]
    assert age_bounds(found, ON)[0] == 18  # of the relief list; the relation alone says sixteen
