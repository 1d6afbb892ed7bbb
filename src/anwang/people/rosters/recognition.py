"""What was recognised of a file: every choice with its score and the reason that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

from anwang.platform.files.refused import FileRefused
from anwang.platform.files.sheet import column_letter
from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.fields import FieldId
from anwang.standard.record import Period


class RecognitionUnsure(FileRefused):
    """The file may be a good roster, but its list, agency or month is not sure: the sender must say.

    `missing`: what to give, of `list`, `period`, `columns`. `rivals`: the lists it may be, likeliest first.
    """

    def __init__(
        self, message_zh: str, *, missing: tuple[str, ...], rivals: tuple[RosterCode, ...] = ()
    ) -> None:
        super().__init__("unsure", message_zh)
        self.missing = missing
        self.rivals = rivals


@dataclass(frozen=True, slots=True)
class Given:
    """What the sender said with the file. It is taken over anything recognised."""

    agency: AgencyCode | None = None
    roster: RosterCode | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column: what it was taken for. `field` is None for a column the standard does not know (it is kept)."""

    index: int
    header: str
    field: FieldId | None
    score: float
    reason: str

    @property
    def letter(self) -> str:
        return column_letter(self.index)

    @property
    def label(self) -> str:
        """As users find it: the header with the column letter."""
        return f"{self.header}（{self.letter} 欄）" if self.header else f"{self.letter} 欄"


@dataclass(frozen=True, slots=True)
class SheetRecognition:
    """One sheet that holds rows of the roster. Lines are from 1; `header_lines` is () when there is no header.

    `titles` are the texts above the header.
    """

    index: int
    name: str
    header_lines: tuple[int, ...]
    first_line: int
    titles: tuple[str, ...]
    columns: tuple[ColumnChoice, ...]

    def columns_of(self, field: FieldId) -> tuple[ColumnChoice, ...]:
        return tuple(column for column in self.columns if column.field is field)


@dataclass(frozen=True, slots=True)
class Recognition:
    """One roster of one month found in a file, over one or more sheets.

    Scores run from 0 to 1 (given by the sender: 1); reasons are zh-TW. `is_period_guess`: no name or title says the
    month, it is the commonest month of the event dates; a person should confirm it. `notes` are for the receipt.
    """

    agency: AgencyCode
    agency_reason: str
    roster: RosterCode
    roster_reason: str
    period: Period
    period_score: float
    period_reason: str
    is_period_guess: bool
    sheets: tuple[SheetRecognition, ...]
    notes: tuple[str, ...] = ()
