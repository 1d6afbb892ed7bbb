"""How a clerk writes an ID, a date, a phone number and an address: spellings and mistakes."""

from __future__ import annotations

import datetime as dt
import random

from .places import COUNTY, TOWNSHIPS, Home
from .profile import Errors

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ID_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}
_HAN = "〇一二三四五六七八九十"

# style → pattern of the full date, pattern of the year alone; y 民國 year, Y Gregorian
DATE_STYLES: dict[str, tuple[str, str]] = {
    "roc_slash": ("{y}/{m}/{d}", "{y}"),
    "roc_compact": ("{y:03d}{m:02d}{d:02d}", "{y:03d}"),
    "roc_words": ("民國{y}年{m}月{d}日", "{Y}"),
    "roc_dots": ("{y}.{m:02d}.{d:02d}", "{y}"),
    "iso": ("{Y}-{m:02d}-{d:02d}", "{Y}"),
    "western_slash": ("{Y}/{m:02d}/{d:02d}", "{Y}"),
    "western_compact": ("{Y}{m:02d}{d:02d}", "{Y}"),
    "western_words": ("{Y}年{m}月{d}日", "{Y}年"),
    "roc_dash": ("{y}-{m:02d}-{d:02d}", "民國{y}年"),
    "roc_short_words": ("{y}年{m}月{d}日", "{y}年"),
    "roc_padded_words": ("民國{y:03d}年{m:02d}月{d:02d}日", "民國{y:03d}年"),
    "roc_padded_slash": ("{y:03d}/{m:02d}/{d:02d}", "{y:03d}"),
    "excel_date": ("{Y}-{m:02d}-{d:02d}", "{Y}"),  # a real date cell in the file
}
EXCEL_STYLES = frozenset({"excel_date"})


def date_text(day: dt.date, style: str, year_only: bool = False) -> str:
    return DATE_STYLES[style][year_only].format(y=day.year - 1911, Y=day.year, m=day.month, d=day.day)


def wrong_birth(rng: random.Random, birth: dt.date) -> dt.date:
    """A date near the true one: a year or ten off, day and month swapped, or 1 January."""
    roll = rng.random()
    if roll < 0.4:
        return birth.replace(month=1, day=1)
    if roll < 0.55 and birth.day <= 12:
        return birth.replace(month=birth.day, day=birth.month)
    years = rng.choice((-1, 1)) * (10 if roll > 0.9 else 1)
    return birth.replace(year=birth.year + years, day=min(birth.day, 28))


def id_text(rng: random.Random, errors: Errors, number: str, missing: float, mistyped: float) -> str:
    roll = rng.random()
    if (roll := roll - missing) < 0:
        return ""
    if (roll := roll - errors.id_masked) < 0:
        return number[:4] + "*****" + number[-1]
    if (roll := roll - mistyped) < 0:
        return _mistyped(rng, number)
    if roll < errors.id_lower_or_full_width:
        return number.lower() if rng.random() < 0.5 else number.translate(_ID_FULL_WIDTH)
    return number


def _mistyped(rng: random.Random, number: str) -> str:
    """One digit changed, or two neighbours swapped."""
    if rng.random() < 0.4:
        places = [i for i in range(2, 9) if number[i] != number[i + 1]]
        if places:
            i = rng.choice(places)
            return number[:i] + number[i + 1] + number[i] + number[i + 2 :]
    i = rng.randint(1 if number[1].isdigit() else 2, 9)
    return number[:i] + rng.choice("0123456789".replace(number[i], "")) + number[i + 1 :]


def phone_text(rng: random.Random, errors: Errors, digits: str) -> str:
    """A spelling of a national number with its leading zero; "" stays empty."""
    if not digits:
        return ""
    if rng.random() < errors.phone_wrong:
        i = rng.randint(4, len(digits) - 1)
        digits = digits[:i] + rng.choice("0123456789") + digits[i + 1 :]
    roll = rng.random()
    if digits.startswith("09"):
        text = digits
        if roll < 0.25:
            text = f"{digits[:4]}-{digits[4:]}"
        elif roll < 0.47:
            text = f"{digits[:4]}-{digits[4:7]}-{digits[7:]}"
    elif roll < 0.18:
        text = f"({digits[:2]}){digits[2:]}"
    elif roll < 0.36:
        text = f"{digits[:2]}-{digits[2:]}"
    elif roll < 0.50:
        text = f"{digits[:2]} {digits[2:]}"
    else:
        text = digits
    if text[0] == "0" and rng.random() < errors.phone_lost_zero:
        return text[1:]
    if rng.random() < errors.phone_other:
        return text + rng.choice(("#12", "轉3", "/" + "03" + f"{rng.randrange(10**7):07d}", "（母）", " (H)"))
    return text


def _han_number(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _HAN[tens] + "十") + (
        _HAN[ones] if ones or not tens else ""
    )


_SECTIONS = str.maketrans("一二三四五", "12345")


def address_text(rng: random.Random, errors: Errors, home: Home) -> str:
    """A spelling of the address; parts may be missing."""
    if rng.random() < errors.address_missing:
        return ""
    road = home.road
    if road.endswith("段") and rng.random() < errors.address_section_arabic:
        road = road[:-2] + road[-2].translate(_SECTIONS) + "段"
    township = "" if rng.random() < errors.address_no_township else home.township
    if rng.random() < errors.address_road_only:
        return (COUNTY if rng.random() < 0.3 else "") + township + road
    text = township
    if rng.random() < errors.address_village:
        text += home.village
        if rng.random() < errors.address_neighbourhood:
            text += f"{home.neighbourhood}鄰"
    text += road
    if home.lane:
        text += f"{home.lane}巷"
    if home.alley:
        text += f"{home.alley}弄"
    text += _door(rng, errors, home)
    if rng.random() >= errors.address_no_county:
        text = COUNTY + text
        if rng.random() < errors.address_zip / max(1 - errors.address_no_county, 0.01):
            text = ("26" if rng.random() < 0.9 else TOWNSHIPS[home.township][2]) + text
    return text.translate(_FULL_WIDTH) if rng.random() < errors.address_full_width else text


def _door(rng: random.Random, errors: Errors, home: Home) -> str:
    """Number, sub-number and floor. 號之5 before a floor gives 號之510樓, as clerks do write."""
    floor = home.floor if rng.random() >= errors.address_floor_dropped else 0
    if home.sub_number:
        pattern = rng.choice(("{0}-{1}號", "{0}之{1}號", "{0}號之{1}"))
        text = pattern.format(home.number, home.sub_number)
    else:
        text = f"{home.number}號"
    if not floor:
        return text.removesuffix("號") if rng.random() < errors.address_no_hao else text
    arabic, latin, _ = errors.floor_styles
    roll = rng.random()
    if roll < arabic:
        return f"{text}{floor}樓"
    return f"{text}{floor}F" if roll < arabic + latin else f"{text}{_han_number(floor)}樓"
