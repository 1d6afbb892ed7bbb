"""Keeping a person of a report or a case as a record of the registry, at once and not only with the next matching.

All of it runs as the system, in one transaction of the caller's or its own; the caller checks who may do it. Whom the
record is about is the caller's to say (`people/linkage/keeping.py` is the way in).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from anwang.platform.context import SYSTEM, acting
from anwang.standard.codes import OwnSource
from anwang.standard.record import StandardRecord
from anwang.standard.serial import to_json

from .matched import new_identifiers
from .models import HouseholdMembership, Person, SearchKey, SourceRecord, Touchpoint, ViewGrant
from .queries import OWN_SOURCES
from .search_keys import keys_of

# A matching that writes holds this lock alone; who keeps records shares it. It is taken before any row of the registry
# is touched, so that neither waits for a row of the other while it holds the lock.
_HOMES = "select pg_advisory_xact_lock{}(hashtext('anwang homes'))"


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept record, the person it is about and where that person lives. `is_new`: written now, not there already."""

    record_id: int
    person_id: int
    household_id: int
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class OwnService:
    """What a case does for its people: its programme's code, and what the programme is called (zh-TW)."""

    programme: str
    label: str


def lock_homes(*, alone: bool) -> None:
    """Until the transaction ends: keep a matching from writing (shared), or everybody from keeping records (alone)."""
    with connection.cursor() as cursor:
        cursor.execute(_HOMES.format("" if alone else "_shared"))


def lock_together(person_ids: Collection[int]) -> None:
    """Before several persons who are known are kept in one transaction: who keeps them, or others of their households,
    in another order waits here, so that neither holds what the other needs next. No matching comes between."""
    lock_homes(alone=False)
    if len(person_ids) < 2:
        return
    with acting(SYSTEM):
        homes = HouseholdMembership.objects.filter(person_id__in=person_ids, until_on__isnull=True)
        of = dict(homes.values_list("person_id", "household_id"))
    keys = {f"grants of {of[each]}" if each in of else f"home of {each}" for each in person_ids}
    with connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def current_record(*, source: OwnSource, number: str) -> SourceRecord | None:
    """The record in force of a person of a report or a case. Call it as the system."""
    return SourceRecord.objects.filter(
        roster=source, record_number=number, withdrawn_at__isnull=True, roster__in=OWN_SOURCES
    ).first()


def standing_person(person_id: int) -> int:
    """The person that this number stands for today: the one that it was merged into, over any number of mergers.

    Raises Person.DoesNotExist when there is none. Call it as the system."""
    person = Person.objects.get(pk=person_id)
    while person.merged_into_id is not None:
        person = Person.objects.get(pk=person.merged_into_id)
    return person.pk


def new_person(*, now: dt.datetime) -> int:
    """A number for a person of whom nothing is known yet. Call it as the system."""
    (made,) = new_identifiers("registry_person", 1, now)
    return made


def keep_person_record(
    *,
    source: OwnSource,
    number: str,
    unit_id: int,
    agency_id: int,
    record: StandardRecord,
    person_id: int | None = None,
    household_id: int | None = None,
    lives_by: str = "",
    service: OwnService | None = None,
    now: dt.datetime,
) -> Kept:
    """Make `record` the current record `number` of a report or case, about `person_id` (None: whom the record in whose
    place it comes is about, else a new person).

    `household_id`: where a person without a home lives, `lives_by` why, in words for users. Without one, or with one that
    the unit may not open (its number alone opens nothing), they get a home of their own.
    `service`: the programme of a case; None for a report, which is no service.
    The unit may open the household from now on, and the person can be found by what the record says. The same record
    again changes nothing; another one takes the place of the earlier, which stays as withdrawn.
    Raises ValueError when the record names another source or number, Person.DoesNotExist for an unknown person.
    """
    if record.roster is not source or record.record_number != number:
        raise ValueError("the record is of another source or number")
    with acting(SYSTEM):
        lock_homes(alone=False)
        with connection.cursor() as cursor:
            # The same person sent twice at once: the second waits, and finds the first one's record.
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{source} {number}"])
        earlier = current_record(source=source, number=number)
        whom = standing_person(person_id) if person_id is not None else None
        if whom is None and earlier is not None and earlier.person_id is not None:
            whom = standing_person(earlier.person_id)
        content = to_json(record)
        digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        if (
            earlier is not None
            and (earlier.content_hash, earlier.unit_id, earlier.person_id) == (digest, unit_id, whom)
            and whom is not None
            and earlier.household_id is not None
        ):
            return Kept(earlier.pk, whom, earlier.household_id, is_new=False)
        is_new = whom is None
        if whom is None:
            whom = new_person(now=now)
        if earlier is not None:
            SourceRecord.objects.filter(pk=earlier.pk).update(withdrawn_at=now)
        kept = SourceRecord.objects.create(
            agency_id=agency_id,
            unit_id=unit_id,
            roster=source,
            period=record.period.first_day,
            record_number=number,
            line=record.line,
            receipt=0,  # it came with no file
            content=content,
            content_hash=digest,
            person_id=whom,
            accepted_at=now,
            replaces=earlier,
        )
        SearchKey.objects.bulk_create(
            [SearchKey(record=kept, unit_id=unit_id, key=key) for key in keys_of(content)]
        )
        home = None if is_new else _present_home(whom)
        if home is None:
            home = _first_home(whom, household_id, kept, lives_by, record, now)
        SourceRecord.objects.filter(pk=kept.pk).update(household_id=home)
        _serve(kept, earlier, whom, service, now)
        ViewGrant.objects.bulk_create(
            [ViewGrant(unit_id=unit_id, household_id=home, kind=ViewGrant.Kind.OWN_SERVICE, granted_at=now)],
            ignore_conflicts=True,
        )
        return Kept(kept.pk, whom, home)


def _present_home(person_id: int) -> int | None:
    """Where the person lives today; None holds whoever else would give them a home until this transaction ends."""
    if (home := lives_at(person_id)) is not None:
        return home
    with connection.cursor() as cursor:
        # Two reports may name one person without a home at the same moment. Nobody waits for one who has a home: two
        # reports that name one family in another order would wait for each other.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"home of {person_id}"])
    return lives_at(person_id)


def _first_home(
    person_id: int,
    household_id: int | None,
    kept: SourceRecord,
    lives_by: str,
    record: StandardRecord,
    now: dt.datetime,
) -> int:
    """The home of somebody who has none: the given one, or a new one."""
    joins = household_id is not None and may_open(kept.unit_id, household_id, timezone.localdate(now))
    if household_id is None or not joins:
        (household_id,) = new_identifiers("registry_household", 1, now)
    evidence: dict[str, Any] = {
        "kind": "report" if joins else "alone",
        "label": record.roster.label if joins else "無同住線索",
        "text": lives_by if joins else "",
        "strength": "中",
        "records": [kept.pk],
        "first": record.period.roc,
        "last": record.period.roc,
    }
    HouseholdMembership.objects.create(
        person_id=person_id,
        household_id=household_id,
        from_on=record.period.first_day,
        evidence=[evidence],
    )
    return household_id


def lives_at(person_id: int) -> int | None:
    """The household of a person today. Call it as the system."""
    found = HouseholdMembership.objects.filter(person_id=person_id, until_on__isnull=True).first()
    return found.household_id if found is not None else None


def may_open(unit_id: int, household_id: int, on: dt.date) -> bool:
    """Whether a unit may open a household on a day. A number alone, as a form sends it, opens nothing."""
    grants = ViewGrant.objects.filter(unit_id=unit_id, household_id=household_id)
    return grants.filter(Q(until_on__isnull=True) | Q(until_on__gte=on)).exists()


def _serve(
    kept: SourceRecord,
    earlier: SourceRecord | None,
    person_id: int,
    service: OwnService | None,
    now: dt.datetime,
) -> None:
    """The unit deals with the person from today until `end_service`; a correction carries on what was begun."""
    if earlier is not None and Touchpoint.objects.filter(record=earlier).update(
        record=kept, person_id=person_id, unit_id=kept.unit_id, agency_id=kept.agency_id
    ):
        return
    Touchpoint.objects.create(
        person_id=person_id,
        agency_id=kept.agency_id,
        unit_id=kept.unit_id,
        programme=service.programme if service else kept.roster,
        label=service.label if service else "",
        opened_on=timezone.localdate(now),
        record=kept,
    )


def end_service(*, source: OwnSource, number: str, on: dt.date) -> bool:
    """The unit's work with the person of this record ended on a day; with the next matching it may open the household
    no longer, unless it serves somebody there otherwise. False when nothing was open."""
    with acting(SYSTEM):
        lock_homes(alone=False)
        return bool(_touchpoints(source, number).filter(closed_on__isnull=True).update(closed_on=on))


def resume_service(*, source: OwnSource, number: str, now: dt.datetime) -> bool:
    """The work goes on (a case is opened again). False when nothing had ended."""
    with acting(SYSTEM):
        lock_homes(alone=False)
        found = _touchpoints(source, number)
        if not found.filter(closed_on__isnull=False).update(closed_on=None):
            return False
        for touch in found:
            home = lives_at(touch.person_id)
            if home is not None:
                ViewGrant.objects.get_or_create(
                    unit_id=touch.unit_id,
                    household_id=home,
                    kind=ViewGrant.Kind.OWN_SERVICE,
                    defaults={"granted_at": now},
                )
        return True


def name_services(*, unnamed: OwnSource, service: OwnService, record_ids: Collection[int]) -> int:
    """Touchpoints that say only of which source they are (`unnamed`) say of which programme: those that rest on these
    records. Returns how many were named. For homes of an older version."""
    with acting(SYSTEM):
        lock_homes(alone=False)
        found = Touchpoint.objects.filter(record_id__in=list(record_ids), programme=unnamed)
        return found.update(programme=service.programme, label=service.label)


def note_contact(*, source: OwnSource, number: str, on: dt.date) -> bool:
    """A contact with the person, if it is the latest: what others see of when somebody was last there."""
    with acting(SYSTEM):
        lock_homes(alone=False)
        found = _touchpoints(source, number)
        return bool(
            (found.filter(contact_on__isnull=True) | found.filter(contact_on__lt=on)).update(contact_on=on)
        )


def _touchpoints(source: OwnSource, number: str) -> Any:
    return Touchpoint.objects.filter(
        record__roster=source,
        record__roster__in=OWN_SOURCES,
        record__record_number=number,
        record__withdrawn_at__isnull=True,
    )
