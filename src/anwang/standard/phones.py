"""Telephone numbers of Taiwan: mobiles, landlines with their area code, lost zeros, extensions, several in a cell.

Area codes: 02 (Taipei), 03 (Taoyuan, Hsinchu, Yilan, Hualien), 037 Miaoli, 04, 049 Nantou, 05, 06, 07, 08, 082
Kinmen, 0826 Wuqiu, 0836 Matsu, 089 Taitung. With 02 and 04 a subscriber has 7 or 8 digits, elsewhere 5 to 7.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .record import Phone
from .text import arabic, half_width

_EXTENSION = re.compile(r"(?:#|轉接|轉|分機|內線|ext\.?|[xX])[::]?\s*(\d{1,6})", re.IGNORECASE)
_SPLIT = re.compile(r"[、;,|/\n]|或|及|和|以及|(?<=\d)\s{2,}(?=[\d(+])")
_TWO_BY_SPACE = re.compile(r"^(\(?[\d()+-]{8,14})\s+(\(?[\d()+-]{8,14})$")
_NOT_DIGIT = re.compile(r"\D")
_MASK = re.compile(r"[*○●＊xX]")

_AREA_LENGTHS: tuple[tuple[str, frozenset[int]], ...] = (
    ("0836", frozenset((9,))),
    ("0826", frozenset((9,))),
    ("037", frozenset((9,))),
    ("049", frozenset((10,))),
    ("082", frozenset((9,))),
    ("089", frozenset((9,))),
    ("02", frozenset((10,))),
    ("03", frozenset((9,))),
    ("04", frozenset((9, 10))),
    ("05", frozenset((9,))),
    ("06", frozenset((9,))),
    ("07", frozenset((9,))),
    ("08", frozenset((9,))),
)


def _is_mobile(digits: str) -> bool:
    return len(digits) == 10 and digits.startswith("09")


def _is_landline(digits: str) -> bool:
    """True when the number begins with an area code and has the length that the area has."""
    return any(digits.startswith(area) and len(digits) in lengths for area, lengths in _AREA_LENGTHS)


def _is_other(digits: str) -> bool:
    """Toll-free 0800/0809 and internet 070 numbers."""
    return len(digits) == 10 and digits.startswith(("0800", "0809", "070"))


def _national(digits: str) -> str:
    """The national number with its leading zero, or "" when the digits are no number of Taiwan."""
    for prefix in ("00886", "002886", "886"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 8:
            digits = "0" + digits[len(prefix) :].lstrip("0")
            break
    for candidate in (digits, "0" + digits):
        if candidate.startswith("0") and (
            _is_mobile(candidate) or _is_landline(candidate) or _is_other(candidate)
        ):
            return candidate
    return ""


def read_phones(text: object, *, area: str = "") -> tuple[Phone, ...]:
    """Every number in a cell, in order and without repeats; empty when the cell is empty.

    A number that cannot be read keeps its raw text with `digits` "". `area`: the area code (`03`) for a local number
    written without one; without `area` such a number stays unread.
    """
    if text is None:
        return ()
    if isinstance(text, float) and text == int(text):
        text = int(text)  # a spreadsheet made a number of it
    return _read(str(text), area)


@lru_cache(maxsize=65536)
def _read(raw: str, area: str) -> tuple[Phone, ...]:
    plain = half_width(raw).strip()
    if re.fullmatch(r"\d+\.0", plain):
        plain = plain[:-2]
    if not plain:
        return ()
    if pair := _TWO_BY_SPACE.match(plain):
        parts = [pair[1], pair[2]] if _national(_digits(pair[1])) and _national(_digits(pair[2])) else [plain]
    else:
        parts = _SPLIT.split(plain)
    found: dict[tuple[str, str, str], Phone] = {}
    for part in parts:
        phone = _read_one(part.strip(), raw if len(parts) == 1 else part.strip(), area)
        if phone is not None:
            found.setdefault((phone.digits, phone.extension, "" if phone.digits else phone.raw), phone)
    return tuple(found.values())


def _digits(text: str) -> str:
    return _NOT_DIGIT.sub("", text)


def _read_one(part: str, raw: str, area: str) -> Phone | None:
    if not part or part in ("無", "-", "--", "不詳", "沒有", "無電話", "未提供", "0", "空號", "N/A", "NULL"):
        return None
    extension = ""
    if match := _EXTENSION.search(part):
        extension, part = match[1], part[: match.start()]
    if _MASK.search(part):
        return Phone(raw=raw, digits="")
    digits = _digits(part)
    if not digits:
        digits = _digits(arabic(part))
    national = _national(digits)
    if not national and area and 6 <= len(digits) <= 8 and _is_landline(area + digits):
        national = area + digits
    return Phone(raw=raw, digits=national, is_mobile=_is_mobile(national), extension=extension)
