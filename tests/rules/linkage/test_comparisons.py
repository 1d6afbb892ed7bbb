"""Each comparison, pair by pair: what level two values reach."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.people.linkage.blocking import candidates, pairs_in_groups
from anwang.people.linkage.columns import tabulate
from anwang.people.linkage.comparisons import BIRTH, IDENTITY, NAME, SHARED, Comparison, compare
from anwang.people.linkage.engine.keys import mix
from anwang.people.linkage.living import compare_living
from anwang.people.linkage.living_comparisons import ADDRESS, NAMED
from anwang.standard.codes import RosterCode, Sex
from anwang.standard.record import StandardRecord

from .build import APRIL, record

R = RosterCode


def level(comparison: Comparison, a: StandardRecord, b: StandardRecord) -> str | None:
    """The zh-TW label of the level, both ways round (it must be the same), or None."""
    table = tabulate({1: a, 2: b})
    one = int(compare(table, np.array([0]), np.array([1])).levels[comparison.name][0])
    other = int(compare(table, np.array([1]), np.array([0])).levels[comparison.name][0])
    assert one == other
    return comparison.levels[one] if one >= 0 else None


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("陳淑芬", "陳淑芬", "姓名相同"),
        ("陳○芬", "陳淑芬", "隱字處以外相同"),
        ("陳○芬", "陳○芬", "隱字處以外相同"),
        ("孫真", "孫真承", "缺一字"),
        ("孫承", "孫真承", "缺一字"),
        ("邱美伶", "邱美玲", "同音異字"),
        ("黃芬瑞", "黃芳瑞", "差一字"),
        ("蔡雄文", "蔡文雄", "差一字"),
        ("詹志彥", "詹潔柏", "同姓異名"),
        ("阮氏碧草", "阮氏碧草", "姓名相同"),
        ("阮氏碧草", "阮氏碧華", "差一字"),
        ("陳淑芬", "林淑芬", "姓不同"),
    ],
)
def test_names(a: str, b: str, expected: str) -> None:
    assert level(NAME, record(a), record(b)) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("C151841290", "C151841290", "證號相同"),
        ("C151841290", "C151*****0", "隱碼處以外相同"),
        ("C151841290", "C151*****9", "證號不同（有一號檢核不符）"),
        ("C151841290", "C151841390", "差一碼或兩碼對調"),
        ("C151841290", "C151481290", "差一碼或兩碼對調"),
        ("C151841290", "C159999998", "證號不同（有一號檢核不符）"),
        ("C151841290", "H124761400", "兩個有效證號不同"),
        ("C151841290", "", None),
    ],
)
def test_identities(a: str, b: str, expected: str | None) -> None:
    assert level(IDENTITY, record("陳一", id_number=a), record("陳一", id_number=b)) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("1982-07-17", "1982-07-17", "出生日期相同"),
        ("1982-07-17", "1982", "年相同（一方只有年）"),
        ("1982-01-01", "1982-07-17", "年相同（一方只有年）"),
        ("1982", "1983", "年相近（一方只有年）"),
        ("1982-07-17", "1992-07-17", "差一處或月日對調"),
        ("1982-07-11", "1982-11-07", "差一處或月日對調"),
        ("1982-07-17", "1982-07-27", "差一處或月日對調"),
        ("1982-07-17", "1990-03-02", "出生日期不同"),
        ("1982-07-17", "", None),
    ],
)
def test_births(a: str, b: str, expected: str | None) -> None:
    assert level(BIRTH, record("陳一", birth=a), record("陳一", birth=b)) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"phone": "0912345678"}, {"phone": "0912345678", "number": "3"}, "同手機號碼"),
        ({"household": "G1", "number": "5"}, {"household": "G1", "number": "9"}, "戶號相同"),
        ({"number": "5", "floor": "2"}, {"number": "5", "floor": "2"}, "地址相同（到樓層）"),
        ({"number": "5"}, {"number": "5"}, "地址相同（門牌無樓層）"),
        ({"phone": "039111222"}, {"phone": "039111222"}, "市話相同"),
        ({"number": "5"}, {"number": "5", "floor": "4"}, None),
        ({"household": "G1", "number": "5"}, {"household": "G2", "number": "5"}, None),
        ({}, {}, None),
    ],
)
def test_a_shared_home_is_one_comparison(a: dict[str, str], b: dict[str, str], expected: str | None) -> None:
    assert level(SHARED, record("陳一", **a), record("陳二", **b)) == expected


def test_living_together_knows_flats_and_who_is_named() -> None:
    table = tabulate(
        {
            1: record("陳一", number="5"),
            2: record("陳二", R.HEALTH_CASE, number="5"),
            3: record("林三", R.POLICE_VISIT, number="5", floor="4"),
            4: record("陳四", R.CHILD_OUTREACH, carer="陳一"),
        }
    )
    row = {int(k): i for i, k in enumerate(table.keys)}

    def found(a: int, b: int, comparison: Comparison) -> str | None:
        levels = compare_living(table, np.array([row[a]]), np.array([row[b]]))
        value = int(levels[comparison.name][0])
        return comparison.levels[value] if value >= 0 else None

    assert found(1, 2, ADDRESS) == "門牌相同、皆無樓層，但該處另有樓層住戶"
    assert found(1, 3, ADDRESS) == found(3, 1, ADDRESS) == "門牌相同，一方無樓層"
    assert found(1, 4, ADDRESS) is None
    assert found(1, 4, NAMED) == found(4, 1, NAMED) == "一方為另一方的照顧者或案主"


@given(st.lists(st.integers(0, 6), max_size=40), st.integers(2, 8))
def test_blocking_finds_every_pair_of_a_group_that_is_not_too_large(values: list[int], cap: int) -> None:
    keys = np.array(values, np.int64)
    left, right, large = pairs_in_groups(np.arange(len(values)), keys, cap)
    expected = {
        (i, j)
        for i in range(len(values))
        for j in range(i + 1, len(values))
        if values[i] == values[j] != 0 and values.count(values[i]) <= cap
    }
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == expected
    assert len(left) == len(expected)
    assert set(large.tolist()) == {i for i, v in enumerate(values) if v and values.count(v) > cap}


def test_a_key_of_several_columns_is_missing_when_one_is() -> None:
    a, b = np.array([1, 1, 0, 2]), np.array([5, 5, 5, 0])
    key = mix(a, b)
    assert key[0] == key[1] != 0
    assert key[2] == key[3] == 0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"id_number": "C151841290"}, {"id_number": "C151481290"}),
        ({"id_number": "C151841290"}, {"id_number": "C151841299"}),
        ({"id_number": "C151841290"}, {"id_number": "C151*****0"}),
        ({"phone": "0912345678"}, {"phone": "0912345678"}),
        ({"birth": "1982-07-17"}, {"birth": "1982-07-17"}),
        ({"carer": "林麗華", "birth": "2022"}, {"carer": "林麗華"}),
    ],
)
def test_what_should_be_compared_is(a: dict[str, str], b: dict[str, str]) -> None:
    table = tabulate(
        {1: record("陳志柏", **a), 2: record("陳大柏", R.HEALTH_CASE, period=APRIL, sex=Sex.MALE, **b)}
    )
    assert len(candidates(table).left) == 1


def test_a_name_that_everybody_has_does_not_grow_with_the_square() -> None:
    rows = {k: record("陳淑芬", number=str(k), period=APRIL) for k in range(300)}
    found = candidates(tabulate(rows), cap=20)
    assert len(found.left) == 0
    assert found.skipped["name"] == 300
