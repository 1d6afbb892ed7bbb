"""個案時間軸: everything that happened in a case as one line, the youngest first, in words. What was corrected stays.

Each entry is made from rows that row security shows to the reader: a unit that handed the case on gets what it wrote. Only
who was reached before the case, by whichever unit had the report then, is told to the case's unit besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from anwang.services.programs.programme import Programme

from . import timeline_frame as frame
from . import timeline_records as records
from .entries import Entry, EntryKind, Made, Own
from .models import Case

_MAKERS: dict[EntryKind, tuple[Callable[[int, Programme, Own], Made], ...]] = {
    EntryKind.REPORT: (frame.reports_seen, frame.reports_joined),
    EntryKind.VISIT: (records.visits,),
    EntryKind.CONTACT: (records.contacts, frame.contacts_before),
    EntryKind.ASSESSMENT: (records.assessments,),
    EntryKind.PLAN: (records.plans, records.reviews),
    EntryKind.FORM: (records.forms,),
    EntryKind.TRANSFER: (frame.transfers,),
    EntryKind.DECISION: (frame.closings, frame.reopenings, frame.decisions),
    EntryKind.PEOPLE: (frame.people, frame.supporting),
}


def timeline(case: Case, programme: Programme, kinds: Iterable[EntryKind] = ()) -> list[Entry]:
    """All entries of a case (of `kinds`, when given), the youngest first."""
    wanted = set(kinds) or set(EntryKind)
    begun = [entry for entry in frame.beginning(case) if entry.kind in wanted]
    return _sorted([*begun, *_entries(case.pk, programme, wanted, {})])


def own_timeline(case_id: int, programme: Programme, unit_id: int) -> list[Entry]:
    """What a unit wrote itself in a case that it handed on."""
    return _sorted(_entries(case_id, programme, set(EntryKind), {"unit_id": unit_id}))


def _entries(case_id: int, programme: Programme, wanted: set[EntryKind], own: Own) -> list[Entry]:
    return [
        entry
        for kind, makers in _MAKERS.items()
        if kind in wanted
        for make in makers
        for entry in make(case_id, programme, own)
    ]


def _sorted(found: list[Entry]) -> list[Entry]:
    return sorted(found, key=lambda entry: (entry.at, entry.step, entry.row), reverse=True)
