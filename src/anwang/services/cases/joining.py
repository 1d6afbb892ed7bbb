"""併入既有個案: a report that the unit took for a family which it serves already goes on in that case; none is opened twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.services.dispatch.duties import contact_due, contacted, no_contact_needed
from anwang.services.dispatch.holding import held_by_receiver, still_with_unit
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.process import DispatchState
from anwang.services.intake.models import Report, ReportPerson

from . import duties
from .frame import NoSuchCase, NotAccepted, deed, note, once, worked_case
from .models import Case, CaseMember, ContactNote, ReportJoined, Visit
from .process import WORKED_ON, VisitState
from .rules import text_problem
from .vocabulary import ContactKind

_WITH_FAMILY = [kind.value for kind in ContactKind if kind.reaches_family]


@deed(Permission.WORK_CASES)
def join_report(
    *, dispatch_id: int, case_id: int | None, text: str, by: AccessContext, by_name: str, now: dt.datetime
) -> ReportJoined:
    """Let a report go on in an open case of the unit that took it; `text` says what it means for the case.

    The duty of the first contact is met by a contact or a visit of the case since the report came; without one it goes
    on as the case's, due at the same moment. Joined twice it stays where it is. Raises NotAccepted, NoSuchCase when the
    dispatch is none of the unit's, NotPossible when the case is closed.
    """
    once(f"dispatch {dispatch_id}")
    if not Dispatch.objects.filter(pk=dispatch_id, to_unit_id=by.unit_id or 0).exists():
        raise NoSuchCase(dispatch_id)
    dispatch, report = held_by_receiver(dispatch_id, by)  # nobody sends it on meanwhile
    if (there := ReportJoined.objects.filter(dispatch=dispatch).select_related("case").first()) is not None:
        if there.case_id == case_id:
            return there
        raise NotAccepted({"case": f"這件通報已併入個案 {there.case.number}。"})
    if dispatch.state != DispatchState.ACCEPTED or not still_with_unit([dispatch]):
        raise NotAccepted({"case": "這件派案已退派、收回或改派，不能併案。請回派案的清單確認。"})
    if dispatch.purpose == Dispatch.Purpose.INVESTIGATE:
        raise NotAccepted({"case": "這件是調查，請先提出調查結果，再由調查開案。"})
    if (opened := Case.objects.filter(dispatch=dispatch).first()) is not None:
        raise NotAccepted({"case": f"這件派案已經開案 {opened.number}，不用併案。"})
    problems = {}
    if not Case.objects.filter(pk=case_id or 0, state__in=WORKED_ON).exists():
        problems["case"] = "請選擇本單位服務中的個案，或填個案編號，例如 C-0000012。"
    if problem := text_problem(text, "對個案的影響與處理"):
        problems["text"] = problem
    if problems:
        raise NotAccepted(problems)
    case = worked_case(case_id or 0, "併入通報")
    made = ReportJoined.objects.create(
        case=case,
        unit_id=case.unit_id,
        report_id=dispatch.report_id,
        dispatch=dispatch,
        note=" ".join(text.split()),
        at=now,
        by_id=by.member_id,
        by_name=by_name,
    )
    duties.answered(case, duties.NEW_REPORT, now, by.member_id, sequence=dispatch.report_id)
    if (due := contact_due(dispatch.report_id)) is not None:
        _contact_goes_on(case, report, due, now, by.member_id)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "join_report", report=dispatch.report_id)
    return made


def _contact_goes_on(
    case: Case, report: Report, due: Deadline, now: dt.datetime, by_member_id: int | None
) -> None:
    reached = _reached_since(case, report.received_at)
    if reached is not None:
        contacted(report.pk, min(reached, now), by_member_id)
        return
    no_contact_needed(report, now, f"併入個案 {case.number}，由個案的期限接續")
    duties.contact_for_report(case, due, report.pk, now)


def _reached_since(case: Case, since: dt.datetime) -> dt.datetime | None:
    """When somebody of the family was first met or spoken to since a moment, by the case's own records."""
    moments = [
        *Visit.objects.filter(
            case=case, state=VisitState.DONE, replaced_by__isnull=True, visited_at__gte=since
        ).values_list("visited_at", flat=True),
        *ContactNote.objects.filter(
            case=case, reached=True, kind__in=_WITH_FAMILY, replaced_by__isnull=True, contacted_at__gte=since
        ).values_list("contacted_at", flat=True),
    ]
    return min((each for each in moments if each is not None), default=None)


def cases_about(report_id: int) -> list[Case]:
    """The acting unit's open cases of somebody who is named in a report, or of their household, the youngest first."""
    with acting(SYSTEM):
        named = list(
            ReportPerson.objects.filter(report_id=report_id, withdrawn_at__isnull=True).values_list(
                "person_id", "household_id"
            )
        )
    persons = {person for person, _ in named if person is not None}
    homes = {home for _, home in named if home is not None}
    with_them = CaseMember.objects.filter(
        person_id__in=persons, replaced_by__isnull=True, left_on__isnull=True
    )
    return list(
        Case.objects.filter(
            Q(pk__in=set(with_them.values_list("case_id", flat=True))) | Q(household_id__in=homes),
            state__in=WORKED_ON,
        )
        .select_related("worker")
        .order_by("-pk")
    )


def joined_cases(dispatch_ids: Collection[int]) -> dict[int, Case]:
    """The acting unit's cases to which dispatches were joined, by dispatch."""
    found = ReportJoined.objects.filter(dispatch_id__in=dispatch_ids).select_related("case")
    return {each.dispatch_id: each.case for each in found}


def goes_on(dispatch_id: int) -> str:
    """Why the report of a dispatch is not sent on: it has a case of the unit (`dispatch.hooks.GoesOn`)."""
    of_report = Q(investigation__report__dispatches=dispatch_id)
    opened = Case.objects.filter(Q(dispatch_id=dispatch_id) | of_report).order_by("pk").first()
    case = opened or joined_cases([dispatch_id]).get(dispatch_id)
    return f"這件通報已經有個案 {case.number}；要由其他單位接手，請用個案的「移轉」。" if case else ""
