"""「可能是同一人」: who the person in a row may be, masked, with who serves them and what was reported before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.people.linkage.lookup import PossibleMatch, find
from anwang.people.linkage.lookup_reads import CurrentService
from anwang.people.registry.household_queries import PersonView, person_view
from anwang.platform import audit
from anwang.platform.county_policy import area_code, policy_in_force
from anwang.services.intake.fields import PERSON_FIELD
from anwang.services.intake.history import History, histories_of
from anwang.services.intake.persons import person_record
from anwang.services.intake.re_reports import ReReport, re_report
from anwang.services.intake.report_form import PersonForm
from anwang.standard.record import Period
from anwang.standard.text import squeeze
from anwang.web.components import Basis

from .services import of_others

TYPED = "R-0-0"
"""The number of a report that is still being typed: no kept record has it."""


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """A match as a page shows it; `history` and `re_report` only where the desk reads."""

    match: PossibleMatch
    label: str
    services: tuple[CurrentService, ...]
    home_services: tuple[CurrentService, ...]
    history: History | None = None
    re_report: ReReport | None = None

    @property
    def re_report_basis(self) -> Basis | None:
        """Every window behind 再通報, for 「依據」."""
        if self.re_report is None or not self.re_report.is_re_report:
            return None
        return Basis("再通報", self.re_report.reason, self.re_report.citation, about=f"再通報：{self.label}")


@dataclass(frozen=True, slots=True)
class ShownMatches:
    """Persons first, then households that may be theirs; `further`: more fit, tell them apart by typing more."""

    persons: tuple[ShownMatch, ...] = ()
    households: tuple[ShownMatch, ...] = ()
    further: int = 0

    def __bool__(self) -> bool:
        return bool(self.persons or self.households)


def is_desk(request: MemberRequest) -> bool:
    """Whether the member acts in the intake centre."""
    return Unit.objects.filter(pk=request.access.unit_id or 0, kind=Unit.Kind.INTAKE_CENTER).exists()


def matches_of(
    request: MemberRequest,
    person: PersonForm,
    *,
    now: dt.datetime,
    number: str = TYPED,
    besides: int | None = None,
    head: PersonForm | None = None,
) -> ShownMatches:
    """Who a person may be. `number`: of the record that is already kept, which is not shown as its own match;
    `besides`: the report in which they stand."""
    today = timezone.localdate(now)
    report, _, line = number.rpartition("-")
    record = person_record(
        replace(person, person_id=None),
        report=report,
        number=int(line),
        period=Period(today.year, today.month),
        head=head,
        area=area_code(today),
    )
    found = find(record, context=request.access, by_name=request.user.name, now=now)
    if not found:
        return ShownMatches()
    histories: Mapping[int, History] = {}
    if is_desk(request):
        histories = histories_of([each.person_id for each in found.persons], before=now, besides=besides)
    return ShownMatches(
        tuple(_shown(request, each, histories.get(each.person_id), today) for each in found.persons),
        tuple(_shown(request, each, None, today) for each in found.households),
        found.further,
    )


def _shown(
    request: MemberRequest, match: PossibleMatch, history: History | None, today: dt.date
) -> ShownMatch:
    decided = None
    if history is not None:
        decided = re_report(today, history.reports, history.services, policy=policy_in_force())
    return ShownMatch(
        match,
        label_of(match),
        of_others(request.access, match.services),
        of_others(request.access, match.home_services),
        history,
        decided,
    )


def label_of(match: PossibleMatch) -> str:
    """A match in masked words: 林○安・107年・羅東鎮."""
    return "・".join(part for part in (match.name, match.roc_year, match.township) if part)


def known_form(request: MemberRequest, person_id: int, typed: PersonForm, now: dt.datetime) -> PersonForm:
    """What was typed, with the gaps filled from what the member's own unit knows of the person; nothing of others'.

    Only gaps are filled: what the reporter said stays as it was said. Reading is written down.
    """
    seen = person_view(person_id)
    if seen is None:
        return typed
    audit.record(
        context=request.access,
        at=now,
        action=audit.Action.OPENED_PERSON,
        subject_kind="person",
        subject_id=person_id,
        member_name=request.user.name,
        detail={"for": "report_form"},
    )
    known = _known(seen[0])
    filled: dict[str, Any] = {
        name: known.get(name, "")
        for name in PERSON_FIELD
        if not getattr(typed, name).strip() and known.get(name)
    }
    # A number of which only the last four digits were typed is now the whole number, when they agree.
    number = known.get("id_number", "")
    if number and squeeze(typed.id_number) and number.endswith(squeeze(typed.id_number)):
        filled["id_number"] = number
    return replace(typed, **filled)


def _known(view: PersonView) -> dict[str, str]:
    newest = view.newest
    birth = view.birth
    return {
        "name": view.name,
        "id_number": next((r.id_number.text for r in newest if r.id_number and r.id_number.text), ""),
        "birth": birth.raw.strip() if birth else "",
        "sex": next((r.sex.value for r in newest if r.sex), ""),
        "phone": next((p.digits or p.raw for r in newest for p in r.phones), ""),
        "address": next((r.address.raw.strip() for r in newest if r.address and r.address.raw.strip()), ""),
    }
