"""Visits: planned, recorded (also from a phone, again after a broken line), cancelled, corrected."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.people.registry.keeping import note_contact as note_touchpoint
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.standard.codes import OwnSource
from anwang.standard.serial import from_json

from .ages_rules import has_children
from .clock_rules import deed_of_visit
from .duties import counting_places, deed_done
from .frame import NoSuchCase, NotAccepted, begin, deed, keep, member_of, note, once, worked_case
from .models import Case, CaseMember, Visit
from .people import current_members, record_number
from .process import VISIT, VisitState
from .promising import keep_appointments
from .rules import text_problem
from .sent_again import recorded_before
from .visit_rules import VisitRecord, plan_problems, visit_problems
from .vocabulary import VisitPlace


@deed(Permission.WORK_CASES)
def plan_visit(
    *,
    case_id: int,
    place: VisitPlace | None,
    at: dt.datetime | None,
    purpose: str = "",
    worker_id: int | None = None,
    client_key: str = "",
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Visit:
    """約訪視: who goes where and when. Without `worker_id` the case's own worker goes.

    Sent again with the same `client_key`, the visit planned then comes back; another content under it is not accepted.
    """
    once(client_key)
    if client_key and (there := Visit.objects.filter(client_key=client_key).first()):
        _check_same(there, case_id, place, at, purpose, worker_id)
        return there
    case = worked_case(case_id, "約訪視")
    problems = plan_problems(place, at, purpose, now=now)
    if worker_id is not None and member_of(case.unit_id, worker_id, now) is None:
        problems["worker"] = "請選擇本單位現職的社工。"
    if problems:
        raise NotAccepted(problems)
    assert place is not None
    made = Visit.objects.create(
        case=case,
        unit_id=case.unit_id,
        place=place,
        worker_id=worker_id or case.worker_id,
        planned_at=at,
        purpose=purpose.strip(),
        client_key=client_key or None,
        made_at=now,
        made_by_id=by.member_id,
        made_by_name=by_name,
    )
    keep_appointments(case, now, by.member_id, "約訪視")
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "plan_visit", visit=made.pk)
    return made


def _check_same(
    there: Visit, case_id: int, place: VisitPlace | None, at: dt.datetime | None, purpose: str, worker_id: int | None
) -> None:  # fmt: skip
    """Who went back in the browser and changed something would think that it was kept. What became of the visit since
    (recorded, handed over) is no difference."""
    said = there.case_id == case_id and there.planned_at == at and there.purpose == purpose.strip()
    if said and there.state == VisitState.PLANNED:
        said = there.place == place and worker_id in (None, there.worker_id, there.case.worker_id)
    if not said:
        raise NotAccepted({"at": "這次訪視已經約好，這次的修改沒有存。要改請取消那一次，再重新約訪視。"})


@deed(Permission.WORK_CASES)
def record_visit(
    *,
    case_id: int,
    visit_id: int | None = None,
    given: VisitRecord,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Visit:
    """A visit that was planned (`visit_id`) or not, as done or not met; it meets the duties that it meets.

    The same `client_key` again returns the visit that is there; with other content it raises RecordedBefore. Raises
    NotAccepted, or NotPossible when somebody else recorded the planned visit meanwhile.
    """
    once(given.client_key)
    if given.client_key and (there := Visit.objects.filter(client_key=given.client_key).first()):
        _check_recorded(there, case_id, given, planned_as=visit_id)
        return there
    case = worked_case(case_id, "記訪視")
    members = current_members(case_id)
    _check(given, case, members, now)
    planned = _planned(case, visit_id)
    state = VISIT.after(
        VisitState(planned.state) if planned else VisitState.PLANNED, "meet" if given.met else "miss"
    )
    made = planned or Visit(
        case=case, worker_id=by.member_id, made_at=now, made_by_id=by.member_id, made_by_name=by_name
    )
    made.unit_id, made.state = case.unit_id, state
    _write(made, given, by, by_name, now)
    made.save()
    _met(case, made, members, now, by)
    if given.next_at is not None:
        _go_again(case, made, given.next_at, by, by_name, now)
    keep_appointments(case, now, by.member_id, "記訪視")
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "record_visit", visit=made.pk, state=made.state)
    return made


def _check_recorded(
    there: Visit, case_id: int, given: VisitRecord, *, planned_as: int | None = None, replaces_id: int | None = None,
    why: str = "",
) -> None:  # fmt: skip
    """Raises RecordedBefore unless `given` says what was recorded. `planned_as`: which planned visit it was said to be."""
    said = (case_id, replaces_id, why.strip(), given.met) == (
        there.case_id,
        there.replaces_id,
        there.why,
        {VisitState.DONE: True, VisitState.NOT_MET: False}.get(VisitState(there.state)),
    )
    said = said and all(getattr(there, name) == value for name, value in _content(given).items())
    goes, was_planned = _goes_again(there, given), there.replaces_id is None and there.planned_at is not None
    if said and goes and planned_as == (there.pk if was_planned else None):
        return
    if there.case_id != case_id or there.recorded_at is None:
        raise NotAccepted({"": "這張表單已經用過，這次寫的沒有存。請回個案再按一次「記訪視」。"})
    further = "" if goes else "下次訪視不隨更正改變，要改請在個案頁取消或按「約訪視」。"
    raise recorded_before("這次訪視", there, there.recorded_at, there.recorded_by_name, further=further)


def _goes_again(there: Visit, given: VisitRecord) -> bool:
    """Whether the next visit that was planned with the record is the one that is said now, whatever became of it."""
    if there.replaces_id is not None or there.recorded_at is None:
        return True
    planned = Visit.objects.filter(
        case_id=there.case_id,
        made_at=there.recorded_at,
        made_by_id=there.recorded_by_id,
        replaces__isnull=True,
    ).exclude(pk=there.pk)
    return set(planned.values_list("planned_at", flat=True)) == ({given.next_at} - {None})


def _check(given: VisitRecord, case: Case, members: list[CaseMember], now: dt.datetime) -> None:
    today = timezone.localdate(now)
    problems = visit_problems(
        given,
        members={each.number for each in members},
        opened_at=case.opened_at,
        has_children=has_children([from_json(m.content) for m in members if m.left_on is None], today),
        now=now,
    )
    if problems:
        raise NotAccepted(problems)


def _planned(case: Case, visit_id: int | None) -> Visit | None:
    if visit_id is None:
        return None
    found = Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id, case=case).first()
    if found is None:
        raise NoSuchCase(case.pk)
    return found


def _write(made: Visit, given: VisitRecord, by: AccessContext, by_name: str, now: dt.datetime) -> None:
    for name, value in _content(given).items():
        setattr(made, name, value)
    made.client_key = given.client_key or made.client_key
    made.recorded_at, made.recorded_by_id, made.recorded_by_name = now, by.member_id, by_name


def _content(given: VisitRecord) -> dict[str, object]:
    """What a record keeps of what was typed, by field."""
    return {
        "place": given.place or "",
        "visited_at": given.at,
        "seen": sorted(given.seen) if given.met else [],
        "child_seen": (given.child_seen or "") if given.met else "",
        "safety": (given.safety or "") if given.met else "",
        "not_met_reason": "" if given.met else (given.not_met_reason or ""),
        "text": given.text.strip(),
        "next_step": given.next_step.strip(),
    }


def _met(case: Case, visit: Visit, members: list[CaseMember], now: dt.datetime, by: AccessContext) -> None:
    """What meeting the family does: the case begins, duties are met, the next visit is due, others see the day."""
    if visit.state != VisitState.DONE or visit.visited_at is None:
        return
    counting = counting_places(visit.visited_at)
    begin(case, visit.visited_at)
    deed_done(case, deed_of_visit(VisitPlace(visit.place), counting), visit.visited_at, now, by.member_id)
    keep(case, "state", "started_at")
    others_see(case, members, timezone.localdate(visit.visited_at))


def others_see(case: Case, members: list[CaseMember], on: dt.date) -> None:
    for member in members:
        if member.record_id is not None:
            note_touchpoint(source=OwnSource.CASE_FILE, number=record_number(case, member.number), on=on)


def _go_again(
    case: Case, visit: Visit, at: dt.datetime, by: AccessContext, by_name: str, now: dt.datetime
) -> None:
    Visit.objects.create(
        case=case,
        unit_id=case.unit_id,
        place=VisitPlace.HOME if visit.place == VisitPlace.PHONE else visit.place,
        worker_id=visit.worker_id or case.worker_id,
        planned_at=at,
        purpose=visit.next_step,
        made_at=now,
        made_by_id=by.member_id,
        made_by_name=by_name,
    )


@deed(Permission.WORK_CASES)
def cancel_visit(*, visit_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime) -> Visit:
    """A planned visit will not be made, for a reason."""
    found = Visit.objects.filter(pk=visit_id).first()
    if found is None:
        raise NoSuchCase(visit_id)
    case = worked_case(found.case_id, "取消訪視")
    found = _planned(case, visit_id)
    assert found is not None
    state = VISIT.after(VisitState(found.state), "cancel")
    if problem := text_problem(reason, "取消的理由"):
        raise NotAccepted({"reason": problem})
    found.state, found.cancel_reason = state, reason.strip()
    found.recorded_at, found.recorded_by_id, found.recorded_by_name = now, by.member_id, by_name
    found.save()
    keep_appointments(case, now, by.member_id, "取消訪視")
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "cancel_visit", visit=found.pk)
    return found


@deed(Permission.WORK_CASES)
def correct_visit(
    *,
    visit_id: int,
    given: VisitRecord,
    why: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Visit:
    """A further row in the place of a recorded visit; the old one stays visible. Clocks that it met stay met; if it
    says now that somebody was met, it meets what a visit meets. Sent again with other content: RecordedBefore."""
    once(given.client_key)
    if given.client_key and (there := Visit.objects.filter(client_key=given.client_key).first()):
        _check_recorded(there, there.case_id, given, replaces_id=visit_id, why=why)
        return there
    old = Visit.objects.filter(pk=visit_id, state__in=(VisitState.DONE, VisitState.NOT_MET)).first()
    if old is None:
        raise NoSuchCase(visit_id)
    case = worked_case(old.case_id, "更正訪視")
    problem, members = text_problem(why, "更正的理由"), current_members(case.pk)
    try:
        _check(given, case, members, now)
    except NotAccepted as error:
        raise NotAccepted({**error.problems, **({"why": problem} if problem else {})}) from None
    if problem:
        raise NotAccepted({"why": problem})
    if Visit.objects.filter(replaces=old).exists():
        raise NotAccepted({"why": "這筆紀錄剛被更正過，請看新的一筆。"})
    made = Visit(
        case=case,
        unit_id=case.unit_id,
        worker_id=old.worker_id,
        planned_at=old.planned_at,
        purpose=old.purpose,
        state=VisitState.DONE if given.met else VisitState.NOT_MET,
        made_at=now,
        made_by_id=by.member_id,
        made_by_name=by_name,
        replaces=old,
        why=why.strip(),
    )
    _write(made, given, by, by_name, now)
    made.save()
    if old.state == VisitState.NOT_MET:
        _met(case, made, members, now, by)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "correct_visit", visit=made.pk, replaces=old.pk)
    return made
