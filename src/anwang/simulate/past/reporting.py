"""One report of the past: who reported it how, what was said, and how it went through the desk."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from anwang.services.dispatch.rules import NotOpenedReason, ReturnReason
from anwang.services.intake.investigation_rules import Safety
from anwang.services.intake.vocabulary import Channel, ReporterKind
from anwang.standard.report_answers import Danger, MandatedKind

from ..population import ADULT_AGE, Household, Person
from .happened import DispatchThen, InvestigationThen, ReportThen
from .kinds import Kind
from .stories import injury_of, story_of

IN_TIME = 0.9995  # 003 貳二(2/2): handled within 24 hours
RETURNED, RETURNED_AGAIN = 0.06, 0.12  # of the dispatches; of those that had come back once
RETURN_REASONS = (
    (ReturnReason.NOT_OUR_AREA, ReturnReason.NOT_OUR_POPULATION, ReturnReason.ALREADY_SERVED, ReturnReason.TOO_LITTLE),
    (4, 3, 2, 1),
)  # fmt: skip
NOT_OPENED = (
    (NotOpenedReason.NOT_PROTECTIVE, NotOpenedReason.SUPPORTED, NotOpenedReason.SERVED_ALREADY,
     NotOpenedReason.NO_CONTACT, NotOpenedReason.DUPLICATE),
    (5, 4, 2, 1, 1),
)  # fmt: skip
URGENT = frozenset({Danger.SERIOUS_INJURY, Danger.WEAPON, Danger.THREAT_TO_KILL, Danger.SMALL_CHILD_ALONE})
_VOICE = (Channel.PHONE, Channel.WALK_IN, Channel.WEB)
_PAPER = (Channel.WEB, Channel.PHONE, Channel.DOCUMENT)


def report_of(
    rng: random.Random,
    kind: Kind,
    home: Household,
    people: Sequence[Person],
    subject: Person,
    at: dt.datetime,
    *,
    number: int,
    opened: bool,
    case: int | None,
    again_of: int | None,
    strain: float,
) -> ReportThen:
    """Draw one. What opens a case is drawn before; dangers and the reporter follow the kind."""
    who = rng.choices(list(kind.reporters), list(kind.reporters.values()))[0]
    reporter = ReporterKind.MANDATED if who else rng.choices(
        (ReporterKind.CITIZEN, ReporterKind.ANONYMOUS), (3, 1)
    )[0]  # fmt: skip
    dangers = tuple(
        code for code, share in kind.dangers.items() if rng.random() < min(1.0, share * (0.7 + 0.3 * strain))
    )
    age = subject.age(at.date())
    injuries = injury_of(rng) if rng.random() < kind.injured else ""
    adults = [each for each in people if each is not subject and each.age(at.date()) >= ADULT_AGE]
    alleged = rng.choice(adults) if adults and rng.random() < kind.alleged else None
    others = tuple(each.number for each in people if each is not subject and each is not alleged)
    looked_into = not opened and rng.random() < kind.looked_into
    after, dispatches = _desk(rng, at, dangers, opened or looked_into)
    handled_at = at + after
    return ReportThen(
        number=number,
        household=home.number,
        subject=subject.number,
        alleged=alleged.number if alleged else None,
        others=tuple(other for other in others if rng.random() < 0.6),
        programme=kind.programme,
        dangers=dangers or (rng.choices((Danger.NONE, Danger.UNKNOWN), (3, 1))[0],),
        needs=tuple(need for need in kind.needs if rng.random() < 0.55) or kind.needs[:1],
        injuries=injuries,
        received_at=at,
        channel=_channel(rng, who),
        reporter=reporter,
        mandated=who,
        story=story_of(rng, kind.programme, dangers, age, again_of is not None),
        screened_after=(dispatches[0].sent_after if dispatches else after) * rng.uniform(0.55, 0.9),
        dispatches=dispatches,
        investigation=_investigation(rng, handled_at, opened, bool(URGENT & set(dangers)))
        if kind.looked_into and dispatches
        else None,
        not_opened=None if dispatches else rng.choices(*NOT_OPENED)[0],
        handled_at=handled_at,
        case=case,
        again_of=again_of,
    )


def _channel(rng: random.Random, who: MandatedKind | None) -> Channel:
    return rng.choices(_VOICE, (6, 1, 3))[0] if who is None else rng.choices(_PAPER, (6, 3, 1))[0]


def _desk(
    rng: random.Random, at: dt.datetime, dangers: Sequence[Danger], is_sent: bool
) -> tuple[dt.timedelta, tuple[DispatchThen, ...]]:
    """How long the desk took, and the dispatches on the way; what is not opened went nowhere.

    After two returns the supervisors settle who leads: that is the third one here.
    """
    median = 2.0 if dangers else 7.0
    hours = min(23.8, max(0.4, median * rng.lognormvariate(0, 0.7)))
    if rng.random() > IN_TIME:
        hours = 24 + rng.uniform(0.3, 6)
    whole = dt.timedelta(minutes=round(hours * 60))
    answered = at + whole
    if not dangers and answered.hour < 8:  # what can wait is taken in the morning
        morning = answered.replace(hour=8, minute=rng.randrange(10, 59)) - at
        whole = morning if morning < dt.timedelta(hours=23.8) else whole
    if not is_sent:
        return whole, ()
    rounds = 1
    while rounds < 3 and rng.random() < (RETURNED if rounds == 1 else RETURNED_AGAIN):
        rounds += 1
    # The desk has it most of the time, the unit answers soon.
    steps = [whole * ((step // 2 + (0.7, 1.0)[step % 2]) / rounds) for step in range(2 * rounds)]
    return whole, tuple(
        DispatchThen(
            steps[2 * number],
            steps[2 * number + 1],
            None if number == rounds - 1 else rng.choices(*RETURN_REASONS)[0],
        )
        for number in range(rounds)
    )


def _investigation(
    rng: random.Random, accepted_at: dt.datetime, opened: bool, is_urgent: bool
) -> InvestigationThen:
    """Within the four days of `investigation.conclusion_days.child`, as a rule."""
    contact = accepted_at + dt.timedelta(hours=rng.uniform(0.4, 3.4) if is_urgent else rng.uniform(0.5, 20))
    days = rng.choices((1, 2, 3, 6), (3, 5, 3, 1))[0]
    safeties = (
        ((Safety.SAFE_WITH_PLAN, Safety.UNSAFE), (9, 1))
        if opened
        else ((Safety.SAFE, Safety.SAFE_WITH_PLAN), (5, 1))
    )
    return InvestigationThen(
        contact,
        contact + dt.timedelta(days=days - 0.8, minutes=rng.randrange(60)),
        opened,
        rng.choices(*safeties)[0],
    )
