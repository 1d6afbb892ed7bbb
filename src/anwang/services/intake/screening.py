"""篩案: the facts that screening weighs, and what a person decides on them. The rule is in `screening_rules`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from anwang.agencies.rules import Permission, permissions_of
from anwang.people.registry.models import ServicePresence, Touchpoint
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.platform.models import Decision
from anwang.platform.transitions import NotPossible
from anwang.services.programs.loading import programmes
from anwang.standard.ages import age_range, age_words
from anwang.standard.codes import OwnSource
from anwang.standard.record import PartialDate, Period
from anwang.standard.report_answers import MandatedKind

from .models import Report, ReportPerson, Screening
from .process import REPORT, ReportState
from .re_reports import RULE as RE_REPORT
from .re_reports import ReReportOutcome
from .screening_rules import (
    RULE,
    PersonFacts,
    ReportFacts,
    Suggestion,
    is_overruling,
    screening_problems,
    suggest,
)
from .states import publish_state
from .vocabulary import ReporterKind, ReportRole, Urgency

SUBJECT = "report"
# Pressing the button twice is one screening.
TWICE_WITHIN = dt.timedelta(minutes=2)


class NotScreened(NotPossible):
    """A decision that cannot be kept; `problems` says by field what to mend (zh-TW)."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("".join(problems.values()))
        self.problems = dict(problems)


def age_text(content: Mapping[str, Any], on: dt.date) -> str:
    """The age by a person's record in standard form, for readers: as it was said, else in years; "" when not known."""
    return age_words(*_birth(content, on), on)


def person_facts(role: str, content: Mapping[str, Any], injuries: str, on: dt.date) -> PersonFacts:
    """What screening weighs of one person of a report received on a day."""
    ages = age_range(*_birth(content, on), on)
    return PersonFacts(
        ReportRole(role), ages.low if ages else None, bool(injuries.strip()), ages.high if ages else None
    )


def _birth(content: Mapping[str, Any], on: dt.date) -> tuple[PartialDate | None, Period]:
    """The birth in a record, and the month in which it was written."""
    birth, period = content.get("birth"), content.get("period")
    written = Period.parse(period) if period else Period(on.year, on.month)
    return PartialDate(*birth) if birth else None, written


def facts_of(
    reports: Sequence[Report],
    persons: Mapping[int, Sequence[ReportPerson]] | None = None,
    around: Mapping[int, int] | None = None,
) -> dict[int, ReportFacts]:
    """Report number to what screening weighs; a handful of queries however many reports. Row security applies.

    `persons` (as `persons_of`) and `around` (as `surroundings`): who has read them already gives them.
    """
    if persons is None:
        persons = persons_of([report.pk for report in reports])
    if around is None:
        around = surroundings(persons)
    again = _re_reports(reports)
    return {
        report.pk: _facts(report, persons.get(report.pk, ()), around.get(report.pk, 0), report.pk in again)
        for report in reports
    }


def persons_of(report_ids: Sequence[int]) -> dict[int, list[ReportPerson]]:
    """Report number to the persons who stand in it now, by their number."""
    persons: dict[int, list[ReportPerson]] = defaultdict(list)
    for person in ReportPerson.objects.filter(report__in=report_ids, withdrawn_at__isnull=True).order_by(
        "number"
    ):
        persons[person.report_id].append(person)
    return persons


def _re_reports(reports: Sequence[Report]) -> set[int]:
    """Reports of which the rule of re-reports says so now: an earlier report, or a service that is or was."""
    outcomes = dict(
        Decision.objects.filter(
            subject_kind=SUBJECT, subject_id__in=[str(report.pk) for report in reports], rule_id=RE_REPORT
        )
        .order_by("pk")
        .values_list("subject_id", "outcome")
    )
    return {
        report.pk
        for report in reports
        if report.re_report_of_id is not None or outcomes.get(str(report.pk)) == ReReportOutcome.RE_REPORT
    }


def _facts(report: Report, persons: Sequence[ReportPerson], services: int, again: bool) -> ReportFacts:
    on = timezone.localdate(report.received_at)
    homes = {p.household_id for p in persons if p.role == ReportRole.SUBJECT and p.household_id}
    return ReportFacts(
        dangers=frozenset(report.dangers),
        needs=frozenset(report.needs),
        persons=tuple(person_facts(p.role, p.content, p.injuries, on) for p in persons),
        text="\n".join([report.story, *(p.injuries for p in persons)]),
        same_home=any(p.role == ReportRole.ALLEGED and p.household_id in homes for p in persons),
        is_re_report=again,
        services=services,
        reporter=ReporterKind(report.reporter_kind),
        mandated=MandatedKind(report.mandated_kind) if report.mandated_kind else None,
    )


def surroundings(persons: Mapping[int, Sequence[ReportPerson]]) -> dict[int, int]:
    """Report number to how many units serve its people and homes now. Counted for the whole county, whoever asks: that somebody serves
    a family is what the desk must know, and not who does what there."""
    everybody = [person for several in persons.values() for person in several]
    homes = {p.household_id for p in everybody if p.household_id}
    people = {p.person_id for p in everybody if p.person_id}
    at_home: dict[int, set[int]] = defaultdict(set)
    of_person: dict[int, set[int]] = defaultdict(set)
    with acting(SYSTEM):
        for home, unit in ServicePresence.objects.filter(
            household__in=homes, until_on__isnull=True
        ).values_list("household_id", "unit_id"):
            at_home[home].add(unit)
        served = Touchpoint.objects.filter(person__in=people, closed_on__isnull=True)
        # That somebody took a report about them is no service: else every report would count itself.
        served = served.exclude(programme=OwnSource.INTAKE_REPORT)
        for who, unit in served.values_list("person_id", "unit_id"):
            of_person[who].add(unit)
    result = {}
    for report, several in persons.items():
        units: set[int] = set()
        for person in several:
            units |= at_home.get(person.household_id or 0, set()) | of_person.get(
                person.person_id or 0, set()
            )
        result[report] = len(units)
    return result


def suggestions(
    reports: Sequence[Report],
    persons: Mapping[int, Sequence[ReportPerson]] | None = None,
    around: Mapping[int, int] | None = None,
) -> dict[int, Suggestion]:
    """Report number to what the rule suggests for it, by the policy of the day on which it was received.

    `persons` and `around` as in `facts_of`.
    """
    policy = policy_in_force()
    facts = facts_of(reports, persons, around)
    result = {}
    for report in reports:
        on = timezone.localdate(report.received_at)
        result[report.pk] = suggest(facts[report.pk], policy=policy, on=on, programmes=programmes(on))
    return result


def suggested_urgency(report: Report) -> Urgency:
    """How urgent a report is by the rule alone: what it is queued by until somebody has screened it."""
    return suggestions([report])[report.pk].urgency


@transaction.atomic
def screen(
    *,
    report_id: int,
    urgency: str,
    programme: str,
    reason: str = "",
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Screening:
    """Keep what a person decided about urgency and programme, beside what the rule suggested.

    The suggestion is a Decision of the rule; another urgency, or a programme that nothing speaks for, is a Decision of
    the person that overrules it and needs a reason. Raises PermissionDenied, NotScreened (with problems by field), or
    NotPossible when the report has moved on.
    """
    if Permission.SCREEN_REPORTS not in permissions_of(by.roles):
        raise PermissionDenied(Permission.SCREEN_REPORTS)
    report = (
        Report.objects.select_for_update(of=("self",)).filter(pk=report_id, unit_id=by.unit_id or 0).first()
    )
    if report is None:
        raise NotPossible("沒有這件通報，或不屬於您的單位。")
    last = report.screenings.order_by("-pk").first()
    if last is not None and _same_press(last, report, urgency, programme, by, now):
        return last
    after = REPORT.after(ReportState(report.state), "screen")
    suggestion = suggestions([report])[report.pk]
    offered = [each.programme for each in suggestion.programmes]
    problems = screening_problems(
        suggested=suggestion.urgency,
        suggested_programmes=offered,
        urgency=urgency,
        programme=programme,
        reason=reason,
        known_programmes=programmes(timezone.localdate(now)),
    )
    if problems:
        raise NotScreened(problems)
    shared: dict[str, Any] = {
        "subject_kind": SUBJECT,
        "subject_id": report.pk,
        "rule_id": RULE,
        "citation": str(suggestion.citation),
        "policy_version": suggestion.policy_version,
        "unit_id": report.unit_id,
        "now": now,
    }
    by_rule = keep_decision(
        **shared,
        outcome=suggestion.urgency,
        reason=suggestion.reason,
        facts={
            "points": suggestion.points,
            "factors": [factor.code for factor in suggestion.factors],
            "programmes": offered,
        },
        by=AccessContext(SYSTEM.actor, unit_id=report.unit_id),
    )
    decision = by_rule
    if is_overruling(suggestion.urgency, offered, urgency, programme):
        decision = keep_decision(
            **shared,
            outcome=urgency,
            reason=" ".join(reason.split()),
            facts={"programme": programme, "by_name": by_name},
            by=by,
            overrules=by_rule,
        )
    made = Screening.objects.create(
        report=report,
        unit_id=report.unit_id,
        suggested=suggestion.urgency,
        urgency=urgency,
        suggested_programme=suggestion.programme,
        programme=programme,
        factors=[asdict(factor) for factor in suggestion.factors],
        reason=" ".join(reason.split()),
        decision=decision,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
    )
    report.state, report.urgency, report.programme = after, Urgency(urgency), programme
    report.save(update_fields=["state", "urgency", "programme"])
    publish_state(report=report, now=now)
    audit.record(
        context=by,
        at=now,
        action=audit.Action.SCREENED_REPORT,
        subject_kind=SUBJECT,
        subject_id=report.pk,
        member_name=by_name,
        detail={"urgency": urgency, "suggested": suggestion.urgency, "programme": programme},
    )
    return made


def _same_press(
    last: Screening, report: Report, urgency: str, programme: str, by: AccessContext, now: dt.datetime
) -> bool:
    return (
        report.state == ReportState.SCREENED
        and last.by_id == by.member_id
        and (last.urgency, last.programme) == (urgency, programme)
        and dt.timedelta(0) <= now - last.at <= TWICE_WITHIN
    )


def queue_by_suggestion(report: Report) -> None:
    """Queue a report that nobody has screened yet by the urgency that the rule suggests: danger must not wait for a person
    to see that it is one. For whoever enters or corrects a report; once screened, a person's word stands."""
    if report.state != ReportState.RECEIVED:
        return
    report.urgency = suggested_urgency(report)
    report.save(update_fields=["urgency"])
