"""What a policy is made of: documents, citations, dated parameters, defects of the sources. Frozen, no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Value = int | float | bool | str | tuple[str, ...]


class PolicyError(ValueError):
    """A policy file that cannot be used, or a value that is asked for but not there. The text is zh-TW."""


class Origin(StrEnum):
    """Who chose a value."""

    DOCUMENT = "document"  # the cited document says so
    DEFAULT = (
        "default"  # the cited document asks for it but gives no value: ours until the county approves one
    )
    COUNTY = "county"  # a county overlay replaced it

    @property
    def label(self) -> str:
        return {"document": "原文", "default": "本系統預設，待縣府核定", "county": "縣府核定"}[self.value]


@dataclass(frozen=True, slots=True)
class Document:
    """A source document: `code` is what citations write (`001`), `effective_on` when it took effect."""

    code: str
    title: str
    number: str
    effective_on: dt.date


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """Document and clause. `str()` is the short form that lists print: `001 參三(六)1(3)`."""

    document: str
    clause: str

    def __str__(self) -> str:
        return f"{self.document} {self.clause}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value with its dates and its source.

    `values` maps the first day a value holds to the value, oldest first. `choices` limits a code, "" unit is none.
    """

    id: str
    label_zh: str
    citation: Citation
    unit: str
    values: Mapping[dt.date, Value]
    origin: Origin = Origin.DOCUMENT
    note: str = ""
    choices: tuple[str, ...] = ()

    def on(self, date: dt.date) -> Value:
        """The value in force on `date`. Raises PolicyError when the date lies before the first value."""
        held = [start for start in self.values if start <= date]
        if not held:
            raise PolicyError(f"規定「{self.label_zh}」在 {date.isoformat()} 尚未生效。")
        return self.values[max(held)]


@dataclass(frozen=True, slots=True)
class SourceDefect:
    """A place where a source is wrong or contradicts itself, kept as printed, with our reading and the user's flag."""

    id: str
    citation: Citation
    printed: str
    problem: str
    reading: str
    flag: str
    affects: tuple[str, ...]
