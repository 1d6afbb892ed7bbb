"""Families that are easily got wrong: each a handful of rows put into a county large enough to learn from."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from anwang.people.linkage.columns import tabulate
from anwang.people.linkage.consolidate import consolidate
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.result import LinkageResult, LinkDecisions, Previous
from anwang.people.linkage.scoring import name_frequencies
from anwang.standard.codes import Relation, RosterCode, Sex
from anwang.standard.record import StandardRecord

from .build import APRIL, record
from .maker import make

NOW = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
BASE = 1_000_000
R = RosterCode


@cache
def background() -> dict[int, StandardRecord]:
    return make(250, seed=5).records


def link(*rows: StandardRecord, decisions: LinkDecisions | None = None) -> LinkageResult:
    """The rows (keys BASE, BASE + 1, …) among a county, under the shipped model."""
    records = {**background(), **{BASE + k: row for k, row in enumerate(rows)}}
    return consolidate(records, decisions or LinkDecisions(), Previous(), LinkageModel.load(), NOW)


def groups(found: dict[int, int], count: int) -> list[int]:
    """The first row that each row was put together with."""
    return [min(k for k in range(count) if found[BASE + k] == found[BASE + n]) for n in range(count)]


def persons(*rows: StandardRecord, decisions: LinkDecisions | None = None) -> list[int]:
    return groups(dict(link(*rows, decisions=decisions).person_of), len(rows))


def households(*rows: StandardRecord) -> list[int]:
    return groups(dict(link(*rows).household_of), len(rows))


CHILD = {"number": "77", "phone": "039111222", "carer": "陳怡君"}
REG = {"household": "G1111111", "number": "77"}


def test_twins_without_id_stay_two_and_each_finds_his_register_row() -> None:
    assert persons(
        record("陳志柏", R.CHILD_OUTREACH, birth="2021-08-06", sex=Sex.MALE, **CHILD),
        record("陳志哲", R.CHILD_OUTREACH, birth="2021-08-06", sex=Sex.MALE, **CHILD),
        record(
            "陳志柏", R.HOUSEHOLD_REGISTER, birth="2021-08-06", sex=Sex.MALE, relation=Relation.CHILD, **REG
        ),
        record("陳志哲", R.HOUSEHOLD_REGISTER, birth="2021", sex=Sex.MALE, relation=Relation.CHILD, **REG),
    ) == [0, 1, 0, 1]


def test_sisters_who_share_a_character_and_have_no_id_stay_two() -> None:
    assert persons(
        record(
            "陳思妤", R.SCHOOL_DROPOUT, birth="2013-02-03", sex=Sex.FEMALE, number="77", phone="039111222"
        ),
        record(
            "陳思涵", R.HOUSEHOLD_REGISTER, birth="2015-05-09", sex=Sex.FEMALE, relation=Relation.CHILD, **REG
        ),
        record("陳思妤", R.HOUSEHOLD_REGISTER, sex=Sex.FEMALE, relation=Relation.CHILD, **REG),
    ) == [0, 1, 0]


def test_a_changed_given_name_is_still_the_same_person_when_id_and_birth_agree() -> None:
    assert persons(
        record("王鳳偉", id_number="C151841290", birth="1982-07-17", sex=Sex.MALE, number="8"),
        record("王品睿", R.HEALTH_CASE, id_number="C151841290", birth="1982-07-17", sex=Sex.MALE, number="91", road="泰山路"),
    ) == [0, 0]  # fmt: skip


def test_a_mistyped_id_and_a_masked_name_at_one_home_are_the_same_person() -> None:
    assert persons(
        record("吳罔市", id_number="E248217060", birth="1961-08-11", sex=Sex.FEMALE, number="25", floor="4"),
        record(
            "吳○市",
            R.HEALTH_CASE,
            id_number="E248417060",
            birth="1961",
            sex=Sex.FEMALE,
            number="25",
            floor="4",
        ),
    ) == [0, 0]


def test_two_valid_ids_are_two_persons_though_name_and_home_agree() -> None:
    rows = (
        record("林榮發", id_number="C151841290", sex=Sex.MALE, number="30", phone="0912000111"),
        record(
            "林榮發", R.HEALTH_CASE, id_number="H124761400", sex=Sex.MALE, number="30", phone="0912000111"
        ),
    )
    result = link(*rows)
    assert groups(dict(result.person_of), 2) == [0, 1]


def test_strangers_of_one_common_name_in_two_townships_stay_two() -> None:
    assert persons(
        record("陳淑芬", sex=Sex.FEMALE, number="12", township="蘇澳鎮"),
        record("陳淑芬", R.POLICE_VISIT, sex=Sex.FEMALE, number="300", township="頭城鎮", road="青雲路"),
    ) == [0, 1]


def test_a_name_that_many_bear_though_its_characters_are_rare_says_little() -> None:
    """阮 is rare and 氏秋 is rare, but who is called 阮 is often 阮氏秋. Two birth years may be one person's, mistyped."""

    def frequency(bearers: int) -> float:
        rows = {
            -1 - n: record("阮氏秋", birth=f"{1980 + n}-05-01", sex=Sex.FEMALE, number=f"{100 + n}")
            for n in range(bearers)
        }
        table = tabulate({**background(), **rows})
        return float(name_frequencies(table)[table.row_of[-1]])

    persons_of_the_county = len({(r.name.key, r.birth.year) for r in background().values() if r.birth})
    assert frequency(2) < 0.5 / persons_of_the_county
    assert frequency(8) == pytest.approx(7 / persons_of_the_county, rel=0.15)


def test_father_and_son_at_one_door_with_masked_names_stay_two() -> None:
    assert persons(
        record(
            "陳○明", R.HOUSEHOLD_REGISTER, birth="1980-03-04", sex=Sex.MALE, relation=Relation.SELF, **REG
        ),
        record(
            "陳○明", R.HOUSEHOLD_REGISTER, birth="2012-06-01", sex=Sex.MALE, relation=Relation.CHILD, **REG
        ),
    ) == [0, 1]


def test_the_neighbour_upstairs_is_another_household() -> None:
    assert households(
        record("邱阿土", R.HOUSEHOLD_REGISTER, relation=Relation.SELF, household="G1", number="162"),
        record("邱春梅", R.EMERGENCY_RELIEF, number="162"),
        record(
            "邱國華", R.HOUSEHOLD_REGISTER, relation=Relation.SELF, household="G2", number="162", floor="4"
        ),
        record("賴美玲", R.SUICIDE_REPORT, number="162", floor="4"),
    ) == [0, 0, 2, 2]


def test_who_moved_belongs_to_the_home_of_his_number() -> None:
    result = link(
        record(
            "王素良",
            R.HOUSEHOLD_REGISTER,
            relation=Relation.SPOUSE,
            household="G3",
            number="396",
            period=APRIL,
        ),
        record(
            "王鳳偉",
            R.HOUSEHOLD_REGISTER,
            relation=Relation.SELF,
            household="G3",
            number="434",
            road="健富路",
        ),
        record("王素良", R.EMPLOYMENT, number="434", road="健富路", sex=Sex.FEMALE),
    )
    assert groups(dict(result.household_of), 3) == [0, 0, 0]


def test_a_child_without_an_address_goes_to_the_carer_that_his_row_names() -> None:
    result = link(
        record("魏語彤", R.CHILD_OUTREACH, birth="2022-01-05", carer="魏敏軒"),
        record("魏敏軒", R.EMERGENCY_RELIEF, number="5", birth="1990-01-05"),
    )
    assert groups(dict(result.household_of), 2) == [0, 0]
    (child, carer) = result.households[result.household_of[BASE]].memberships
    assert [e.text for e in child.evidence] == ["主要照顧者為同戶的魏敏軒"]
    assert [e.text for e in carer.evidence] == ["家人的資料列以其為照顧者或案主"]


def test_a_child_named_like_somebody_elses_father_does_not_join_that_family() -> None:
    """Whom the rows of a family name is at home already; another bearer of the name, elsewhere, is a namesake."""
    first = {"number": "227", "road": "員山路", "township": "員山鄉", "reference": "陳阿土"}
    second = {"number": "325", "road": "玉龍路", "township": "礁溪鄉", "reference": "陳恩忠"}
    assert households(
        record("陳阿土", id_number="X116880684", birth="1992-03-04", sex=Sex.MALE, relation=Relation.SELF, **first),
        record("陳明輝", birth="1949-06-20", sex=Sex.MALE, relation=Relation.PARENT, **first),
        record("陳承翰", birth="2022-03-15", sex=Sex.MALE, relation=Relation.CHILD, **first),
        record("陳淑惠", birth="2017-04-20", sex=Sex.FEMALE, relation=Relation.CHILD, **first),
        record("陳恩忠", id_number="Q198430234", birth="2000-06-09", sex=Sex.MALE, relation=Relation.SELF, **second),
        record("陳阿土", id_number="C171953488", birth="2015-06-17", sex=Sex.MALE, relation=Relation.CHILD, **second),
    ) == [0, 0, 0, 0, 4, 4]  # fmt: skip


def test_a_small_child_is_no_grown_up_of_the_same_name_in_the_same_home() -> None:
    """The carer's name was written into the child's column, or both have it: the list of small children decides."""
    home = {"phone": "039111222", "number": "222", "road": "廣興路"}
    assert persons(
        record("李鳳瑱", R.CHILD_OUTREACH, birth="2022-01-01", sex=Sex.MALE, carer="李真", **home),
        record("李鳳瑱", R.EMERGENCY_RELIEF, birth="1983-01-09", sex=Sex.MALE, **home),
    ) == [0, 1]


def test_a_lodger_lives_where_his_other_row_says() -> None:
    assert households(
        record("林宜靜", R.HOUSEHOLD_REGISTER, relation=Relation.OTHER_KIN, household="G4", number="441"),
        record("梁賢晴", R.HOUSEHOLD_REGISTER, relation=Relation.SELF, household="G4", number="441"),
        record("林宜靜", R.VULNERABLE_FAMILY, relation=Relation.CHILD, reference="林麗華", number="230", phone="039222333"),
        record("林麗華", R.VULNERABLE_FAMILY, relation=Relation.SELF, reference="林麗華", number="230", phone="039222333"),
    ) == [0, 1, 0, 0]  # fmt: skip


def test_every_membership_says_why_and_when() -> None:
    result = link(
        record("許心如", R.HOUSEHOLD_REGISTER, relation=Relation.SELF, household="G5", number="368"),
        record(
            "劉芬維",
            R.VULNERABLE_FAMILY,
            relation=Relation.CHILD,
            reference="許心如",
            number="368",
            period=APRIL,
        ),
    )
    home = result.households[result.household_of[BASE]]
    told = {m.person: {e.kind.value for e in m.evidence} for m in home.memberships}
    assert told[result.person_of[BASE + 1]] == {"address", "named"}
    assert told[result.person_of[BASE]] == {"register", "address", "named"}
    assert {m.first for m in home.memberships} == {APRIL, APRIL.previous()}


TWO = (
    record("黃金鳳", id_number="G246673941", sex=Sex.FEMALE, number="61"),
    record("黃金鳳", R.HEALTH_CASE, sex=Sex.FEMALE, number="61"),
)


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        (LinkDecisions(), [0, 0]),
        (LinkDecisions(cannot=frozenset({(BASE + 1, BASE)})), [0, 1]),
        (LinkDecisions(must=frozenset({(BASE, BASE + 1)}), cannot=frozenset({(BASE, BASE + 1)})), [0, 1]),
    ],
)
def test_a_person_decides_against_the_score(decisions: LinkDecisions, expected: list[int]) -> None:
    assert persons(*TWO, decisions=decisions) == expected


def test_a_must_link_joins_what_no_score_would() -> None:
    rows = (record("黃金鳳", number="61"), record("羅○", R.HEALTH_CASE, number="5", road="公正路"))
    assert persons(*rows) == [0, 1]
    assert persons(*rows, decisions=LinkDecisions(must=frozenset({(BASE, BASE + 1)}))) == [0, 0]


def test_decisions_on_rows_that_are_gone_are_counted_and_left_out() -> None:
    result = link(*TWO, decisions=LinkDecisions(must=frozenset({(BASE, 9_999_999)})))
    assert result.report["decisions"]["gone"] == 1


def test_another_name_in_the_row_itself_counts() -> None:
    table = tabulate(
        {1: record("賴瑄", R.VULNERABLE_FAMILY, relation=Relation.SELF, reference="賴良"), 2: record("賴良")}
    )
    by_key = {int(k): i for i, k in enumerate(table.keys)}
    assert table.alias.full[by_key[1]] == table.name.full[by_key[2]]


def test_a_row_that_fits_two_namesakes_is_given_to_neither_and_asked() -> None:
    rows = (
        record(
            "曾榮發", R.HEALTH_CASE, id_number="G119237718", birth="1992-10-16", sex=Sex.MALE, number="290"
        ),
        record(
            "曾榮發",
            R.EMPLOYMENT,
            id_number="G184735274",
            birth="1995-04-10",
            sex=Sex.MALE,
            number="9",
            road="泰山路",
        ),
        record("曾榮發", R.HOUSEHOLD_REGISTER, sex=Sex.MALE, relation=Relation.SELF, household="G6"),
    )
    result = link(*rows)
    assert groups(dict(result.person_of), 3) == [0, 1, 2]
    assert groups(dict(link(rows[0], rows[2]).person_of), 2) == [0, 0]
    asked = {frozenset((p.left, p.right)) for p in result.review}
    assert {frozenset((BASE, BASE + 2)), frozenset((BASE + 1, BASE + 2))} <= asked
