"""The deeds of one case: opened, visited, assessed, planned, reviewed, closed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from anwang.services.cases.visit_rules import VisitRecord
from anwang.services.cases.vocabulary import ChildSeen, GoalState, NotMetReason, Safety, VisitPlace
from anwang.services.programs.codes import About, ClockKind, ClosingOutcome, FormKind
from anwang.services.programs.programme import Clock, ClosingReason, Programme

from ..population import ADULT_AGE, Person, Population
from . import deeds, words
from .happened import CaseThen, GoalThen, VisitThen
from .saying import answers, case_member
from .serving import LEVELS, areas_of

_MINUTE, _HOUR, _DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
PLAN_LASTS = dt.timedelta(days=350)
BEFORE_CLOSING = dt.timedelta(days=3)  # no visit is planned any more when the closing is asked for
TRIED_AGAIN = (3, 12)  # days after: a closing that something kept back
TO_REVISE = dt.timedelta(days=9)  # before a plan ends
RETURNED_PLANS = 0.08
_ENDINGS = (
    (ClosingOutcome.REFERRED, 4), (ClosingOutcome.EXPIRED, 2), (ClosingOutcome.DECLINED, 3), (ClosingOutcome.MOVED, 2),
    (ClosingOutcome.NOT_ELIGIBLE, 1), (ClosingOutcome.OTHER, 1),
)  # fmt: skip


def deeds_of_case(
    rng: random.Random,
    county: Population,
    case: CaseThen,
    programme: Programme,
    *,
    now: dt.datetime,
    closes_now: bool = False,
    plans_now: bool = False,
) -> list[deeds.Deed]:
    """`closes_now`: its closing was asked for a day ago; `plans_now`: a new version of its plan waits."""
    asked_at = case.closed_at - 30 * _HOUR if case.closed_at is not None else None
    if closes_now:
        asked_at = now - 20 * _HOUR
        case = replace(case, visits=tuple(v for v in case.visits if v.planned_at < now - BEFORE_CLOSING))
    telling = _Telling(rng, county, case, programme, asked_at, now)
    return list(telling.all(plans_now))


@dataclass(slots=True)
class _Telling:
    rng: random.Random
    county: Population
    case: CaseThen
    programme: Programme
    asked_at: dt.datetime | None
    now: dt.datetime
    members: list[Person] = field(default_factory=list)
    approvals: list[dt.datetime] = field(default_factory=list)

    @property
    def client(self) -> Person:
        return self.county.persons[self.case.client]

    @property
    def number(self) -> int:
        return self.case.number

    def all(self, plans_now: bool) -> Iterator[deeds.Deed]:
        self.members = [self.county.persons[each] for each in self.case.members]
        yield self._opening()
        yield from self._visits()
        if self.programme.forms_for(FormKind.ASSESSMENT):
            yield from self._assessments()
        if self._plans():
            yield from self._planning(plans_now)
            yield from self._reviews()
        if self.asked_at is not None:
            yield from self._closing()

    # ---- opening and visits -------------------------------------------------------------------------------------

    def _opening(self) -> deeds.Deed:
        on = self.case.opened_at.date()
        home = self.county.households[self.case.household].home
        return deeds.CaseOpened(
            self.case.opened_at,
            self.number,
            self.case.report,
            self.programme.id,
            home.township,
            f"{self.programme.label}：評估有服務需求，家庭同意開案。",
            tuple(
                (each.number, case_member(self.rng, self.county, each, self.client, False, on))
                for each in self.members
            ),
        )

    def _visits(self) -> Iterator[deeds.Deed]:
        visits = self.case.visits
        if not visits:
            return
        first = visits[0]
        yield deeds.VisitPlanned(
            self.case.opened_at + 15 * _MINUTE, self.number, VisitPlace(first.place), first.planned_at,
            words.FIRST_PURPOSE,
        )  # fmt: skip
        for number, visit in enumerate(visits):
            after = visits[number + 1] if number + 1 < len(visits) else None
            at = visit.planned_at + visit.lag
            if after is not None and at > after.planned_at - 2 * _HOUR:
                at = visit.planned_at + 30 * _MINUTE
            yield deeds.VisitRecorded(at, self.number, self._record(visit, after))
            if at > self.now:
                return

    def _record(self, visit: VisitThen, after: VisitThen | None) -> VisitRecord:
        rng, on = self.rng, visit.planned_at.date()
        next_at = after.planned_at if after is not None else None
        step = rng.choice(words.NEXT_STEPS)
        place = VisitPlace(visit.place)
        if not visit.met:
            reason = rng.choices((NotMetReason.ABSENT, NotMetReason.REFUSED), (9, 1))[0]
            return VisitRecord(
                False, place, visit.planned_at, not_met_reason=reason, text=rng.choice(words.NOT_MET),
                next_step=step, next_at=next_at,
            )  # fmt: skip
        has_child = any(each.age(on) < ADULT_AGE for each in self.members)
        seen = [1, *(n for n in range(2, len(self.members) + 1) if rng.random() < 0.6)]
        level = LEVELS.index(self.case.level)
        safety = rng.choices(
            (Safety.SAFE, Safety.CONCERN, Safety.DANGER), ((95, 5, 0), (85, 15, 0), (70, 27, 3))[level]
        )[0]
        child = rng.choices((ChildSeen.ALL, ChildSeen.SOME), (8, 2))[0] if has_child else ChildSeen.NO_CHILD
        return VisitRecord(
            True, place, visit.planned_at, seen, child, safety, None, rng.choice(words.VISITS[visit.place]),
            step, next_at,
        )  # fmt: skip

    # ---- assessments --------------------------------------------------------------------------------------------

    def _assessments(self) -> Iterator[deeds.Deed]:
        levels = {level.id for level in self.programme.risk_levels}
        forms = {form.about: form for form in reversed(self.programme.forms_for(FormKind.ASSESSMENT))}
        term = min((_days(clock) for clock in self.programme.clocks_for(ClockKind.ASSESSMENT)), default=30.0)
        for number, each in enumerate(self.case.assessments):
            on = each.on
            if number == 0:  # the first one is in time, as a rule
                latest = self.case.opened_at.date() + dt.timedelta(
                    days=term * self.rng.choice((0.6, 0.7, 0.8, 1.2))
                )
                on = min(on, max(latest, self.case.opened_at.date() + _DAY))
            at = self._moment(on, 16, 30)
            if self._is_over(at):
                return
            small = sum(member.age(on) < 6 for member in self.members)
            typed = {
                about: answers(
                    form,
                    person=self.client,
                    needs=each.needs,
                    level=each.level,
                    size=len(self.members),
                    small_children=small,
                    on=on,
                )
                for about, form in forms.items()
            }
            yield deeds.Assessed(
                at,
                self.number,
                on,
                typed.get(About.HOUSEHOLD, {}),
                typed.get(About.PERSON, {}),
                each.level if each.level in levels else "",
                words.REASONS_OF_LEVEL,
            )

    # ---- plans and reviews --------------------------------------------------------------------------------------

    def _plans(self) -> bool:
        """Whether the programme's work goes by a plan: it has the form, or asks for one or for a review in time."""
        clocks = (*self.programme.clocks_for(ClockKind.PLAN), *self.programme.clocks_for(ClockKind.REVIEW))
        return bool(self.programme.forms_for(FormKind.PLAN) or clocks)

    def _planning(self, plans_now: bool) -> Iterator[deeds.Deed]:
        rng = self.rng
        term = self._days(ClockKind.PLAN) or 14.0
        at = self._moment(
            self.case.opened_at.date() + dt.timedelta(days=rng.uniform(0.4, 0.85) * min(term, 40)), 17, 10
        )
        if self.asked_at is not None and at > self.asked_at - 4 * _DAY:
            at = self.case.opened_at + (self.asked_at - self.case.opened_at) * 0.3
        goals = tuple(
            deeds.Goal(
                *words.GOALS[goal.area][:2],
                min(max(goal.due_on, at.date() + 21 * _DAY), at.date() + PLAN_LASTS),
                words.GOALS[goal.area][2],
            )
            for goal in self.case.goals
        )
        if rng.random() < RETURNED_PLANS and not self._is_over(at + 6 * _DAY):
            yield deeds.PlanSubmitted(at, self.number, goals, words.PLAN_SUMMARY, at.date() + PLAN_LASTS)
            yield deeds.PlanAnswered(at + 2 * _DAY, self.number, words.RETURNED_PLAN)
            at, goals = at + 4 * _DAY, ()
            yield deeds.PlanSubmitted(at, self.number, goals, words.PLAN_SUMMARY, at.date() + PLAN_LASTS)
        else:
            yield deeds.PlanSubmitted(at, self.number, goals, words.PLAN_SUMMARY, at.date() + PLAN_LASTS)
        approved = self._moment(at.date() + rng.choice((1, 1, 2, 3)) * _DAY, 11, 30)
        if self._is_over(approved + _DAY):
            approved = at + 3 * _HOUR
        yield deeds.PlanAnswered(approved, self.number)
        self.approvals.append(approved)
        yield from self._further_plans(approved, plans_now)

    def _further_plans(self, approved: dt.datetime, plans_now: bool) -> Iterator[deeds.Deed]:
        """Another version before the one in force ends; and one that waits at this moment."""
        waits_at = self.now - self.rng.choice((7, 22, 31)) * _HOUR
        last = waits_at - 12 * _DAY if plans_now else self.now + PLAN_LASTS
        ages = [each.age(approved.date()) for each in self.members]
        areas = [area for area in areas_of(ages) if area not in {goal.area for goal in self.case.goals}]
        day = approved.date() + PLAN_LASTS - TO_REVISE
        at = self._moment(day, 15, 40)
        while not self._is_over(at + 12 * _DAY) and at < last:
            yield self._another(at, areas)
            yield deeds.PlanAnswered(
                self._moment(at.date() + self.rng.choice((1, 2)) * _DAY, 11, 30), self.number
            )
            at = self._moment(at.date() + PLAN_LASTS - TO_REVISE, 15, 40)
        if plans_now and approved < waits_at - _DAY:
            yield self._another(waits_at, areas)

    def _another(self, at: dt.datetime, areas: list[str]) -> deeds.Deed:
        """With one more goal, as long as there is something that nobody has thought of."""
        area = areas.pop(0) if areas else "network"
        goal, services, need = words.GOALS[area]
        made = deeds.Goal(goal, services, at.date() + 200 * _DAY, need)
        return deeds.PlanSubmitted(at, self.number, (made,), words.SECOND_SUMMARY, at.date() + PLAN_LASTS)

    def _reviews(self) -> Iterator[deeds.Deed]:
        term, repeats = self._days(ClockKind.REVIEW), any(
            clock.repeats or clock.starts.value == "last_done" for clock in self.programme.clocks_for(ClockKind.REVIEW)
        )  # fmt: skip
        if not self.approvals:
            return
        at = self.approvals[0] + dt.timedelta(days=(term or 90.0) * 0.6)
        while not self._is_over(at + 3 * _HOUR) and at <= self.now:
            states = {words.GOALS[goal.area][0]: self._progress(goal, at.date()) for goal in self.case.goals}
            rest = self.rng.choices((GoalState.BETTER, GoalState.SAME, GoalState.REACHED), (5, 3, 3))[0]
            yield deeds.Reviewed(self._moment(at.date(), 16, 50), self.number, states, rest, words.REVIEW)
            if not repeats:
                return
            at += dt.timedelta(days=(term or 90.0) * self.rng.uniform(0.82, 1.02))

    def _progress(self, goal: GoalThen, on: dt.date) -> GoalState:
        if goal.reached == 2 and on >= goal.due_on:
            return GoalState.REACHED
        if goal.reached:
            return GoalState.BETTER
        return self.rng.choices((GoalState.SAME, GoalState.WORSE), (9, 1))[0]

    # ---- closing ------------------------------------------------------------------------------------------------

    def _closing(self) -> Iterator[deeds.Deed]:
        assert self.asked_at is not None
        if self.approvals and self.approvals[0] < self.asked_at - 2 * _HOUR:
            states: Mapping[str, GoalState] = {
                words.GOALS[goal.area][0]: GoalState.REACHED if goal.reached == 2 else GoalState.GIVEN_UP
                for goal in self.case.goals
            }
            rest = GoalState.REACHED if self.case.goals_met else GoalState.GIVEN_UP
            yield deeds.Reviewed(self.asked_at - 2 * _HOUR, self.number, states, rest, words.LAST_REVIEW)
        reason = self._reason()
        asked = deeds.ClosingAsked(
            self.asked_at,
            self.number,
            reason.id,
            self.rng.choice(words.CLOSING_SUMMARY),
            words.CLOSING_NOTE if reason.needs_note else "",
            words.REFERRED_TO if reason.refers else "",
            self.rng.choice(words.AFTERCARE),
        )
        yield asked
        if self.case.closed_at is not None:
            for days in (0, *TRIED_AGAIN):  # a new report keeps it open until somebody has read it
                at = self.case.closed_at + days * _DAY
                yield deeds.ClosingGranted(at, self.number, asked, words.OVERRULE)

    def _reason(self) -> ClosingReason:
        """A reason of the programme: what was reached, else what the family's way was. Nobody is lost or dead here: who
        is drawn lives at home on the last day."""
        wanted = [ClosingOutcome.GOAL_REACHED, ClosingOutcome.REFERRED, ClosingOutcome.EXPIRED]
        if not self.case.goals_met and self.case.closed_at is not None:
            there = [(each, weight) for each, weight in _ENDINGS if self._with(each)]
            wanted = self.rng.choices([each for each, _ in there], [weight for _, weight in there])
        return self.rng.choice(next(found for each in wanted if (found := self._with(each))))

    def _with(self, outcome: ClosingOutcome) -> list[ClosingReason]:
        return [each for each in self.programme.closing_reasons if each.outcome is outcome]

    # ---- moments ------------------------------------------------------------------------------------------------

    def _moment(self, day: dt.date, hour: int, minute: int) -> dt.datetime:
        """A moment of a day, and after the opening."""
        at = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.case.opened_at.tzinfo)
        return max(at, self.case.opened_at + 2 * _HOUR)

    def _is_over(self, at: dt.datetime) -> bool:
        return self.asked_at is not None and at >= self.asked_at - 3 * _HOUR

    def _days(self, kind: ClockKind) -> float | None:
        """How many days the programme's first clock of a kind gives, roughly; None when it has none."""
        clocks = self.programme.clocks_for(kind)
        if not clocks:
            return None
        return _days(clocks[0])


def _days(clock: Clock) -> float:
    return clock.term().about / _DAY
