"""What a receipt keeps: refused rows, notes, what a correction changed, and what was recognised, with reasons."""

from __future__ import annotations

from typing import Any

from anwang.agencies.models import Unit
from anwang.people.registry.models import SourceRecord
from anwang.platform.files.refused import FileRefused
from anwang.standard.fields import FIELDS
from anwang.standard.serial import from_json

from .changes import differing_fields
from .models import RosterReceipt, RosterRemark
from .reading import RowReading
from .recognition import Recognition, RecognitionUnsure
from .refusals import SHEET_NAME_LENGTH, cells_to_json


def row_remarks(reading: RowReading, receipt: RosterReceipt, office: Unit) -> list[RosterRemark]:
    """The refused rows and the notes of a reading."""
    refused = [
        RosterRemark(
            receipt=receipt,
            unit=office,
            kind=RosterRemark.Kind.REFUSED,
            sheet=fault.sheet[:SHEET_NAME_LENGTH],
            line=fault.line,
            column=fault.column[:80],
            field=fault.field,
            reason=fault.reason[:300],
            value=fault.value[:300],
            cells=cells_to_json(fault.cells),
        )
        for fault in reading.faults
    ]
    notes = [
        RosterRemark(
            receipt=receipt,
            unit=office,
            kind=RosterRemark.Kind.NOTE,
            sheet=note.sheet[:SHEET_NAME_LENGTH],
            line=note.line,
            column=note.column[:80],
            field=note.code,
            reason=note.message[:300],
            value=note.value[:300],
        )
        for note in reading.notes
    ]
    return refused + notes


def change_remarks(receipt: RosterReceipt, office: Unit) -> list[RosterRemark]:
    """What a corrected roster changed, row by row: record numbers and names of fields, no values."""
    assert receipt.period is not None  # only a file that was refused as a whole may be without a month

    def remark(kind: RosterRemark.Kind, number: str, line: int, reason: str = "") -> RosterRemark:
        return RosterRemark(
            receipt=receipt, unit=office, kind=kind, line=line, value=number, reason=reason[:300]
        )

    kinds, remarks = RosterRemark.Kind, []
    replaced = []
    for new in SourceRecord.objects.filter(receipt=receipt.pk).select_related("replaces").order_by("line"):
        if new.replaces is None:
            remarks.append(remark(kinds.ADDED, new.record_number, new.line))
            continue
        replaced.append(new.replaces.pk)
        fields = differing_fields(from_json(new.replaces.content), from_json(new.content))
        remarks.append(remark(kinds.CHANGED, new.record_number, new.line, "、".join(fields)))
    gone = SourceRecord.objects.filter(
        roster=receipt.roster, period=receipt.period, withdrawn_at=receipt.loaded_at
    ).exclude(pk__in=replaced)
    remarks += [remark(kinds.GONE, old.record_number, old.line) for old in gone.order_by("line")]
    return remarks


def refusal_json(refusal: FileRefused) -> dict[str, Any]:
    """Why a whole file was refused; `missing` is what the sender must say (`list`, `agency`, `period`)."""
    if not isinstance(refusal, RecognitionUnsure):
        return {"code": refusal.code}
    return {"code": refusal.code, "missing": list(refusal.missing), "rivals": list(refusal.rivals)}


def recognition_json(found: Recognition) -> dict[str, Any]:
    """What was recognised, with the reasons; `sheets` are the headers that refused rows go back under."""
    return {
        "roster": [found.roster.label, found.roster_reason],
        "agency": [found.agency.label, found.agency_reason],
        "period": [found.period.roc, found.period_reason],
        "period_is_guess": found.is_period_guess,
        "columns": [
            {
                "sheet": sheet.name,
                "column": column.label,
                "field": FIELDS[column.field].label if column.field else "",
                "reason": column.reason,
            }
            for sheet in found.sheets
            for column in sheet.columns
        ],
        "sheets": [
            {"name": sheet.name, "headers": [column.header or column.letter for column in sheet.columns]}
            for sheet in found.sheets
        ],
    }
