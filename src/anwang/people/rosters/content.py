"""What the cells of a column look like: evidence that does not depend on what the column is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from anwang.standard.codes import IdState
from anwang.standard.identity import read_id_number
from anwang.standard.kinship import read_relation
from anwang.standard.phones import read_phones
from anwang.standard.text import half_width
from anwang.standard.vocabularies import read_sex

_SAMPLE = 240

_DATE = re.compile(
    r"(?:民國|西元|民前)?\s*(?:\d{2,4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}\s*日?)?月?|\d{6,8}|\d{2,4}年?)"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?"
)
_FULL_DATE = re.compile(
    r"(?:民國|西元)?\s*(?:(\d{2,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{2,4})(\d{2})(\d{2}))(?:[T ].*)?"
)
_ADDRESS = re.compile(
    r"(?:[縣市鄉鎮區村里鄰].*(?:路|街|大道|巷|弄|號)|(?:路|街|巷|弄).*\d.*號|.{2,}[鄉鎮市區].{2,}[村里])"
)
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff]"
_NAME = re.compile(
    rf"{_HAN}[{_HAN[1:-1]}○〇ＯO●＊*Xx\s·‧・．]{{1,14}}(?:[(（].*[)）])?|[A-Za-z][A-Za-z .,'·-]{{4,40}}"
)
_NOT_NAME = re.compile(
    r"[路街巷弄號樓村里鄉鎮縣區處局所院校署會]$|中心$|國小$|國中$|高中$|因素$|關係$|就醫$|訪視$|就業$|推介$|疾病$|失業$|中輟$|追蹤中?$|收入戶$"
)
_ID_FORM = re.compile(r"[A-Za-z][A-Da-d1289*○Xx][0-9*○Xx]{8}")
_NOT_KIN = frozenset(("其他", "無", "學生", "員工"))  # kin terms that other columns hold as well
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/.#-]*")


def is_data_like(text: str) -> bool:
    """A value and not a header: an identity number, date, phone, address, or anything with four digits in it."""
    return sum(char.isdigit() for char in text) >= 4 or bool(
        _ADDRESS.search(text) and any(c.isdigit() for c in text)
    )


@lru_cache(maxsize=65536)
def _is_id(text: str) -> bool:
    """Right check digit, or hidden in part: a case number of the same form (T112300012) fails nine times in ten."""
    number = read_id_number(text) if half_width(text[:1]).isalpha() else None
    return number is not None and number.state in (IdState.VALID, IdState.MASKED) and number.kind is not None


@lru_cache(maxsize=65536)
def looks_like_date(text: str) -> bool:
    """A date with plausible parts (民國 or Gregorian), or a year of four digits; not yet whether the day exists."""
    plain = half_width(text).strip()
    if match := _FULL_DATE.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups() if part is not None)
        return (1 <= year <= 140 or 1880 <= year <= 2100) and month <= 12 and day <= 31 and len(plain) != 5
    return bool(_DATE.fullmatch(plain)) and (
        not plain.isdigit() or (len(plain) in (3, 4) and _is_year(int(plain)))
    )


def _is_year(number: int) -> bool:
    return 1900 <= number <= 2100 or 20 <= number <= 130


@lru_cache(maxsize=65536)
def _is_phone(text: str) -> bool:
    return len(text) <= 40 and any(phone.digits for phone in read_phones(text))


def _is_address(text: str) -> bool:
    return len(text) >= 5 and bool(_ADDRESS.search(text))


@lru_cache(maxsize=65536)
def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and not _NOT_NAME.search(text) and not any(c.isdigit() for c in text)


def _is_code(text: str) -> bool:
    return (
        len(text) <= 40
        and any(c.isdigit() for c in text)
        and bool(_CODE.fullmatch(half_width(text).replace(" ", "")))
    )


_TESTS: dict[str, Callable[[str], bool]] = {
    "id": _is_id,
    "date": looks_like_date,
    "phone": _is_phone,
    "address": _is_address,
    "name": _is_name,
    "id_form": lambda text: bool(_ID_FORM.fullmatch(half_width(text).strip())),
    "sex": lambda text: len(text) <= 4 and read_sex(text) is not None,
    "relation": lambda text: len(text) <= 8 and text not in _NOT_KIN and read_relation(text) is not None,
    "code": _is_code,
}


@dataclass(frozen=True, slots=True)
class ColumnContent:
    """Evidence from a column. `shares`: of the filled cells sampled, the part that passes each test (0 to 1).

    `filled`: filled cells of the whole column; `rows`: rows looked at. `unique`: distinct filled values by filled ones.
    `is_running`: the values are mostly 1, 2, 3 … in order. `sample`: the cells sampled.
    """

    rows: int
    filled: int
    unique: float
    is_running: bool
    shares: dict[str, float]
    sample: tuple[str, ...]

    def share(self, test: str) -> float:
        return self.shares.get(test, 0.0)

    @property
    def fill(self) -> float:
        return self.filled / self.rows if self.rows else 0.0


def column_content(values: Sequence[str]) -> ColumnContent:
    """`values`: the column's texts in the rows of data, blanks included."""
    filled = [value for value in values if value]
    step = max(1, len(filled) // _SAMPLE)
    sample = filled[::step][: _SAMPLE + 1]
    shares = {name: sum(map(test, sample)) / len(sample) for name, test in _TESTS.items()} if sample else {}
    unique = len(set(filled)) / len(filled) if filled else 0.0
    return ColumnContent(len(values), len(filled), unique, _is_running(filled), shares, tuple(sample))


def _is_running(filled: Sequence[str]) -> bool:
    """Most values are the one before plus one (a list of a single row: it is 1)."""
    numbers = [
        int(value) if value.isascii() and value.isdigit() and len(value) <= 6 else None for value in filled
    ]
    if not numbers or numbers[0] is None or numbers[0] > 1:
        return False
    steps = sum(1 for a, b in pairwise(numbers) if a is not None and b is not None and b == a + 1)
    return steps * 10 >= (len(numbers) - 1) * 7


def year_of(text: str) -> int | None:
    """The Gregorian year of a date as bureaus write it; None when there are no digits."""
    digits = "".join(char if char.isdigit() else " " for char in text).split()
    if not digits:
        return None
    first = digits[0]
    number = int(first[:-4]) if len(first) in (6, 7, 8) else int(first[:4])
    return number if number > 1911 else number + 1911
