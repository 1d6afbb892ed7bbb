"""Who works in the demo county: the demo's own members, and made-up colleagues without a password, so that caseloads are
those of a real unit. And who does which deed: by unit and number, the same whenever it is asked."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from anwang.agencies.actions import appoint
from anwang.agencies.models import Member, Post, Role, Unit
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
from anwang.services.dispatch.places import Places, places
from anwang.services.intake.report_form import ReportForm
from anwang.services.intake.vocabulary import Channel
from anwang.standard.report_answers import MandatedKind

from .. import names
from ..profiles import STANDARD

# Unit and role to how many colleagues the demo's own members have there.
COLLEAGUES: Mapping[tuple[str, Role], int] = {
    ("intake", Role.DISPATCHER): 4,
    ("luodong_center", Role.SOCIAL_WORKER): 3,
    ("yilan_center", Role.SOCIAL_WORKER): 3,
    ("jiaoxi_center", Role.SOCIAL_WORKER): 2,
    ("suao_center", Role.SOCIAL_WORKER): 1,
    ("suao_center", Role.SUPERVISOR): 1,
    ("sanxing_center", Role.SOCIAL_WORKER): 1,
    ("sanxing_center", Role.SUPERVISOR): 1,
    ("protection", Role.SOCIAL_WORKER): 3,
    ("social_office", Role.SOCIAL_WORKER): 1,
    ("health_office", Role.LIAISON): 4,
    ("health_office", Role.SUPERVISOR): 1,
    ("police_office", Role.LIAISON): 1,
    ("police_office", Role.SUPERVISOR): 1,
    ("education_office", Role.LIAISON): 2,
    ("education_office", Role.SUPERVISOR): 1,
    ("labour_office", Role.LIAISON): 2,
    ("labour_office", Role.SUPERVISOR): 1,
}
_REPORTS_FROM = {
    MandatedKind.POLICE: "police_office",
    MandatedKind.EDUCATION: "education_office",
    MandatedKind.MEDICAL: "health_office",
    MandatedKind.LABOUR: "labour_office",
}
_WORKERS = (Role.SOCIAL_WORKER, Role.LIAISON)


def appoint_colleagues(*, from_on: dt.date) -> None:
    """Give every unit its colleagues, from a day on. Run again it changes nothing."""
    with acting(SYSTEM):
        known = set(Member.objects.values_list("username", flat=True))
        for (unit, role), count in COLLEAGUES.items():
            for number in range(1, count + 1):
                username = f"{unit}.{role.value}.{number}"
                if username in known:
                    continue
                appoint(
                    username=username,
                    name=_name(unit, role, number),
                    unit_code=unit,
                    roles=[role.value],
                    password=None,  # nobody signs in as one of them
                    from_on=from_on,
                )


def _name(unit: str, role: Role, number: int) -> str:
    rng = random.Random(f"colleague:{unit}:{role}:{number}")
    return names.surname(rng) + names.given(rng, STANDARD.people, rng.choice("MF"))


@dataclass(frozen=True, slots=True)
class AtWork:
    """A member at a post: the context in which they act, and the name that rows show."""

    context: AccessContext
    name: str

    @property
    def member_id(self) -> int:
        assert self.context.member_id is not None
        return self.context.member_id


@dataclass(frozen=True)
class Staff:
    """Everybody by unit and role, and the units by what they take."""

    where: Places
    codes: Mapping[str, int]
    kinds: Mapping[int, str]
    by_role: Mapping[tuple[int, str], Sequence[AtWork]]

    def of(self, unit_id: int, roles: Sequence[str], number: int) -> AtWork:
        """One of those who hold such a post in the unit; `number` says which."""
        found = [each for role in roles for each in self.by_role.get((unit_id, role), ())]
        if not found:
            raise LookupError(f"nobody with {roles} in unit {unit_id}")
        return found[number % len(found)]

    @property
    def desk_unit(self) -> int:
        return self.codes["intake"]

    def dispatcher(self, number: int) -> AtWork:
        return self.of(self.desk_unit, (Role.DISPATCHER,), number)

    def worker(self, unit_id: int, number: int) -> AtWork:
        return self.of(unit_id, _WORKERS, number)

    def supervisor(self, unit_id: int) -> AtWork:
        return self.of(unit_id, (Role.SUPERVISOR,), 0)

    def who_enters(self, form: ReportForm, number: int) -> AtWork:
        """A professional's web form is entered in their own bureau, all else at the desk."""
        code = _REPORTS_FROM.get(MandatedKind(form.mandated_kind)) if form.mandated_kind else None
        if form.channel == Channel.WEB and code is not None:
            return self.worker(self.codes[code], number)
        return self.dispatcher(number)

    def in_charge(self, programme: str, township: str) -> int:
        """The unit that takes a programme for a township. Raises LookupError when there is none."""
        found = self.where.proposed(programme, township)
        if found.unit is None:
            raise LookupError(f"{programme} in {township!r}: {found.reason}")
        return found.unit.id

    def another(self, unit_id: int, number: int) -> int:
        """Another unit of the same kind, to which a report went by mistake; a centre where there is none."""
        kind = self.kinds[unit_id]
        same = [
            each for each, its in self.kinds.items() if its == kind and each != unit_id and self._takes(each)
        ]
        centres = [each for each, its in self.kinds.items() if its == Unit.Kind.WELFARE_CENTER]
        return (same or centres)[number % len(same or centres)]

    def _takes(self, unit_id: int) -> bool:
        return any(self.by_role.get((unit_id, role)) for role in _WORKERS)


def staff(on: dt.date) -> Staff:
    """Everybody at work on a day. Call it as the system."""
    found: dict[tuple[int, str], list[AtWork]] = defaultdict(list)
    roles: dict[tuple[int, int], set[str]] = defaultdict(set)
    posts = list(
        Post.objects.filter(
            Q(until_on__isnull=True) | Q(until_on__gte=on), from_on__lte=on, member__is_active=True
        )
        .select_related("member", "unit")
        .order_by("member_id", "pk")
    )
    for post in posts:
        roles[post.unit_id, post.member_id].add(post.role)
    for post in posts:
        context = AccessContext(
            Actor.MEMBER, post.member_id, post.unit_id, post.unit.agency_id,
            tuple(sorted(roles[post.unit_id, post.member_id])),
        )  # fmt: skip
        found[post.unit_id, post.role].append(AtWork(context, post.member.name))
    units = list(Unit.objects.all())
    return Staff(
        places(on), {unit.code: unit.pk for unit in units}, {unit.pk: unit.kind for unit in units}, found
    )
