"""Identity and phone numbers of made-up persons, with the right check digits."""

from __future__ import annotations

import random

_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # in the order of their values 10–35
_ISSUED = "GGGGGGGGGGABCEFHNPQTUVWXJDK"  # most persons were first registered in Yilan (G)


def check_digit(first: str, digits: str) -> int:
    """The last digit for a letter and the eight digits after it (an old resident number gives its second letter's)."""
    value = 10 + _LETTERS.index(first)
    total = (
        value // 10 + value % 10 * 9 + sum(int(d) * w for d, w in zip(digits, range(8, 0, -1), strict=True))
    )
    return -total % 10


def national(rng: random.Random, sex: str) -> str:
    first = rng.choice(_ISSUED)
    digits = ("1" if sex == "M" else "2") + f"{rng.randrange(10**7):07d}"
    return f"{first}{digits}{check_digit(first, digits)}"


def resident(rng: random.Random, sex: str, new_form: bool, valid: bool) -> str:
    """An 外來人口統一證號: letter, 8 or 9 and digits; or, in the old form, two letters and digits."""
    first = rng.choice("AFG")
    body = f"{rng.randrange(10**7):07d}"
    if new_form:
        second = value = "8" if sex == "M" else "9"
    else:
        second = "C" if sex == "M" else "D"
        if rng.random() < 0.5:
            second = {"C": "A", "D": "B"}[second]
        value = str((10 + _LETTERS.index(second)) % 10)
    check = check_digit(first, value + body)
    if not valid:
        check = (check + rng.randint(1, 9)) % 10
    return f"{first}{second}{body}{check}"


def mobile(rng: random.Random) -> str:
    return f"09{rng.randrange(10**8):08d}"


def landline(rng: random.Random) -> str:
    return f"03{rng.randrange(10**7):07d}"
