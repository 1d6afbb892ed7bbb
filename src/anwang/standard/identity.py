"""Identity numbers: the national ID, both foreign-resident forms, their check digits, masks and usual slips.

National ID (國民身分證統一編號): a letter for the place, 1 or 2 for the sex, seven digits, a check digit. Foreign
resident, new form (since 110/1/2): a letter, 8 (male) or 9 (female), eight digits, the same check. Old form: two
letters and eight digits; the second letter (A, C male; B, D female) counts as the last digit of its letter code.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from .codes import IdKind, IdState, Sex
from .record import IdNumber
from .text import squeeze

LETTER_CODES: dict[str, int] = {letter: 10 + i for i, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO")}
"""Two-digit code of each first letter: A=10 … H=17, J=18 … V=29, X=30, Y=31, W=32, Z=33, I=34, O=35."""

_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 1)
_OLD_SEX = {"A": Sex.MALE, "C": Sex.MALE, "B": Sex.FEMALE, "D": Sex.FEMALE}
_NEW_SEX = {"1": Sex.MALE, "2": Sex.FEMALE, "8": Sex.MALE, "9": Sex.FEMALE}

# What stands for a hidden character. X hides only where a digit must stand; as a first letter it is a real letter.
_MASKS = str.maketrans(dict.fromkeys("*＊○●◯〇□■※＃#？?・•∗✱✽_×✕", "*"))
_SEPARATORS = str.maketrans("", "", "-.·/'`’\"")
_LABEL = re.compile(
    r"^(?:身[分份]證(?:統一)?(?:字號|編號|號碼|號)?|統一編號|統一證號|居留證(?:號碼|號)?|ID)[::]"
)
_TAIL = re.compile(r"^(?:末|後|末尾|尾)(?:[四4])(?:碼|位)?[為是:]?(\d{4})$")

_FORM = re.compile(r"[A-Z][1289]\d{8}|[A-Z][A-D]\d{8}")
_MASKED_FORM = re.compile(r"[A-Z*][A-D\d*][\d*]{8}")
_NEARLY = re.compile(r"[A-Z]\d{9}")  # one slip in the sex digit: mistyped, still partial evidence
_DIGIT_SLIPS = str.maketrans("OQDIL", "00011")
_LETTER_SLIPS = str.maketrans("01", "OI")


def check_digit(first_nine: str) -> str:
    """The check digit that completes the first nine characters (`A12345678` → `9`).

    Raises ValueError when they are not the beginning of one of the three forms.
    """
    if not re.fullmatch(r"[A-Z](?:[1289]|[A-D])\d{7}", first_nine):
        raise ValueError(f"not the first nine characters of an identity number: {len(first_nine)} characters")
    return str(-_weighed(first_nine) % 10)


def complete(first_nine: str) -> str:
    """The first nine characters with their check digit."""
    return first_nine + check_digit(first_nine)


def _weighed(text: str) -> int:
    """The weighted sum of the first nine characters (the check digit brings it to a multiple of ten)."""
    tens, ones = divmod(LETTER_CODES[text[0]], 10)
    second = LETTER_CODES[text[1]] % 10 if text[1].isalpha() else int(text[1])
    total = tens + ones * 9 + second * 8
    for weight, digit in zip(_WEIGHTS[1:], text[2:9], strict=True):
        total += weight * int(digit)
    return total


def is_valid(text: str) -> bool:
    """True when `text` (upper case, half width) has one of the three forms and its check digit agrees."""
    return _FORM.fullmatch(text) is not None and (_weighed(text) + int(text[9])) % 10 == 0


def _kind(text: str) -> IdKind | None:
    second = text[1]
    if second in "12":
        return IdKind.NATIONAL
    if second in "89":
        return IdKind.RESIDENT_NEW
    return IdKind.RESIDENT_OLD if second in "ABCD" else None


def _repaired(text: str) -> str | None:
    """`text` with letters typed for digits (O for 0, I for 1 …) put right, only if the check digit then agrees."""
    if len(text) != 10:
        return None
    head = text[0] if text[0].isalpha() else text[0].translate(_LETTER_SLIPS)
    rest = text[2:].translate(_DIGIT_SLIPS)
    for second in dict.fromkeys((text[1], text[1].translate(_DIGIT_SLIPS))):
        candidate = head + second + rest
        if is_valid(candidate):
            return candidate
    return None


def read_id_number(text: object) -> IdNumber | None:
    """Read an identity number as written; None when the cell is empty.

    VALID: form and check digit agree (a slip such as the letter O for 0 is put right only when it makes them agree).
    CHECK_FAILED: the form, but a wrong check digit, or a letter with nine digits whose second is no sex (kind None). MASKED: some characters hidden, `text` has `*` for each.
    UNREADABLE: anything else, such as a number that lost its letter; `text` is kept.
    """
    raw = "" if text is None else str(text)
    return _read(raw) if raw.strip() else None


@lru_cache(maxsize=65536)
def _read(raw: str) -> IdNumber | None:
    plain = squeeze(raw).upper().translate(_SEPARATORS)
    plain = _LABEL.sub("", plain)
    number = IdNumber(raw=raw, text=plain, kind=None, state=IdState.UNREADABLE)
    if plain in ("", "無", "不詳", "未提供", "未知", "缺", "NA", "N/A", "NULL", "NONE", "0"):
        return None
    if _FORM.fullmatch(plain):
        state = IdState.VALID if is_valid(plain) else IdState.CHECK_FAILED
        return replace(number, kind=_kind(plain), state=state)
    if tail := _TAIL.match(plain):
        return replace(number, text="******" + tail[1], state=IdState.MASKED)
    masked = plain.translate(_MASKS)
    masked = masked[:1] + masked[1:].replace("X", "*")
    if "*" in masked:
        if not masked.strip("*"):
            return None  # everything hidden says nothing
        masked = _stretched(masked)
        if _MASKED_FORM.fullmatch(masked):
            return replace(number, text=masked, kind=_kind(masked), state=IdState.MASKED)
        return replace(number, text=masked)
    repaired = _repaired(plain)
    if repaired is not None:
        return replace(number, text=repaired, kind=_kind(repaired), state=IdState.VALID)
    if _NEARLY.fullmatch(plain):
        return replace(number, state=IdState.CHECK_FAILED)
    return number


def _stretched(masked: str) -> str:
    """A mask of the wrong length (`B10***01`) stretched or cut to ten characters, when it is one run of `*`."""
    runs = re.findall(r"\*+", masked)
    if len(masked) == 10 or len(runs) != 1:
        return masked
    head, tail = masked.split(runs[0])
    hidden = 10 - len(head) - len(tail)
    return head + "*" * hidden + tail if hidden > 0 else masked


def sex_of(number: IdNumber | None) -> Sex | None:
    """The sex that the second character says; None when it is hidden or the number is unreadable."""
    if number is None or number.kind is None:
        return None
    if number.kind is IdKind.RESIDENT_OLD:
        return _OLD_SEX.get(number.text[1])
    return _NEW_SEX.get(number.text[1])


def agrees(one: IdNumber, other: IdNumber) -> bool:
    """True when no visible character of two readable numbers contradicts: a masked number may be the same one."""
    if len(one.text) != 10 or len(other.text) != 10:
        return False
    return all(a == b or "*" in (a, b) for a, b in zip(one.text, other.text, strict=True))
