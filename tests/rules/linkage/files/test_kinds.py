"""Values as they are compared."""

from __future__ import annotations

import pytest

from anwang.people.linkage.files.kinds import DateOrder, Kind, cleaned, parts_of_date, sound, words


@pytest.mark.parametrize(
    ("kind", "text", "clean"),
    [
        (Kind.SURNAME, " O'Brien-Smith ", "obrien smith"),
        (Kind.SURNAME, "MÜLLER", "muller"),
        (Kind.SURNAME, "Ｓｍｉｔｈ", "smith"),
        (Kind.SURNAME, "Иванов", "иванов"),
        (Kind.CHINESE_NAME, "王 小明", "王小明"),
        (Kind.ADDRESS, "台北市 忠孝東路1段", "臺北市 忠孝東路1段"),
        (Kind.ID, "a1-234 567", "A1234567"),
        (Kind.PHONE, "+886 912-345-678", "0912345678"),
        (Kind.PHONE, "0912 345 678", "0912345678"),
        (Kind.POSTCODE, "sw1a 1aa", "SW1A1AA"),
        (Kind.NUMBER, "007", "7"),
        (Kind.NUMBER, "0", "0"),
        (Kind.DATE, "1975-03-12", "19750312"),
        (Kind.DATE, "1975/3/2 00:00:00", "19750302"),
        (Kind.DATE, "0640312", "19750312"),
        (Kind.DATE, "64/3/12", "19750312"),
        (Kind.DATE, "19561399", "19561399"),
        (Kind.DATE, "unknown", ""),
        (Kind.CATEGORY, "", ""),
    ],
)
def test_cleaned(kind: Kind, text: str, clean: str) -> None:
    assert cleaned(kind, text) == clean


@pytest.mark.parametrize(
    ("order", "text"),
    [(DateOrder.DMY, "12/3/1975"), (DateOrder.MDY, "03-12-1975"), (DateOrder.DMY, "12031975")],
)
def test_dates_in_another_order(order: DateOrder, text: str) -> None:
    assert cleaned(Kind.DATE, text, order) == "19750312"


def test_parts_of_a_date_need_eight_digits() -> None:
    assert parts_of_date("19750312") == (1975, 3, 12)
    assert parts_of_date("1975") == (0, 0, 0)


@pytest.mark.parametrize(
    ("one", "other"), [("catherine", "kathryn"), ("philip", "filip"), ("smith", "smyth"), ("wright", "rite")]
)
def test_what_sounds_alike(one: str, other: str) -> None:
    assert sound(Kind.SURNAME, one) == sound(Kind.SURNAME, other) != ""


def test_han_names_sound_by_their_reading() -> None:
    assert sound(Kind.CHINESE_NAME, "張家豪") == sound(Kind.CHINESE_NAME, "章嘉豪")
    assert sound(Kind.CHINESE_NAME, "張家豪") != sound(Kind.CHINESE_NAME, "王家豪")
    assert sound(Kind.SURNAME, "miller") != sound(Kind.SURNAME, "walker")
    assert words("mill street old") == words("old mill street")
