"""One report of the past: who reported it how, what was said, and how it went through the desk."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from anwang.services.intake.vocabulary import Channel, MandatedKind, ReporterKind, Urgency

from ..population import ADULT_AGE, Household, Person
from .happened import DispatchThen, ReportThen
from .kinds import Kind
from .stories import story_of

IN_TIME = 0.9995  # 003 貳二(2/2): handled within 24 hours
RETURNED, RETURNED_AGAIN = 0.06, 0.1  # of the dispatches; of those that had come back once
REASONS = ("not_our_jurisdiction", "not_our_programme", "moved_away", "already_served")
IMMEDIATE = frozenset({"weapon", "suicide", "child_not_seen"})
_VOICE = (Channel.PHONE, Channel.WALK_IN, Channel.WEB)


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
    handled_after, dispatches = _desk(rng, dangers, opened)
    adults = [each for each in people if each is not subject and each.age(at.date()) >= ADULT_AGE]
    alleged = rng.choice(adults) if adults and "lives_with_alleged" in dangers else None
    others = tuple(each.number for each in people if each is not subject and each is not alleged)
    return ReportThen(
        number=number,
        household=home.number,
        subject=subject.number,
        alleged=alleged.number if alleged else None,
        others=tuple(other for other in others if rng.random() < 0.6),
        programme=kind.programme,
        urgency=urgency_of(dangers),
        dangers=dangers,
        received_at=at,
        channel=_channel(rng, who),
        reporter=reporter,
        mandated=who,
        story=story_of(rng, kind.programme, dangers, subject.age(at.date()), again_of is not None),
        dispatches=dispatches,
        opened=opened,
        handled_at=at + handled_after,
        case=case,
        again_of=again_of,
    )


def urgency_of(dangers: Sequence[str]) -> Urgency:
    if IMMEDIATE & set(dangers):
        return Urgency.IMMEDIATE
    return Urgency.PRIORITY if dangers else Urgency.ORDINARY


def _channel(rng: random.Random, who: MandatedKind | None) -> Channel:
    if who is None:
        return rng.choices(_VOICE, (6, 1, 3))[0]
    return rng.choices((Channel.WEB, Channel.PHONE, Channel.DOCUMENT), (6, 3, 1))[0]


def _desk(
    rng: random.Random, dangers: Sequence[str], opened: bool
) -> tuple[dt.timedelta, tuple[DispatchThen, ...]]:
    """How long the desk took, and the dispatches on the way; what is not opened went nowhere."""
    median = 2.0 if dangers else 7.0
    hours = min(23.8, median * rng.lognormvariate(0, 0.7))
    if rng.random() > IN_TIME:
        hours = 24 + rng.uniform(0.3, 6)
    whole = dt.timedelta(minutes=round(hours * 60))
    if not opened:
        return whole, ()
    rounds = 1
    while rounds < 3 and rng.random() < (RETURNED if rounds == 1 else RETURNED_AGAIN):
        rounds += 1
    steps = [whole * (step / (2 * rounds)) for step in range(1, 2 * rounds + 1)]
    return whole, tuple(
        DispatchThen(
            steps[2 * number],
            steps[2 * number + 1],
            "" if number == rounds - 1 else rng.choice(REASONS),
        )
        for number in range(rounds)
    )
