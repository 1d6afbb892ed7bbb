"""National holidays and make-up days by year, from `calendar/*.yaml`: each day with its clause and who says so. Pure.

A day that the published table (政府行政機關辦公日曆表) or the law names is `document`; one that we derived from the law
before the table was at hand is `default` and carries a flag wherever a clock has run over it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import yaml

from .model import Citation, Origin, PolicyError
from .reader import Reader
from .store import standard

_FIELDS = {"year", "citation", "note", "holidays", "make_up_days"}
_DAY = {"day", "name", "citation", "origin"}


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day off, or (among the make-up days) a Saturday on which offices work."""

    on: dt.date
    name: str
    citation: Citation
    origin: Origin = Origin.DOCUMENT

    @property
    def is_ours(self) -> bool:
        return self.origin is Origin.DEFAULT


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year of the office calendar. `year` is of the common era."""

    year: int
    citation: Citation
    holidays: tuple[CalendarDay, ...]
    make_up_days: tuple[CalendarDay, ...] = ()
    note: str = ""


def parse_year(text: str, file: str, documents: Iterable[str]) -> CalendarYear:
    """A calendar file. Raises PolicyError with file and line."""
    known = set(documents)
    reader = Reader(text, file)
    top = reader.mapping(reader.root, _FIELDS, {"year", "citation", "holidays"})
    year = reader.plain(top["year"])
    if not isinstance(year, int) or not 1912 <= year <= 2200:
        raise reader.fail(top["year"], "年份應為西元年，例如 2026。")
    days = _days(reader, top["holidays"], year, known)
    extra = _days(reader, top["make_up_days"], year, known) if "make_up_days" in top else ()
    both = {day.on for day in days} & {day.on for day in extra}
    if both:
        raise reader.fail(top["make_up_days"], f"{min(both).isoformat()} 不能既放假又補行上班。")
    note = reader.text(top["note"]) if "note" in top else ""
    return CalendarYear(year, reader.citation(top["citation"], known), days, extra, note)


def _days(reader: Reader, node: yaml.Node, year: int, documents: set[str]) -> tuple[CalendarDay, ...]:
    found: dict[dt.date, CalendarDay] = {}
    for item in reader.items(node):
        fields = reader.mapping(item, _DAY, _DAY - {"origin"})
        on = reader.date(fields["day"])
        if on.year != year:
            raise reader.fail(fields["day"], f"{on.isoformat()} 不在 {year} 年。")
        if on in found:
            raise reader.fail(fields["day"], f"{on.isoformat()} 重複。")
        origin = reader.filled(fields["origin"]) if "origin" in fields else "document"
        if origin not in ("document", "default"):
            raise reader.fail(fields["origin"], "來源只能是 document 或 default。")
        citation = reader.citation(fields["citation"], documents)
        found[on] = CalendarDay(on, reader.filled(fields["name"]), citation, Origin(origin))
    return tuple(found[on] for on in sorted(found))


@cache
def years() -> Mapping[int, CalendarYear]:
    """The years that ship with the package."""
    folder = resources.files(__package__).joinpath("calendar")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    documents = standard().documents
    found = (parse_year(f.read_text(encoding="utf-8"), f.name, documents) for f in files)
    return {each.year: each for each in found}


def with_files(paths: Iterable[Path], documents: Iterable[str] = ()) -> Mapping[int, CalendarYear]:
    """The package's years, each replaced by the county's file of that year where there is one.

    `documents` are those of the county, which its files may cite beside the package's.
    """
    known = {*standard().documents, *documents}
    found = dict(years())
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"行事曆檔 {path.name} 讀不到或不是 UTF-8。") from error
        year = parse_year(text, path.name, known)
        found[year.year] = year
    return found
