"""這是約定的那一次嗎？: a visit that is recorded by the page's main button ends the planned one that it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from anwang.services.cases.models import Visit
from anwang.services.cases.promise_rules import PlannedFact
from anwang.services.cases.queries import is_visit_recorded, planned_visits
from anwang.services.cases.visit_rules import is_meant, may_be_meant
from anwang.services.cases.vocabulary import VisitPlace
from anwang.web.clocks import moment_text
from anwang.web.components import Choice, Field
from anwang.web.reading import row_number

from .reading import pick

APPOINTMENT, OTHER = "appointment", "other"


def asked_about(planned: Sequence[Visit], at: dt.datetime) -> list[Visit]:
    """The planned visits that the form asks about, by their time."""
    rows = {each.row for each in may_be_meant(_facts(planned), at=at)}
    return [visit for visit in planned if visit.pk in rows]


def meant(planned: Sequence[Visit], at: dt.datetime) -> Visit | None:
    """The one that is chosen before anybody chooses."""
    found = is_meant(_facts(planned), at=at)
    return next((visit for visit in planned if found and visit.pk == found.row), None)


def _facts(planned: Sequence[Visit]) -> list[PlannedFact]:
    return [
        PlannedFact(v.pk, v.planned_at, VisitPlace(v.place).label)
        for v in planned
        if v.planned_at is not None
    ]


def which_planned(
    case_id: int, typed: Mapping[str, str], at: dt.datetime
) -> tuple[int | None, dict[str, str]]:
    """What was answered: the row of the planned visit, or None for another one; and what is wrong with the answer."""
    answer = typed.get(APPOINTMENT, "")
    if answer == OTHER or (row := row_number(answer)) is not None:
        return (None if answer == OTHER else row), {}
    # A form that was recorded and comes again is not asked what came up since: the next visit that it planned itself.
    if is_visit_recorded(typed.get("key", "")[:64]) or not asked_about(planned_visits(case_id), at):
        return None, {}
    return None, {APPOINTMENT: "請選擇是不是約定的那一次；是的話，那一次就不會再算逾期。"}


def appointment_field(
    asked: Sequence[Visit], typed: Mapping[str, str], problems: Mapping[str, str], member_id: int | None
) -> list[Field]:
    """The question; none where nothing is planned."""
    if not asked:
        return []
    if len(asked) == 1:
        (one,) = asked
        label = f"這是約定的 {moment_text(one.planned_at)} 那一次嗎？"
        options = [Choice(str(one.pk), "是，約定的那一次", _about(one, member_id))]
    else:
        label = "這是約定的哪一次？"
        options = [Choice(str(v.pk), moment_text(v.planned_at), _about(v, member_id)) for v in asked]
    return [pick(APPOINTMENT, label, [*options, Choice(OTHER, "另外一次")], typed, problems)]


def _about(visit: Visit, member_id: int | None) -> str:
    whose = visit.worker.name if visit.worker and visit.worker_id != member_id else ""
    return "・".join(filter(None, (VisitPlace(visit.place).label, whose, visit.purpose)))
