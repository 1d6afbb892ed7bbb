"""What a report says before it is one: the form, its persons, who reports. Frozen, as typed; readers make sense of it.

The page, the API and the demo county all fill these in; `rules.form_problems` says what is wrong with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from .vocabulary import ReportRole


@dataclass(frozen=True, slots=True)
class PersonForm:
    """Somebody in a report, as typed. `relation` is to the first subject. `person_id` is whom the member said that it
    is (「是同一人」), after seeing the match; None while nobody said."""

    role: str = ReportRole.SUBJECT
    relation: str = ""
    name: str = ""
    id_number: str = ""
    birth: str = ""
    sex: str = ""
    phone: str = ""
    address: str = ""
    injuries: str = ""
    note: str = ""
    person_id: int | None = None

    @property
    def is_blank(self) -> bool:
        """Nothing was said of anybody: a row that was left empty."""
        said = (self.name, self.id_number, self.birth, self.phone, self.address, self.injuries, self.note)
        return self.person_id is None and not any(text.strip() for text in said)

    @property
    def is_named(self) -> bool:
        """Whether a name or a number says who it is; otherwise the person stays in the report as 「姓名不詳」."""
        return bool(self.name.strip() or self.id_number.strip())


@dataclass(frozen=True, slots=True)
class ReporterForm:
    """Who reports. Sealed when kept; nothing of it stands anywhere else."""

    name: str = ""
    phone: str = ""
    workplace: str = ""
    address: str = ""
    wants_reply: bool = False

    @property
    def is_blank(self) -> bool:
        return not any(text.strip() for text in (self.name, self.phone, self.workplace, self.address))


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A report without its persons and its reporter.

    `happened` is a date in any form that the standard reads, or words (「上週起」). `late_reason` explains a time of
    receipt that the clock finds strange. `asked` and `prefilled` are field ids (`fields.py`): what was shown, and what
    of it was filled without being asked. `content` holds the further answers of a programme's form by field id.
    """

    channel: str = ""
    reporter_kind: str = ""
    mandated_kind: str = ""
    received_at: dt.datetime | None = None
    late_reason: str = ""
    happened: str = ""
    township: str = ""
    place: str = ""
    story: str = ""
    dangers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    programme: str = ""
    content: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    prefilled: tuple[str, ...] = ()
