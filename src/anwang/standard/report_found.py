"""What was found in a report's text: values with their places, gathered by person. For `report_text`."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from .addresses import read_address
from .codes import IdState
from .dates import Unreadable, read_date
from .identity import read_id_number
from .names import name_key, read_name
from .phones import read_phones
from .report_words import NO_NAME, What, Who
from .surnames import COMPOUND_SURNAMES, SURNAMES
from .text import arabic, half_width
from .townships import TOWNSHIPS
from .variants import VARIANTS


@dataclass(frozen=True, slots=True)
class Found:
    """One value. `text` is the stretch `start:end` of what was read, `value` the same in standard form: a date as ISO
    (to the month or year when no more is known), a phone in digits, a code for kinds and dangers.

    `person` is the number of the person it belongs to, None when it is not certain or of the event.
    `doubt` (zh-TW) is what the person who confirms must look at; "" mostly.
    """

    what: What
    value: str
    text: str
    start: int
    end: int
    person: int | None = None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody in the text. `relation` is the word that stands there (案母, 同居人), "" when none does."""

    number: int
    who: Who
    relation: str = ""


class Plain:
    """The text in half width, character by character, with the place of each in the text as it came."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        letters: list[str] = []
        self._places: list[int] = []
        for place, letter in enumerate(raw):
            folded = letter if letter in "\n\t" else "" if letter == "\r" else half_width(letter)
            if folded:
                letters.append(folded)
                self._places.append(place)
        self.text = "".join(letters)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where `start:end` of the plain text stands in the raw one; `end` must be after `start`."""
        return self._places[start], self._places[end - 1] + 1


@dataclass(slots=True)
class Findings:
    """Collects persons and values; the same value of the same person is kept once, where it first stands."""

    plain: Plain
    persons: list[FoundPerson] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)

    def person(self, who: Who, relation: str = "") -> int:
        self.persons.append(FoundPerson(len(self.persons), who, relation))
        return len(self.persons) - 1

    def relate(self, person: int, relation: str) -> None:
        """The relation of a person who has none yet."""
        if not self.persons[person].relation:
            self.persons[person] = replace(self.persons[person], relation=relation)

    def is_family(self, person: int) -> None:
        """A relation said that the person is not the one the report is about."""
        self.persons[person] = replace(self.persons[person], who=Who.FAMILY)

    def known(self, key: str) -> int | None:
        """The person who was named so before."""
        return self._names.get(key)

    def add(
        self, what: What, start: int, end: int, value: str, person: int | None = None, doubt: str = ""
    ) -> None:
        text = self.plain.text[start:end]
        start, end = start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
        if start >= end or not value:
            return
        if any(f.what is what and f.value == value and f.person == person for f in self.found):
            return
        first, last = self.plain.place(start, end)
        self.found.append(Found(what, value, self.plain.raw[first:last], first, last, person, doubt))
        if what is What.NAME and person is not None:
            self._names.setdefault(name_key(value), person)

    def has(self, what: What, person: int | None) -> bool:
        return any(f.what is what and f.person == person for f in self.found)

    def covers(self, start: int, end: int, what: What) -> bool:
        """Whether a value of this kind was taken from this stretch of the plain text."""
        first, last = self.plain.place(start, end)
        return any(f.what is what and f.start < last and first < f.end for f in self.found)


_HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
_TITLED = re.compile(
    r"(?:先生|女士|小姐|太太|老師|主任|校長|醫師|護理師|社工師?|員警|警員|里長|同學|小朋友|巡佐|警官|組長|督導|小妹|小弟|姊妹|兄妹)$"
)
_NOT_IN_NAMES = re.compile(
    r"[的了嗎呢吧們個案號疑]|學校|(?:國小|國中|高中|高職|大學|醫院|診所|分局|派出所|中心|單位|人員|民眾|鄰居|公所|衛生所|父母|兄弟|[鄉鎮縣市街巷弄路區])$"
)


def as_name(text: str, *, is_asked: bool) -> str:
    """The name that `text` is, whole; "" when it is none. `is_asked`: a label asked for a name, so rarer surnames count."""
    if NO_NAME.match(text) or not text:
        return ""
    read = read_name(text)
    if read is None or (not read.surname and not re.search(r"[‧·・•．∙･A-Za-z]", read.text)):
        return read.text if read and is_asked and read.is_masked and len(read.text) >= 2 else ""
    name = read.text
    if name != text.replace(" ", "").replace("O", "○").replace("〇", "○") and not re.search(
        r"[A-Za-z‧·・•．∙･]", name
    ):
        return ""
    if read.surname and (
        len(name) < 2 or len(name) > (5 if name[:2] in COMPOUND_SURNAMES or name[1:2] == "氏" else 4)
    ):
        return ""
    first = VARIANTS.get(name[:1], name[:1])
    known = name[:2] in COMPOUND_SURNAMES or first in SURNAMES or not read.surname
    if _TITLED.search(name) or _NOT_IN_NAMES.search(name) or not (known or is_asked):
        return ""
    return name


ID_SHAPE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][1289A-Da-d]\d{8}(?![A-Za-z0-9])")
PHONE_SHAPE = re.compile(
    r"(?<![\d\-A-Za-z])(?:\(0\d{1,3}\)|\+?886[- ]?\d{1,3}|0\d{1,3})[- ]?\d{3,4}[- ]?\d{3,4}(?:(?:#|轉|分機)\d{1,6})?(?![\d\-])"
)
DATE_SHAPE = re.compile(
    r"(?<![\d/.\-])(?:(?:中華)?民國)?\s*(?:1\d\d|[3-9]\d)\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日?"
    r"|(?<![\d/.\-])(?:1\d\d|[3-9]\d)(?P<s>[/.\-])\d{1,2}(?P=s)\d{1,2}(?![\d/.\-])"
    r"|(?<![\d/.\-])(?:西元)?(?:19|20)\d\d(?:[/.\-]\d{1,2}[/.\-]\d{1,2}(?![\d/.\-])|年\d{1,2}月\d{1,2}日?)"
    r"|民國\s*\d{1,3}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日?"
    r"|民國[〇零一二三四五六七八九十百○]{1,6}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
)
BIRTH_AFTER = re.compile(r"^\s*(?:出生|生日|生(?![活病氣意母父]))")
BIRTH_BEFORE = re.compile(r"(?:出生(?:年月日|日期|日|於)?|生日|生於)\s*(?:為|是|[::])?\s*$")
_COUNTIES = "臺北市|台北市|新北市|桃園市|臺中市|台中市|臺南市|台南市|高雄市|基隆市|新竹[市縣]|苗栗縣|彰化縣|南投縣|雲林縣|嘉義[市縣]|屏東縣|宜蘭縣|花蓮縣|臺東縣|台東縣|澎湖縣|金門縣|連江縣"
_TOWNSHIP_NAMES = "|".join(township.name for township in TOWNSHIPS)
_PART = rf"[{_HAN}0-9A-Za-z\-]"
ADDRESS_SHAPE = re.compile(
    rf"(?:\d{{3,6}})?(?:(?:{_COUNTIES})[{_HAN}]{{1,3}}[鄉鎮市區]|(?:{_COUNTIES})?(?:{_TOWNSHIP_NAMES})){_PART}{{1,30}}?\d+(?:[之\-]\d+)?號"
    rf"(?:之\d+(?!\d*樓))?(?:\d{{1,2}}(?:樓|[Ff])(?:之\d+)?|[一二三四五六七八九十]+樓(?:之\d+)?)?(?:[A-Z]?\d*室)?"
)
TOWNSHIP_SHAPE = re.compile(rf"(?:{_TOWNSHIP_NAMES})")


def as_id(text: str) -> tuple[str, str] | None:
    """The number and what is doubtful about it; None when it is no number that can be kept."""
    number = read_id_number(text)
    if number is None or number.state is IdState.UNREADABLE:
        return None
    doubts = {IdState.CHECK_FAILED: "檢查碼不符，請再核對。", IdState.MASKED: "只有部分號碼。"}
    return number.text, doubts.get(number.state, "")


def as_date(text: str) -> str:
    """ISO, to the day, month or year; "" when it is no date."""
    try:
        read = read_date(re.sub(r"\s+", "", text))
    except Unreadable:
        return ""
    if read is None or read.year is None:
        return ""
    if read.date is not None:
        return read.date.isoformat()
    return f"{read.year:04d}" + (f"-{read.month:02d}" if read.month else "")


def as_day(text: str) -> dt.date | None:
    iso = as_date(text)
    return dt.date.fromisoformat(iso) if len(iso) == 10 else None


def as_phone(text: str) -> str:
    """Digits with `#extension`; "" when it is no number of Taiwan."""
    for phone in read_phones(text):
        if phone.digits:
            return phone.digits + (f"#{phone.extension}" if phone.extension else "")
    return ""


def is_address(text: str) -> bool:
    """An address that leads to a door: township, a road or village, and a number."""
    read = read_address(text)
    return bool(read and read.township and read.number and (read.road or read.village))


def township_of(text: str) -> str:
    """The township of Yilan that `text` names, alone or in an address."""
    read = read_address(text)
    if read and read.county in ("", "宜蘭縣") and any(t.name == read.township for t in TOWNSHIPS):
        return read.township
    return ""


_TIME = re.compile(
    r"(?P<part>上午|下午|早上|早晨|清晨|凌晨|中午|傍晚|晚上|晚間|夜間|深夜|半夜)?\s*(?:約|約莫|大約)?\s*(?P<hour>\d{1,2}|[一二兩三四五六七八九十]{1,3})\s*(?:時|點|:)\s*(?:(?P<half>半)|(?P<minute>\d{1,2})\s*分?)?"
)


def time_after(text: str, start: int) -> tuple[int, int, str] | None:
    """The time of day that stands right behind a date: its place and `HH:MM`; None when none stands there."""
    gap = re.compile(r"\s*(?:\([^()\n]{1,6}\)|星期.|週.)?\s*[,、]?\s*").match(text, start)
    at = gap.end() if gap else start
    match = _TIME.match(text, at)
    if match is None:
        return None
    hour, part = int(arabic(match["hour"])), match["part"] or ""
    minute = 30 if match["half"] else int(match["minute"] or 0)
    if (part in ("下午", "傍晚", "晚上", "晚間", "夜間", "深夜") and hour < 12) or (
        part == "中午" and hour < 3
    ):
        hour += 12
    elif part in ("凌晨", "半夜") and hour == 12:
        hour = 0
    if hour > 24 or minute > 59:
        return None
    return at, match.end(), f"{hour % 24:02d}:{minute:02d}"
