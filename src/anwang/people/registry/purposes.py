"""Stating a purpose (申請查閱): it opens the existence of a household's services and whom to call, nothing else."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting

from .models import Household, ViewGrant
from .rules import STATEMENTS_A_DAY, LegalBasis, basis_problem, open_until, reason_problem


class PurposeNotAccepted(Exception):
    """The statement opens nothing; the message is for the user (zh-TW)."""


def statements_left(*, member_id: int, now: dt.datetime) -> int:
    """How many more households the member may state a purpose for today."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    made = ViewGrant.objects.filter(
        kind=ViewGrant.Kind.STATED_PURPOSE, member_id=member_id, granted_at__gte=midnight
    ).count()
    return max(0, STATEMENTS_A_DAY - made)


@transaction.atomic
def state_purpose(
    *, household_id: int, basis: str, reason: str, by: AccessContext, by_name: str, now: dt.datetime
) -> bool:
    """Open a household to the acting unit for the stated purpose, and write it into the audit log.

    Returns False when there is no such household: the log then says refused. Stating again renews the time.
    Raises PurposeNotAccepted when the statement will not do or the member stated too many today.
    """
    problem = basis_problem(basis) or reason_problem(reason)
    if problem:
        raise PurposeNotAccepted(problem)
    if by.member_id is None or by.unit_id is None:
        raise PurposeNotAccepted("只有具名的成員可以申請查閱。")
    if not statements_left(member_id=by.member_id, now=now):
        raise PurposeNotAccepted(f"今天已申請 {STATEMENTS_A_DAY} 戶，請明天再申請，或請名單承辦協助。")
    text = f"{LegalBasis(basis).label}：{' '.join(reason.split())}"[:200]
    opened = _grant(household_id, text, by, now)
    audit.record(
        context=by,
        at=now,
        action=audit.Action.STATED_PURPOSE if opened else audit.Action.REFUSED,
        subject_kind="household",
        subject_id=household_id,
        purpose=text,
        member_name=by_name,
        detail={"basis": basis} if opened else {},
    )
    return opened


def _grant(household_id: int, text: str, by: AccessContext, now: dt.datetime) -> bool:
    """The unit's own earlier statement is renewed in the system context, for a member may not change grants."""
    values = {
        "reason": text,
        "member_id": by.member_id,
        "granted_at": now,
        "until_on": open_until(timezone.localdate(now)),
    }
    stated = {"unit_id": by.unit_id, "household_id": household_id, "kind": ViewGrant.Kind.STATED_PURPOSE}
    if ViewGrant.objects.filter(**stated).exists():
        with acting(SYSTEM):
            ViewGrant.objects.filter(**stated).update(**values)
        return True
    try:
        with transaction.atomic():
            ViewGrant.objects.create(**stated, **values)
            with connection.cursor() as cursor:
                # The key to the household is checked now and not at the end, where nobody could answer for it.
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")
            return Household.objects.filter(pk=household_id).exists()
    except IntegrityError:
        return False
