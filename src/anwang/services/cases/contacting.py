"""Contacts: a call, a message, a word with another unit; recorded (again after a broken line) and corrected."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import AccessContext

from .clock_rules import Deed
from .duties import deed_done
from .frame import NoSuchCase, NotAccepted, begin, deed, keep, note, once, worked_case
from .models import ContactNote
from .people import current_members
from .rules import text_problem
from .sent_again import recorded_before
from .visit_rules import ContactRecord, contact_problems
from .visiting import others_see


@deed(Permission.WORK_CASES)
def record_contact(
    *,
    case_id: int,
    given: ContactRecord,
    replaces_id: int | None = None,
    why: str = "",
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> ContactNote:
    """A contact, or (`replaces_id`, `why`) the correction of one.

    The same `client_key` again returns the contact that is there; with other content it raises RecordedBefore.
    """
    once(given.client_key)
    if given.client_key and (there := ContactNote.objects.filter(client_key=given.client_key).first()):
        _check_recorded(there, case_id, given, replaces_id, why)
        return there
    case = worked_case(case_id, "記聯繫")
    problems = contact_problems(given, opened_at=case.opened_at, now=now)
    old = ContactNote.objects.filter(pk=replaces_id, case=case).first() if replaces_id is not None else None
    if replaces_id is not None:
        if old is None:
            raise NoSuchCase(case_id)
        if problem := text_problem(why, "更正的理由"):
            problems["why"] = problem
        elif ContactNote.objects.filter(replaces=old).exists():
            problems["why"] = "這筆紀錄剛被更正過，請看新的一筆。"
    if problems:
        raise NotAccepted(problems)
    assert given.kind is not None
    assert given.at is not None
    made = ContactNote.objects.create(
        case=case,
        unit_id=case.unit_id,
        **_content(given),
        client_key=given.client_key or None,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
        replaces=old,
        why=why.strip(),
    )
    if old is None and given.reached and given.kind.reaches_family:
        begin(case, given.at)
        deed_done(case, Deed.REACHED, given.at, now, by.member_id)
        keep(case, "state", "started_at")
        others_see(case, current_members(case_id), timezone.localdate(given.at))
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "record_contact", contact=made.pk)
    return made


def _content(given: ContactRecord) -> dict[str, Any]:
    """What a record keeps of what was typed, by field."""
    return {
        "kind": given.kind,
        "with_whom": given.with_whom.strip(),
        "reached": given.reached,
        "contacted_at": given.at,
        "text": given.text.strip(),
    }


def _check_recorded(
    there: ContactNote, case_id: int, given: ContactRecord, replaces_id: int | None, why: str
) -> None:
    """Raises RecordedBefore unless `given` says what was recorded."""
    said = (there.replaces_id, there.why) == (replaces_id, why.strip())
    if there.case_id != case_id:
        raise NotAccepted({"": "這張表單已經用過，這次寫的沒有存。請回個案再按一次「記聯繫」。"})
    if not said or any(getattr(there, name) != value for name, value in _content(given).items()):
        raise recorded_before("這次聯繫", there, there.at, there.by_name)
