"""Folding of characters, shared by all readers: half width, one hyphen, one space, Chinese numerals.

These functions make text *comparable*. None of them touches the raw text that a record keeps.
"""

from __future__ import annotations

import re
import unicodedata

# Full-width forms (U+FF01–FF5E), and characters that look alike in a spreadsheet but that NFKC leaves apart.
_ALIKE = str.maketrans(
    {
        **{chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)},
        **dict.fromkeys("‐‑‒–—―−﹣－ー", "-"),
        **dict.fromkeys("\t\r\n\u3000\xa0\u2002\u2003\u2009\u202f", " "),
        **dict.fromkeys("\ufeff\u200b\u200c\u200d\u2060", ""),
        "〜": "~",
    }
)
_SPACES = re.compile(r"\s+")

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {
    **dict(zip("零壹貳參肆伍陸柒捌玖", range(10), strict=True)),
    "○": 0,
    "兩": 2,
    "叁": 3,
    "弍": 2,
    "弌": 1,
    "元": 1,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20, "卅": 30}
NUMERALS = "〇一二三四五六七八九零壹貳參肆伍陸柒捌玖兩叁十拾百佰千仟廿卅"


def half_width(text: str) -> str:
    """Full-width Latin letters, digits and signs as half width; dashes as `-`; spaces as ` `; no invisible characters.

    Han characters are left as they are: NFKC would replace compatibility ideographs and change names.
    """
    return text.translate(_ALIKE)


def squeeze(text: str) -> str:
    """Half width, without any space."""
    return _SPACES.sub("", half_width(text))


def fold_label(text: str) -> str:
    """A header or code word ready to look up: NFKC, lower case, without spaces, punctuation and `台`/`臺` difference."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("臺", "台")
    return "".join(c for c in folded if c.isalnum())


def chinese_number(text: str) -> int | None:
    """The value of Chinese numerals, positional (`一一五`) or with units (`二十三`, `廿三`, `百一十五`); None if not one."""
    if not text:
        return None
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total = 0
    pending: int | None = None
    smallest = 10_000
    for c in text:
        if c in DIGITS:
            if pending:  # two digits in a row inside a number with units (百一二) is not a number
                return None
            pending = DIGITS[c]
            continue
        unit = _UNITS.get(c)
        if unit is None:
            return None
        if c in "廿卅":
            if pending or smallest <= 10:
                return None
            total, smallest = total + unit, 10
        else:
            if unit >= smallest:
                return None
            total, smallest = total + (1 if pending is None else pending) * unit, unit
        pending = None
    return total + (pending or 0)


_RUNS = re.compile(f"[{NUMERALS}]+")


def arabic(text: str) -> str:
    """`text` with every run of Chinese numerals written in Arabic digits (`七十八年三月` → `78年3月`)."""

    def digits(match: re.Match[str]) -> str:
        value = chinese_number(match[0])
        return match[0] if value is None else str(value)

    return _RUNS.sub(digits, text)
