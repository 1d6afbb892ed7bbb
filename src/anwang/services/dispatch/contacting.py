"""首次聯繫: the unit that took a report tried to reach the family. Reached, its duty is met; no case is needed for it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import AccessContext

from . import duties
from .holding import DispatchError, check_permission, held_by_receiver, note, still_with_unit
from .models import Dispatch, FamilyContact
from .process import DispatchState
from .rules import ContactGiven, contact_problems, is_second_press


@transaction.atomic
def record_family_contact(
    *, dispatch_id: int, given: ContactGiven, by: AccessContext, by_name: str, now: dt.datetime
) -> FamilyContact:
    """Write down a try to reach the family of a report that the unit took to serve it. When somebody was reached, the
    duty of the first contact is met at that moment.

    Raises PermissionDenied, DispatchError (with problems by field). The same press twice is one contact.
    """
    check_permission(by, Permission.ACCEPT_DISPATCHES)
    dispatch, report = held_by_receiver(dispatch_id, by)
    if dispatch.state != DispatchState.ACCEPTED or not still_with_unit([dispatch]):
        raise DispatchError("這件通報目前不由本單位主責，不能記聯繫。")
    if dispatch.purpose == Dispatch.Purpose.INVESTIGATE:
        raise DispatchError("這件是調查，首次接觸請記在調查裡。")
    if problems := contact_problems(given, received_at=report.received_at, now=now):
        raise DispatchError(problems=problems)
    assert given.how is not None
    assert given.at is not None
    assert given.reached is not None
    text = " ".join(given.text.split())
    last = dispatch.contacts.order_by("-pk").first()
    if (
        last is not None
        and (last.how, last.contacted_at, last.reached, last.text)
        == (given.how, given.at, given.reached, text)
        and is_second_press(by.member_id, last.by_id, last.at, now)
    ):
        return last
    made = FamilyContact.objects.create(
        dispatch=dispatch,
        unit_id=dispatch.to_unit_id,
        how=given.how,
        with_whom=given.with_whom.strip(),
        reached=given.reached,
        contacted_at=given.at,
        text=text,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
    )
    if made.reached:
        duties.contacted(report.pk, min(made.contacted_at, now), by.member_id)
    note(
        audit.Action.CONTACTED_FAMILY,
        report=report,
        by=by,
        by_name=by_name,
        now=now,
        subject=("dispatch", dispatch.pk),
        contact=made.pk,
        reached=made.reached,
    )
    return made
