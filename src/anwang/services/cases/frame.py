"""What every deed on a case shares: who may do it, the locked case, the log, and what is said when it cannot be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from anwang.agencies.models import Member, Role
from anwang.agencies.rules import Permission, permissions_of
from anwang.platform import audit
from anwang.platform.context import AccessContext, acting
from anwang.platform.transitions import NotPossible

from .models import Case
from .process import CASE, WORKED_ON, CaseState

SUBJECT = "case"
_P = ParamSpec("_P")
_T = TypeVar("_T")
APPROVERS = (Role.SUPERVISOR,)
WORKERS = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.LIAISON)


class NotAccepted(Exception):
    """What was given cannot be kept as it is; `problems` says by field what to mend (zh-TW)."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = dict(problems)


class NoSuchCase(Exception):
    """There is no such case, or the acting unit may not work on it."""


def deed(permission: Permission) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """An action of a member: one transaction, as that member under row security. Raises PermissionDenied for a role
    that may not. The action takes `by`."""

    def wrap(action: Callable[_P, _T]) -> Callable[_P, _T]:
        @wraps(action)
        def done(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            by = cast(AccessContext, kwargs["by"])
            if permission not in permissions_of(by.roles):
                raise PermissionDenied(permission)
            with acting(by):
                return action(*args, **kwargs)

        return done

    return wrap


def locked_case(case_id: int) -> Case:
    """The case, so that one deed waits for the other. Raises NoSuchCase."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase(case_id)
    return case


def worked_case(case_id: int, what: str) -> Case:
    """The case, in a state in which work goes on. Raises NotPossible (by the table) when it is closed."""
    case = locked_case(case_id)
    if CaseState(case.state) not in WORKED_ON:
        raise NotPossible(f"個案已結案，不能{what}。要繼續服務請先重新開案。")
    return case


def move(case: Case, name: str) -> None:
    """Make the case's state that after a deed. Raises NotPossible."""
    case.state = CASE.after(CaseState(case.state), name)


def begin(case: Case, at: dt.datetime) -> None:
    """The family was reached: a case that waited for it is served from then on. The caller keeps `state` and `started_at`."""
    if CASE.allows(CaseState(case.state), "start"):
        move(case, "start")
        case.started_at = case.started_at or at


def keep(case: Case, *fields: str) -> None:
    case.revision += 1
    case.save(update_fields=[*fields, "revision"])


def note(
    action: str, case: Case, by: AccessContext, by_name: str, now: dt.datetime, what: str, **detail: object
) -> None:
    """The row in the log. `detail` are codes, counts and row numbers."""
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind=SUBJECT,
        subject_id=case.pk,
        member_name=by_name,
        detail={"deed": what, **detail},
    )


def once(key: str | None) -> None:
    """The same form sent twice at the same moment: the second waits for the first, and finds what it made."""
    if key:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"case form {key}"])


def on_duty(unit_id: int, on: dt.date, roles: tuple[Role, ...] = WORKERS) -> list[Member]:
    """The members who hold one of `roles` in the unit on a day, by name. May be none: a unit can stand empty."""
    return list(
        Member.objects.filter(
            Q(post__until_on__isnull=True) | Q(post__until_on__gte=on),
            is_active=True,
            post__unit_id=unit_id,
            post__role__in=roles,
            post__from_on__lte=on,
        )
        .distinct()
        .order_by("name", "pk")
    )


def member_of(
    unit_id: int, member_id: int | None, now: dt.datetime, roles: tuple[Role, ...] = WORKERS
) -> Member | None:
    """The member with a post of one of `roles` in the unit on the day; None when there is no such."""
    if member_id is None:
        return None
    return next(
        (each for each in on_duty(unit_id, timezone.localdate(now), roles) if each.pk == member_id), None
    )


def takes_back(case: Case, asked_by_id: int | None, by: AccessContext) -> bool:
    """Whether somebody may take back what was sent to the supervisor (a plan, a closing) before it was answered.

    That is for who works on the case. A supervisor answers it, and says what is to do; taken back it would be without a
    word. Only what they sent themselves, or of a case that they carry, a supervisor takes back like anybody.
    """
    answers = Permission.APPROVE_PLANS in permissions_of(by.roles)
    return not answers or by.member_id in (asked_by_id, case.worker_id)


def check_takes_back(case: Case, asked_by_id: int | None, by: AccessContext) -> None:
    """Raises PermissionDenied."""
    if not takes_back(case, asked_by_id, by):
        raise PermissionDenied("take_back")


def has_another_approver(case: Case, by: AccessContext, now: dt.datetime) -> bool:
    """Whether somebody else in the unit could approve: only then nobody approves what they sent themselves."""
    return any(each.pk != by.member_id for each in on_duty(case.unit_id, timezone.localdate(now), APPROVERS))
