"""What the component templates take: plain frozen records, built by pages from queries.

Cells and values may be text (escaped) or SafeString made by Django's `format_html` or a rendered component.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `sort_key` makes its header a link that sorts by it; `narrow` keeps it to its text."""

    label: str
    sort_key: str = ""
    numeric: bool = False
    hide_label: bool = False
    narrow: bool = False

    @property
    def css(self) -> str:
        return " ".join(name for name, on in (("num", self.numeric), ("narrow", self.narrow)) if on)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell. `href` makes its text the link that j/k stop at and Enter opens; `sub` is a second, smaller line."""

    text: str
    sub: str = ""
    href: str = ""
    css: str = ""

    def __str__(self) -> str:
        """A cell without a text is an empty one."""
        return self.text


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, one for each column. `action` is safe markup for the last, unlabelled column."""

    cells: Sequence[Cell | str]
    action: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """The order that a list is in, and the query string to keep when it changes."""

    key: str
    descending: bool = False
    keep: Mapping[str, str] = field(default_factory=dict)

    def query_for(self, key: str) -> str:
        """The query string that sorts by `key`: ascending first, the other way when it is already sorted so."""
        descending = key == self.key and not self.descending
        kept = {name: value for name, value in self.keep.items() if value and name not in {"sort", "page"}}
        return "?" + urlencode({**kept, "sort": f"-{key}" if descending else key})

    @classmethod
    def parse(
        cls, text: str, allowed: Sequence[str], default: str, keep: Mapping[str, str] | None = None
    ) -> Sort:
        """Read `sort=` of a query string (`due` or `-due`); what is not in `allowed` gives `default`."""
        chosen = text if text.removeprefix("-") in allowed else default
        return cls(chosen.removeprefix("-"), chosen.startswith("-"), dict(keep or {}))


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table for `components/table.html`. `caption` is always said; `hide_caption` only hides it from view."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    sort: Sort | None = None
    hide_caption: bool = False
    css: str = "table--stack"

    @property
    def has_action(self) -> bool:
        return any(row.action for row in self.rows)


@dataclass(frozen=True, slots=True)
class Basis:
    """A decision's 「依據」: the rule, why it applied here, and the document and clause it rests on."""

    rule: str
    reason: str
    citation: str
    decided_by: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of the same thing, each with its own address."""

    label: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in a long list the reader is. `number` starts at 1."""

    number: int
    size: int
    total: int
    keep: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.number * self.size)

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers to show; None is a gap: the first, the last, and two on each side of this one."""
        near = {1, self.count, *range(self.number - 2, self.number + 3)}
        shown = sorted(each for each in near if 1 <= each <= self.count)
        result: list[int | None] = []
        for each in shown:
            if result and each - (result[-1] or 0) == 2:
                result.append(each - 1)
            elif result and each - (result[-1] or 0) > 2:
                result.append(None)
            result.append(each)
        return result

    def query_for(self, number: int) -> str:
        kept = {name: value for name, value in self.keep.items() if value and name != "page"}
        return "?" + urlencode({**kept, "page": str(number)})

    @property
    def previous_query(self) -> str:
        return self.query_for(self.number - 1) if self.number > 1 else ""

    @property
    def next_query(self) -> str:
        return self.query_for(self.number + 1) if self.number < self.count else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a field or filter."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A field of a filter bar: a list to choose from, or (with no choices) a text."""

    name: str
    label: str
    value: str = ""
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A form field in the GOV.UK pattern.

    `kind`: text, password, search, email, tel, date, number, textarea, select, radios, checkboxes. `value` is what
    stands in it, `values` what is ticked. `error` says what to do, not that something is wrong. `width` in characters.
    `inline`: radios beside each other, for short options.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    values: Sequence[str] = ()
    hint: str = ""
    error: str = ""
    choices: Sequence[Choice] = ()
    width: int = 0
    rows: int = 4
    required: bool = True
    autocomplete: str = ""
    inputmode: str = ""
    autofocus: bool = False
    inline: bool = False

    @property
    def id(self) -> str:
        return f"field-{self.name}"

    @property
    def focus_id(self) -> str:
        """The id that an error's link goes to: the first option of a group, else the field."""
        return f"{self.id}-1" if self.kind in {"radios", "checkboxes"} else self.id

    @property
    def described_by(self) -> str:
        return " ".join(f"{self.id}-{part}" for part in ("hint", "error") if getattr(self, part))

    @property
    def ticked(self) -> Sequence[str]:
        return self.values or ((self.value,) if self.value else ())


@lru_cache(maxsize=256)
def tag(text: str, tone: str = "") -> SafeString:
    """A word with a coloured ground, as tables show a state. `tone`: act, amber, red or none."""
    return render_to_string("components/tag.html", {"text": text, "tone": tone})
