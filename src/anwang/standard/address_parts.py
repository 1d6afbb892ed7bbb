"""The small pieces of an address: numerals in part numbers and road names, and the floor glued to a sub-number."""

from __future__ import annotations

from .text import NUMERALS, chinese_number

NUMERAL = f"[{NUMERALS}]+"
HIGHEST_FLOOR = 50

_TENS = "一二三四五六七八九"


def number_of(text: str) -> str:
    """A part number in Arabic without leading zeros: `二十三` → `23`, `05` → `5`, `12之3` → `12-3`."""
    if text.isdigit() and text.isascii():
        return text.lstrip("0") or "0"
    for sign in ("之", "-"):
        if sign in text:
            head, tail = text.split(sign, 1)
            return f"{number_of(head)}-{number_of(tail)}"
    value = chinese_number(text)
    return text if value is None else str(value)


def chinese_name(road: str) -> str:
    """A road name with its numeral in Chinese, as road signs write it: `惠深2路` → `惠深二路`."""
    if road.isascii() or not any("0" <= c <= "9" for c in road):
        return road
    written, digits = "", ""
    for c in road + " ":
        if "0" <= c <= "9":
            digits += c
            continue
        if digits:
            written += _chinese(int(digits))
            digits = ""
        written += c
    return written.rstrip()


def _chinese(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _TENS[tens - 1] + "十" if tens < 10 else str(number)
    return head if tens >= 10 else head + (_TENS[ones - 1] if ones else "" if tens else "〇")


def floor_and_sub(glued: str) -> tuple[str, str]:
    """Sub-number and floor from the digits between 號之 and 樓: `84` → (`8`, `4`), `112` → (`1`, `12`), `4` → (``, `4`).

    The sub-number keeps at least one digit; the floor takes the most digits that make 1 to 50 without a leading zero.
    Chinese numerals are a floor as they stand.
    """
    if not (glued.isdigit() and glued.isascii()) or len(glued) == 1:
        return "", number_of(glued)
    for size in (2, 1):
        sub, floor = glued[:-size], glued[-size:]
        if sub and floor[0] != "0" and int(floor) <= HIGHEST_FLOOR:
            return sub, floor
    return "", glued
