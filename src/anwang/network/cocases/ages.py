"""How old is a person, as far as the records tell? Ages are completed years (民法 §124, §121)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.policy import Policy
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import PartialDate

from .facts import BirthBounds, Member, RelationTo

_ELDERS = {Relation.PARENT, Relation.GRANDPARENT, Relation.PARENT_IN_LAW}
# to the head of a household: nobody under age heads one or is married into one
_ADULT_TO_HEAD = _ELDERS | {Relation.SELF, Relation.SPOUSE, Relation.CHILD_IN_LAW}
# to the client of a case, who may be a child: 本人 says nothing, a sibling neither
_ADULT_TO_CLIENT = _ELDERS | {Relation.SPOUSE, Relation.CHILD_IN_LAW}
_ADULT_ROSTERS = (
    RosterCode.EMERGENCY_RELIEF,
    RosterCode.POLICE_VISIT,
    RosterCode.HEALTH_CASE,
    RosterCode.EMPLOYMENT,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The most probable answer to a yes-or-no question. `answer` is None when the records say nothing at all.

    `certain` is True when no reading of the records gives another answer; `basis` says what it rests on.
    """

    answer: bool | None
    certain: bool
    basis: str


def reaches(birth: dt.date, years: int) -> dt.date:
    """The first day on which someone born on `birth` is `years` old. Born 29 February: 1 March in other years (§121)."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return dt.date(birth.year + years, 3, 1)


def age(birth: dt.date, on: dt.date) -> int:
    """Completed years on a day."""
    years = on.year - birth.year
    return years if reaches(birth, years) <= on else years - 1


def bounds_of(birth: PartialDate | None, source: str) -> BirthBounds | None:
    """Bounds of a date as a roster wrote it, or None when it says nothing.

    1 January is how offices fill in a date of which only the year is known, so it counts as that year.
    """
    if birth is None or birth.year is None:
        return None
    if birth.date is not None and (birth.month, birth.day) != (1, 1):
        return BirthBounds(birth.date, birth.date, True, source)
    if birth.month and not birth.day:
        first = dt.date(birth.year, birth.month, 1)
        last = dt.date(birth.year + birth.month // 12, birth.month % 12 + 1, 1) - dt.timedelta(days=1)
        return BirthBounds(first, last, True, source)
    return BirthBounds(dt.date(birth.year, 1, 1), dt.date(birth.year, 12, 31), True, source)


def under(bounds: BirthBounds | None, years: int, on: dt.date) -> Judgement:
    """Is the person under `years` on the day `on`?

    When a stated year allows both, the larger share of its days decides. Inferred bounds only answer where they leave
    one answer: they are what is possible, and the middle of what is possible is not what is likely.
    """
    if bounds is None:
        return Judgement(None, False, "")
    earliest, latest = bounds.earliest, bounds.latest or on
    if earliest is not None and reaches(earliest, years) > on:
        return Judgement(True, bounds.stated, bounds.source)
    if reaches(latest, years) <= on:
        return Judgement(False, bounds.stated, bounds.source)
    if earliest is None or not bounds.stated:
        return Judgement(None, False, bounds.source)
    turning = _latest_birth_reaching(years, on)
    young, old = (latest - turning).days, (turning - earliest).days + 1
    return Judgement(young >= old, False, bounds.source)


def _latest_birth_reaching(years: int, on: dt.date) -> dt.date:
    """The last birth date of those who are `years` old on `on`."""
    try:
        return on.replace(year=on.year - years)
    except (
        ValueError
    ):  # 29 February `on`, no such day then: born 28 February are of age, born 1 March are not
        return dt.date(on.year - years, 2, 28)


def is_under_six(
    member: Member, policy: Policy, on: dt.date, rule: str = "high_risk_child.under_age"
) -> Judgement:
    """Under the age of the rule, from the birth date, else from the outreach roster, which lists such children only."""
    years = policy.number(rule, on=on)
    found = under(member.birth, years, on)
    on_outreach = any(s.roster is RosterCode.CHILD_OUTREACH for s in member.services)
    if found.certain or found.answer or not on_outreach:
        return found
    return Judgement(True, False, "列於六歲以下弱勢兒童主動關懷名冊")


def is_adult(member: Member, policy: Policy, on: dt.date) -> Judgement:
    """Of age, from the birth date, else from the relation, else from a roster that lists adults or children only.

    Always answers: of a person without any sign of age the clause's question is still whether a grown-up is there.
    """
    years = policy.number("person.adult_age", on=on)
    young = under(member.birth, years, on)
    if young.answer is not None:
        return Judgement(not young.answer, young.certain, young.basis)
    to_head = member.relation_to is RelationTo.HEAD
    if member.relation in (_ADULT_TO_HEAD if to_head else _ADULT_TO_CLIENT):
        place = "戶內稱謂" if to_head else "與案主關係"
        return Judgement(True, False, f"{place}「{member.relation_raw or '尊長或配偶'}」")
    rosters = {service.roster for service in member.services}
    for roster in (RosterCode.CHILD_OUTREACH, RosterCode.SCHOOL_DROPOUT):
        if roster in rosters:
            return Judgement(False, False, f"列於{roster.label}")
    for roster in _ADULT_ROSTERS:
        if roster in rosters:
            return Judgement(True, False, f"列於{roster.label}")
    if member.relation in (Relation.CHILD, Relation.GRANDCHILD):
        return Judgement(False, False, f"稱謂「{member.relation_raw or '子女'}」")
    return Judgement(True, False, "名冊上沒有未成年的跡象")
