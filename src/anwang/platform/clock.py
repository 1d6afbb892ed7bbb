"""Duties with a time: opening, meeting, withdrawing and handing on a Deadline. Every duty is one (house.md).

Who calls has decided already whether the deed is allowed. A duty often belongs to another unit than that of who opens
or meets it (派案 opens the receiver's; accepting stops the intake centre's), so the clock itself acts as the system.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Max

from .clock_models import OPEN, Deadline, DeadlineChange
from .context import SYSTEM, acting
from .due_rules import TAIPEI, Due, Term, TermKind, due
from .office_calendar import office_calendar, table_calendar


def due_moment(start: dt.datetime, term: Term, township_code: str = "") -> Due:
    """When a duty with this term falls due by the office calendar in force, with the flags to show beside it."""
    if not term.kind.moves_with_closures:
        return due(start, term)
    with acting(SYSTEM):
        office = office_calendar(township_code=township_code, first=start.astimezone(TAIPEI).date())
    return due(start, term, office)


def flags_of(duty: Deadline) -> tuple[str, ...]:
    """What must be said beside a duty of working days: years without a table, days off that are derived. No query."""
    if duty.term_kind != TermKind.WORKING_DAYS.value:
        return ()
    first = (duty.started_at or duty.opened_at).astimezone(TAIPEI).date()
    return table_calendar().flags(first, duty.due_at.astimezone(TAIPEI).date())


def open_deadline(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str,
    label: str,
    rule_label: str,
    unit_id: int,
    opened_at: dt.datetime,
    due_at: dt.datetime | None = None,
    term: Term | None = None,
    started_at: dt.datetime | None = None,
    citation: str = "",
    url: str = "",
    owner_member_id: int | None = None,
    subject_label: str = "",
    township_code: str = "",
    sequence: int = 1,
    is_promise: bool = False,
) -> Deadline:
    """Open a duty once; a second call for the same subject, rule, unit and sequence changes nothing.

    `due_at` may be left out where a `term` is given: it is then counted from `started_at` (by default `opened_at`) by
    the office calendar, and follows closures if the term is one of working days. `label` says what is to do,
    `rule_label` names the rule for the lists that count by rule; both in zh-TW, without personal data. `is_promise`: the
    owner's own word and no legal clock; it stands after those and rises no further than to the supervisors.
    Raises ValueError when neither moment nor term is given, or the rule has no name.
    """
    if not rule_label.strip():
        raise ValueError("a rule has a name: users see it")
    start = started_at or opened_at
    if due_at is None:
        if term is None:
            raise ValueError("a duty needs a due moment or a term")
        due_at = due_moment(start, term, township_code).at
    with acting(SYSTEM):
        found, _ = Deadline.objects.get_or_create(
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            rule_id=rule_id,
            unit_id=unit_id,
            sequence=sequence,
            defaults={
                "label": label,
                "rule_label": rule_label,
                "subject_label": subject_label,
                "opened_at": opened_at,
                "started_at": start,
                "due_at": due_at,
                "term_kind": term.kind.value if term else "",
                "term": term.length if term else None,
                "citation": citation,
                "url": url,
                "owner_member_id": owner_member_id,
                "township_code": township_code,
                "is_promise": is_promise,
            },
        )
    return found


def next_sequence(*, subject_kind: str, subject_id: object, rule_id: str) -> int:
    """The number of the next round of a recurring duty. A number taken from the calendar (11504) is better where one
    is at hand: it makes opening the round twice harmless."""
    with acting(SYSTEM):
        last = Deadline.objects.filter(
            subject_kind=subject_kind, subject_id=str(subject_id), rule_id=rule_id
        ).aggregate(last=Max("sequence"))["last"]
    return (last or 0) + 1


def meet_deadline(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str,
    at: dt.datetime,
    sequence: int | None = None,
    by_member_id: int | None = None,
) -> bool:
    """Mark the duty as done, whose ever it is; all its open rounds when no sequence is given.

    Returns False when there was no open one.
    """
    with acting(SYSTEM):
        found = Deadline.objects.filter(
            OPEN, subject_kind=subject_kind, subject_id=str(subject_id), rule_id=rule_id
        )
        if sequence is not None:
            found = found.filter(sequence=sequence)
        return bool(found.update(met_at=at, met_by_member_id=by_member_id))


def withdraw_deadline(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str | None = None,
    at: dt.datetime,
    reason: str,
    sequence: int | None = None,
    by_member_id: int | None = None,
) -> int:
    """The duty fell away without being done (the case was closed, the report withdrawn). Returns how many did.

    Without `rule_id` all open duties of the subject. `reason` is zh-TW, without personal data, and not empty.
    """
    if not reason.strip():
        raise ValueError("a duty falls away for a reason")
    with acting(SYSTEM):
        held = _held(subject_kind, subject_id, rule_id, sequence)
        _write_changes(held, DeadlineChange.Kind.WITHDRAWN, at, reason, by_member_id)
        Deadline.objects.filter(pk__in=[each.pk for each in held]).update(
            withdrawn_at=at, withdrawn_reason=reason
        )
    return len(held)


def reassign_deadline(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str | None = None,
    at: dt.datetime,
    reason: str,
    owner_member_id: int | None,
    unit_id: int | None = None,
    sequence: int | None = None,
    by_member_id: int | None = None,
) -> int:
    """Give open duties to another owner (None: the unit's), and with `unit_id` to another unit. Returns how many moved.

    Raises IntegrityError when the other unit has the same duty already.
    """
    with acting(SYSTEM):
        held = [
            each
            for each in _held(subject_kind, subject_id, rule_id, sequence)
            if each.owner_member_id != owner_member_id or unit_id not in (None, each.unit_id)
        ]
        before = [(each.unit_id, each.owner_member_id) for each in held]
        for each in held:
            each.owner_member_id = owner_member_id
            if unit_id is not None and unit_id != each.unit_id:
                # In the new unit nobody has been asked yet: it rises there anew, if it is overdue.
                each.unit_id, each.escalation_level, each.escalated_unit_id = unit_id, 0, None
        Deadline.objects.bulk_update(
            held, ["owner_member_id", "unit_id", "escalation_level", "escalated_unit_id"]
        )
        DeadlineChange.objects.bulk_create(
            DeadlineChange(
                deadline=each,
                unit_id=each.unit_id,
                at=at,
                kind=DeadlineChange.Kind.REASSIGNED,
                reason=reason,
                by_member_id=by_member_id,
                old_due_at=each.due_at,
                new_due_at=each.due_at,
                old_unit_id=old_unit,
                old_owner_member_id=old_owner,
                new_owner_member_id=owner_member_id,
            )
            for each, (old_unit, old_owner) in zip(held, before, strict=True)
        )
    return len(held)


def move_deadline(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str,
    at: dt.datetime,
    due_at: dt.datetime,
    reason: str,
    sequence: int | None = None,
    by_member_id: int | None = None,
) -> int:
    """Set another due moment for an open duty, by a person and with a reason (a term that was prolonged).

    It is then no longer counted from its term: closures do not move it any more. Returns how many were moved.
    """
    with acting(SYSTEM):
        held = [
            each
            for each in _held(subject_kind, subject_id, rule_id, sequence)
            if each.due_at != due_at or each.term_kind
        ]
        _write_changes(held, DeadlineChange.Kind.MOVED, at, reason, by_member_id, due_at)
        Deadline.objects.filter(pk__in=[each.pk for each in held]).update(
            due_at=due_at, term_kind="", term=None
        )
    return len(held)


def restate_deadline(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str,
    sequence: int,
    label: str,
    citation: str,
    url: str,
    started_at: dt.datetime,
) -> bool:
    """What an open duty is called, where it comes from, since when and where it is done, when its source was written anew
    (the next version of a plan). Returns False when there is no such open duty."""
    with acting(SYSTEM):
        found = Deadline.objects.filter(
            OPEN, subject_kind=subject_kind, subject_id=str(subject_id), rule_id=rule_id, sequence=sequence
        )
        return bool(found.update(label=label, citation=citation, url=url, started_at=started_at))


def restore_deadline(
    *,
    subject_kind: str,
    subject_id: object,
    rule_id: str,
    sequence: int,
    at: dt.datetime,
    reason: str,
    by_member_id: int | None = None,
) -> bool:
    """A duty that had fallen away is to be done after all. Returns False when none had."""
    with acting(SYSTEM):
        found = list(
            Deadline.objects.filter(
                subject_kind=subject_kind,
                subject_id=str(subject_id),
                rule_id=rule_id,
                sequence=sequence,
                withdrawn_at__isnull=False,
            ).select_for_update()
        )
        _write_changes(found, DeadlineChange.Kind.RESTORED, at, reason, by_member_id)
        Deadline.objects.filter(pk__in=[each.pk for each in found]).update(
            withdrawn_at=None, withdrawn_reason=""
        )
    return bool(found)


def _held(subject_kind: str, subject_id: object, rule_id: str | None, sequence: int | None) -> list[Deadline]:
    found = Deadline.objects.filter(OPEN, subject_kind=subject_kind, subject_id=str(subject_id))
    if rule_id is not None:
        found = found.filter(rule_id=rule_id)
    if sequence is not None:
        found = found.filter(sequence=sequence)
    return list(found.order_by("pk").select_for_update())


def _write_changes(
    held: Sequence[Deadline],
    kind: DeadlineChange.Kind,
    at: dt.datetime,
    reason: str,
    by_member_id: int | None,
    new_due_at: dt.datetime | None = None,
) -> None:
    DeadlineChange.objects.bulk_create(
        DeadlineChange(
            deadline=each,
            unit_id=each.unit_id,
            at=at,
            kind=kind,
            reason=reason,
            by_member_id=by_member_id,
            old_due_at=each.due_at,
            new_due_at=new_due_at or each.due_at,
            old_unit_id=each.unit_id,
            old_owner_member_id=each.owner_member_id,
            new_owner_member_id=each.owner_member_id,
        )
        for each in held
    )
