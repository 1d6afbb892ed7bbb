"""How the text of the search field is read."""

from __future__ import annotations

import pytest

from anwang.people.linkage.search_text import readings_of
from anwang.people.registry.search_keys import pieces_of
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.record import Period, StandardRecord
from anwang.standard.serial import to_json
from anwang.standard.typed import typed_person

MONTH = Period(2026, 4)


def record(**facts: str) -> StandardRecord:
    known = {"name": "陳建宏", "id_number": "A123456789", "birth": "70/5/12", "phone": "0912345678"} | facts
    return typed_person(
        source=OwnSource.INTAKE_REPORT,
        number="R-1-1",
        line=1,
        agency=AgencyCode.SOCIAL,
        period=MONTH,
        **known,
    )


def said(text: str, **facts: str) -> list[tuple[str, ...]]:
    """What each reading that the record fits says."""
    found = record(**facts)
    has = pieces_of(to_json(found))
    return [each.said for each in readings_of(text, MONTH) if each.pieces <= has and each.fits(found)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("陳建宏", "姓名相符"),
        ("建宏", "姓名相符"),
        ("陳建", "姓名相符"),
        ("陳 建宏", "姓名相符"),
        ("陳健弘", "姓名同音"),
        ("建弘", "姓名同音"),
        ("A123456789", "證號相同"),
        ("a123456789", "證號相同"),
        ("A1234", "證號開頭相符"),
        ("A12345678", "證號開頭相符"),
        ("A1234*****", "證號開頭相符"),
        ("6789", "證號末碼相符"),
        ("3456789", "證號末碼相符"),
        ("******6789", "證號末碼相符"),
        ("0912-345-678", "電話相同"),
        ("0912 345 678", "電話相同"),
        ("5678", "電話末碼相符"),
        ("345678", "電話末碼相符"),
        ("700512", "出生日期相同"),
        ("0700512", "出生日期相同"),
        ("70/5/12", "出生日期相同"),
        ("民國70年5月12日", "出生日期相同"),
        ("1981-05-12", "出生日期相同"),
    ],
)
def test_a_record_is_found_by_a_part_of_what_it_says(text: str, first: str) -> None:
    assert said(text)[0] == (first,)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("陳建宏 70年", ("姓名相符", "出生年相同")),
        ("建弘 民國70年", ("姓名同音", "出生年相同")),
        ("陳建宏 1981年", ("姓名相符", "出生年相同")),
        ("陳建宏 約44歲", ("姓名相符", "年紀相近")),
        ("陳建 6789", ("姓名相符", "證號末碼相符")),
        ("5678 建宏", ("姓名相符", "電話末碼相符")),
    ],
)
def test_a_name_may_stand_beside_something_else(text: str, first: tuple[str, ...]) -> None:
    assert said(text)[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "王小明", "陳宏", "建建", "A223456789", "A1235", "A12345679", "A1234*****8", "9876", "13456789", "0912345679",
        "1345678", "70/5/13", "陳建宏 71年", "陳建宏 9876", "王小明 6789",
    ],
)  # fmt: skip
def test_a_record_that_says_otherwise_is_not(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    ["", "陳", "70年", "約44歲", "A12", "123", "王○明", "115/13/45", "#@!", "*****", "A*", "%' or 1=1"],
)
def test_too_little_is_no_search(text: str) -> None:
    assert readings_of(text, MONTH) == []


@pytest.mark.parametrize(("one", "other"), [("台怡", "臺怡"), ("吳温", "呉溫"), ("彦廷", "彥廷")])
def test_forms_of_a_character_are_one(one: str, other: str) -> None:
    pieces = [readings_of(text, MONTH)[0].pieces for text in (one, other)]
    assert pieces[0] == pieces[1]


def test_a_hidden_character_fits_any_that_is_typed() -> None:
    assert said("A1234", id_number="A12345****") == [("證號開頭相符",)]
    assert said("A123456", id_number="A12345****") == [("證號開頭相符",)]
    assert said("A12346", id_number="A12345****") == []
    assert said("6789", id_number="A123***789") == []


def test_a_number_alone_is_read_in_every_way_it_can_be() -> None:
    assert [each.said[0] for each in readings_of("700512", MONTH)] == [
        "出生日期相同",
        "證號末碼相符",
        "電話末碼相符",
    ]
