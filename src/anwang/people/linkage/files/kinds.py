"""What a column may hold: how its values are cleaned, and by which levels two of them are compared.

A cleaned value is what is compared; it is never shown or written anywhere. "" is a value that is not known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from anwang.standard.names import name_key
from anwang.standard.sounds import sound_of


class Kind(StrEnum):
    """The kinds of a field, as a map names them."""

    GIVEN_NAME = "given_name"
    SURNAME = "surname"
    NAME = "name"
    CHINESE_NAME = "chinese_name"
    DATE = "date"
    ID = "id"
    PHONE = "phone"
    POSTCODE = "postcode"
    ADDRESS = "address"
    NUMBER = "number"
    CATEGORY = "category"
    TEXT = "text"


class DateOrder(StrEnum):
    """In which order a date is written."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


@dataclass(frozen=True, slots=True)
class KindOfField:
    """`levels`: the names of the levels (see `levels`), best first. `length`: letters of a value that are compared one by one.
    `weighs_rarity`: an equal value that few have says more than one that many have."""

    label: str
    levels: tuple[str, ...]
    length: int
    weighs_rarity: bool


_NAME = ("exact", "edits_1", "edits_2", "sound", "edits_3", "first_3")
_WORDS = ("exact", "edits_1", "words", "edits_2", "edits_3", "first_4")

KINDS: dict[Kind, KindOfField] = {
    Kind.GIVEN_NAME: KindOfField("名", _NAME, 20, True),
    Kind.SURNAME: KindOfField("姓", _NAME, 20, True),
    Kind.NAME: KindOfField("姓名", ("exact", "words", *_NAME[1:]), 30, True),
    Kind.CHINESE_NAME: KindOfField("中文姓名", ("exact", "sound", "edits_1", "first_1"), 0, True),
    Kind.DATE: KindOfField(
        "日期", ("exact", "edits_1", "day_month", "edits_2", "month_day", "year"), 8, False
    ),
    Kind.ID: KindOfField("號碼", ("exact", "edits_1", "edits_2", "edits_3"), 20, False),
    Kind.PHONE: KindOfField("電話", ("exact", "edits_1", "edits_2"), 16, False),
    Kind.POSTCODE: KindOfField("郵遞區號", ("exact", "edits_1", "first_3", "edits_2"), 10, True),
    Kind.ADDRESS: KindOfField("地址", _WORDS, 35, True),
    Kind.NUMBER: KindOfField("數字", ("exact", "edits_1"), 10, True),
    Kind.CATEGORY: KindOfField("類別", ("exact",), 0, True),
    Kind.TEXT: KindOfField("文字", _WORDS, 35, True),
}

LEVELS: dict[str, str] = {
    "exact": "相同",
    "swapped": "與另一欄對調",
    "edits_1": "差一個字母或相鄰對調",
    "edits_2": "差兩個字母",
    "edits_3": "差三個字母",
    "sound": "同音",
    "words": "字詞相同而次序不同",
    "first_1": "第一個字相同",
    "first_2": "前兩個字相同",
    "first_3": "前三個字相同",
    "first_4": "前四個字相同",
    "day_month": "月日對調",
    "year_month": "年月相同",
    "month_day": "月日相同",
    "year": "年相同",
    "different": "不同",
}
DATE_LEVELS = frozenset({"day_month", "year_month", "month_day", "year"})
_HAN = re.compile("[㐀-鿿豈-﫿\U00020000-\U0003ffff]")
_APOSTROPHES = re.compile("['’`´]")


def _plain(text: str) -> str:
    """Lower case, without accents and signs; letters of all scripts and digits stay."""
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    kept = "".join(" " if not c.isalnum() else c for c in folded if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", " ".join(kept.split())).replace("台", "臺")


def _glued(text: str) -> str:
    return _plain(text).replace(" ", "").upper()


def _phone(text: str) -> str:
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return "0" + digits[3:] if digits.startswith("886") and len(digits) > 10 else digits


def _number(text: str) -> str:
    found = _plain(text).replace(" ", "")
    return found.lstrip("0") or found[:1]


_CLEAN: dict[Kind, Callable[[str], str]] = {
    Kind.CHINESE_NAME: name_key,
    Kind.ID: _glued,
    Kind.PHONE: _phone,
    Kind.POSTCODE: _glued,
    Kind.NUMBER: _number,
}


def cleaned(kind: Kind, text: str, order: DateOrder = DateOrder.YMD) -> str:
    """What is compared of a value: of a date eight digits where it can be read, else its digits."""
    if kind is Kind.DATE:
        return _date(text, order)
    return _CLEAN.get(kind, _plain)(text.strip())


def _date(text: str, order: DateOrder) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().split("T")[0].split(" ")[0]
    parts = [part for part in re.split(r"\D+", plain) if part]
    if len(parts) == 1:
        digits = parts[0]
        if order is DateOrder.YMD and len(digits) in (6, 7):  # a 民國 year has two or three digits
            return f"{int(digits[:-4]) + 1911:04d}{digits[-4:]}"
        if order is not DateOrder.YMD and len(digits) == 8:
            parts = [digits[:2], digits[2:4], digits[4:]]
        else:
            return digits
    if len(parts) != 3:
        return "".join(parts)
    year, month, day = {
        DateOrder.YMD: parts,
        DateOrder.DMY: parts[::-1],
        DateOrder.MDY: [parts[2], parts[0], parts[1]],
    }[order]
    if len(year) < 4:
        year = str(int(year) + 1911)
    return f"{year}{month:>02}{day:>02}"


def parts_of_date(date: str) -> tuple[int, int, int]:
    """Year, month and day of eight digits; zeros when it is not so many. The day need not exist: it may be a slip."""
    return (int(date[:4]), int(date[4:6]), int(date[6:])) if len(date) == 8 else (0, 0, 0)


_GROUPS = dict.fromkeys("bfpv", "1") | dict.fromkeys("cgjkqsxz", "2") | dict.fromkeys("dt", "3")
_GROUPS |= {"l": "4", "m": "5", "n": "5", "r": "6"}


def sound(kind: Kind, value: str) -> str:
    """How a cleaned value sounds: of Han characters their toneless pinyin, of Latin words Soundex with `ph` as `f` and
    the first letter by its group too, so that Catherine and Kathryn are one."""
    if kind is Kind.CHINESE_NAME or _HAN.search(value):
        return " ".join(map(sound_of, value))
    return " ".join(filter(None, map(_soundex, value.split())))


def _soundex(word: str) -> str:
    letters = word.replace("ph", "f").replace("gh", "").replace("kn", "n").replace("wr", "r")
    found, last = "", ""
    for letter in letters:
        group = _GROUPS.get(letter, "")
        if not group and not found:
            found = "0"  # a vowel at the beginning is heard
        elif group and group != last:
            found += group
        if letter not in "hw":
            last = group
    return found[:5]


def words(value: str) -> str:
    """The words of a cleaned value in order of the alphabet."""
    return " ".join(sorted(value.split()))
