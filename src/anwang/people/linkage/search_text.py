"""What somebody types into the search field, read: a name, a number or a part of one, a phone or its end, a birthday. Pure.

One text may be read in several ways (6789 ends an identity number or a phone), and a name also by its sound.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from anwang.people.registry.search_keys import ID_HEAD, TAIL, pairs, sound
from anwang.standard.dates import Unreadable, read_date
from anwang.standard.identity import read_id_number
from anwang.standard.names import read_name
from anwang.standard.phones import read_phones
from anwang.standard.record import Period, StandardRecord
from anwang.standard.text import half_width
from anwang.standard.typed import read_birth

_YEAR = re.compile(r"(?:民國)?(\d{2,3})年(?:生|次)?|(?:西元)?((?:19|20)\d{2})年(?:生)?")
_AGE = re.compile(r"約?\d{1,3}歲(?:左右)?")
_FRAGMENT = re.compile(r"(?=.*\d)[A-Z*][A-Z\d*]{3,9}")
_LONGEST_TAIL = 9


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text. A record fits when it has all `pieces` (`search_keys.pieces_of`) and passes `fits`.

    `facts`: what of it can be compared, as `standard.typed.typed_person` takes it; `said`: what agrees, in words.
    """

    pieces: frozenset[str]
    facts: dict[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    id_like: str = ""
    phone_end: str = ""
    years: frozenset[int] = frozenset()

    def fits(self, record: StandardRecord) -> bool:
        """The parts that have no key of their own: more of a number than its key covers, a year beside a sound."""
        number = record.id_number.text if record.id_number else ""
        return (
            (not self.id_like or re.fullmatch(self.id_like, number) is not None)
            and (not self.phone_end or any(p.digits.endswith(self.phone_end) for p in record.phones))
            and (not self.years or bool(record.birth and record.birth.year in self.years))
        )

    def beside(self, other: Reading) -> Reading:
        """Both at once: a name and what was typed beside it."""
        return Reading(
            self.pieces | other.pieces,
            self.facts | other.facts,
            self.said + other.said,
            self.id_like or other.id_like,
            self.phone_end or other.phone_end,
            self.years | other.years,
        )


def readings_of(text: str, month: Period) -> list[Reading]:
    """The ways to read a text, the likeliest first; none when nothing can be searched by it. `month`: of an age."""
    words = half_width(text).split()
    number = " ".join(word for word in words if any(c.isdigit() for c in word) or "*" in word)
    name = " ".join(word for word in words if word not in number.split())
    names, numbers = _names(name), list(_numbers(number, month))
    if name and number:
        return [one.beside(other) for one, other in itertools.product(names, numbers)]
    return names or [each for each in numbers if each.pieces]


def _names(text: str) -> list[Reading]:
    name = read_name(text) if any(c.isalpha() for c in text) else None
    written = sorted(pairs(name.key)) if name else []
    if (
        name is None
        or len(name.key) < 2
        or len(written) < len(set(zip(name.key, name.key[1:], strict=False)))
    ):
        return []
    facts = {"name": name.text}
    return [
        Reading(frozenset(f"n:{pair}" for pair in written), facts, ("姓名相符",)),
        Reading(frozenset(f"z:{sound(pair)}" for pair in written), facts, ("姓名同音",)),
    ]


def _numbers(text: str, month: Period) -> Iterator[Reading]:
    compact = re.sub(r"[\s\-]", "", text).upper()
    if not compact:
        return
    if _YEAR.fullmatch(compact) or _AGE.fullmatch(compact):
        yield from _years(compact, month)
    elif compact.isascii() and not compact[0].isdigit():
        yield from _identity(compact)
    else:
        yield from _digits(text, compact)


def _years(compact: str, month: Period) -> Iterator[Reading]:
    """A year, or an age with the years beside: only next to a name."""
    if told := _YEAR.fullmatch(compact):
        year = int(told[1]) + 1911 if told[1] else int(told[2])
        yield Reading(frozenset(), {"birth": str(year)}, ("出生年相同",), years=frozenset({year}))
    else:
        birth = read_birth(compact, month)
        if birth and birth.year:
            years = frozenset(range(birth.year - 1, birth.year + 2))
            yield Reading(frozenset(), {"birth": compact}, ("年紀相近",), years=years)


def _identity(compact: str) -> Iterator[Reading]:
    number = read_id_number(compact)
    if number and len(number.text) == 10 and "*" not in number.text:
        yield Reading(frozenset({f"i:{number.text}"}), {"id_number": number.text}, ("證號相同",))
        return
    if not _FRAGMENT.fullmatch(compact):
        return
    head, tail = compact.partition("*")[0], compact.rpartition("*")[2]
    pieces, said = set(), []
    if len(head) >= ID_HEAD:
        pieces.add(f"a:{head[:ID_HEAD]}")
        said.append("證號開頭相符")
    if "*" in compact and len(tail) >= TAIL:
        pieces.add(f"4:{tail[-TAIL:]}")
        said.append("證號末碼相符")
    if pieces:
        # A character that either side hides fits any.
        like = "".join("." if c == "*" else f"[{c}*]" for c in compact)
        yield Reading(frozenset(pieces), {}, tuple(said), id_like=like + ".*")


def _digits(text: str, compact: str) -> Iterator[Reading]:
    phones = read_phones(text)
    if phones and phones[0].digits:  # a phone begins with 0, a 民國 date in seven digits does not
        yield Reading(frozenset({f"p:{phones[0].digits}"}), {"phone": phones[0].digits}, ("電話相同",))
        return
    try:
        birth = read_date(text)
    except Unreadable:
        birth = None
    if birth and birth.date:
        yield Reading(
            frozenset({f"b:{birth.year}-{birth.month}-{birth.day}"}),
            {"birth": birth.date.isoformat()},
            ("出生日期相同",),
        )
    if compact.isdigit() and TAIL <= len(compact) <= _LONGEST_TAIL:
        tail = compact[-TAIL:]
        yield Reading(frozenset({f"4:{tail}"}), {}, ("證號末碼相符",), id_like=f".*{compact}")
        yield Reading(frozenset({f"e:{tail}"}), {}, ("電話末碼相符",), phone_end=compact)
