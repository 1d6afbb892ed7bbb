"""What reading a roster's rows gives: records, refused rows, warnings, and what was passed over."""

from __future__ import annotations

from dataclasses import dataclass, field

from anwang.platform.files.sheet import Cell
from anwang.standard.fields import FieldId
from anwang.standard.record import StandardRecord

from .recognition import Recognition
from .skipped import SkippedKind


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that was refused, with the first reason found. `line` is the row number that the spreadsheet shows.

    `column` is the header with its letter as users find it, "" when no column is to blame. `cells` is the whole row as
    received, to send back. `code` is stable: `no_record_number`, `no_person`, `bad_birth`, `duplicate_number`.
    """

    sheet: str
    line: int
    column: str
    field: FieldId
    code: str
    reason: str
    value: str
    record_number: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class RowNote:
    """A warning about an accepted row, or a row that counts once (`code`: `bad_check_digit`, `masked_id`, …)."""

    sheet: str
    line: int
    column: str
    code: str
    message: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class RowReading:
    """The rows of one roster. `hashes[i]` is the content hash of `records[i]` (`row_hash`).

    Every line below a header is in exactly one of: records, faults, `repeated` (identical rows, counted once) or
    `skipped` (kind → lines).
    """

    recognition: Recognition
    records: tuple[StandardRecord, ...]
    hashes: tuple[str, ...]
    faults: tuple[RowFault, ...]
    notes: tuple[RowNote, ...]
    repeated: tuple[int, ...] = ()
    skipped: dict[SkippedKind, tuple[int, ...]] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        return len(self.records)

    @property
    def refused(self) -> int:
        return len(self.faults)
