"""One run of the matching over the registry: read, consolidate, write back. One transaction; a kill leaves nothing half done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from anwang.people.registry import matched, renewing
from anwang.people.registry.following import follow_all
from anwang.people.registry.keeping import lock_homes
from anwang.people.registry.models import SourceRecord
from anwang.people.registry.queries import KeptRecord, current_records
from anwang.platform import audit
from anwang.platform.collecting import without_collecting
from anwang.platform.context import SYSTEM, AccessContext, acting

from .basis import Decided, basis_of, current_homes, homes_found
from .consolidate import consolidate
from .late import Found, adopt, move_along
from .link_settings import LinkSettings, settings_in_force
from .model import LinkageModel, kept_model
from .models import LinkRun, ReviewPair
from .queries import latest_run, links_in_force
from .result import EventKind, IdentityEvent, LinkageResult, LinkDecisions, Membership, Previous
from .touchpoints import touchpoints_of

# Numbers above this are places for persons and households that the database has yet to number.
UNNUMBERED = 10**12
# A model is trained again when the home holds so many times the records that it was trained on.
RETRAIN_AT = 2.0


def model_path() -> Path:
    return settings.HOME / "models" / "linkage.json"


def run_linkage(
    *,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    train: bool = False,
    again: bool = False,
    progress: Callable[[str], None] = lambda text: None,
) -> LinkRun:
    """Match all current records into persons and households, obeying what persons decided; returns the kept run.

    The model is read from the home; it is trained anew when there is none, when `train` says so, or when the home has
    outgrown it. Persons and households keep their identifiers from run to run. When nothing has changed since the last
    run, that one is returned, unless `again` or `train`.
    """
    with acting(SYSTEM), without_collecting():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('anwang linkage'))")
        basis = _Basis(settings_in_force(timezone.localdate(now)), links_in_force())
        run, model = None if train or again else _still_standing(basis, now), None
        if run is None:
            run, model = _run(basis, now, train=train, progress=progress)
        else:
            progress("上次比對之後沒有新的資料，也沒有新的認定。")
        audit.record(
            context=by,
            at=now,
            action=audit.Action.LINKED,
            subject_kind="link_run",
            subject_id=run.pk,
            member_name=by_name,
            detail={"records": run.records, "persons": run.persons, "households": run.households},
        )
    if model is not None:
        _save_model(model)
    follow_all()
    return run


@dataclass(frozen=True, slots=True)
class _Basis:
    """What was decided and set before the matching read any record."""

    settings: LinkSettings
    decided: Decided

    def digest(self, homes: Iterable[tuple[int, int | None, int | None]], model: LinkageModel) -> str:
        return basis_of(homes, self.decided, model, self.settings)


def _still_standing(basis: _Basis, now: dt.datetime) -> LinkRun | None:
    """The last run, when it would find the same again: it is then the one of `now`."""
    last, model = latest_run(), kept_model(model_path())
    if last is None or model is None or last.report.get("basis") != basis.digest(current_homes(), model):
        return None
    last.started_at = last.finished_at = now
    last.save(update_fields=["started_at", "finished_at"])
    # Who keeps a record at this moment may count on a leave that no service of before gives any more.
    lock_homes(alone=True)
    _renew_services(now)
    return last


def _run(
    basis: _Basis, now: dt.datetime, *, train: bool, progress: Callable[[str], None]
) -> tuple[LinkRun, LinkageModel]:
    kept = current_records()
    progress(f"共 {len(kept)} 筆紀錄")
    result = consolidate(
        {k.key: k.record for k in kept},
        LinkDecisions(*map(frozenset, basis.decided)),
        _previous(kept),
        _model(len(kept), train),
        now,
        settings=basis.settings,
    )
    progress(f"{result.report['persons']} 人、{result.report['households']} 戶，寫入資料庫 …")
    return _write(result, kept, basis, now), result.model


def _model(records: int, train: bool) -> LinkageModel | None:
    model = None if train else kept_model(model_path())
    if model is None:
        return None
    trained_on = int(model.report.get("records", 0) or 0)
    return None if records > RETRAIN_AT * max(trained_on, 1) else model


def _save_model(model: LinkageModel) -> None:
    path = model_path()
    kept = kept_model(path)
    if kept is not None and kept.hash == model.hash:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    model.save(draft)
    draft.replace(path)


def _previous(kept: list[KeptRecord]) -> Previous:
    """The numbers of the last run. A record that came in place of another inherits them, over any number of corrections."""
    numbered = {
        pk: (person, household)
        for pk, person, household in SourceRecord.objects.filter(
            person__isnull=False, withdrawn_at__isnull=True
        ).values_list("pk", "person_id", "household_id")
    }
    heirs = dict(
        SourceRecord.objects.filter(
            person__isnull=True, replaces__isnull=False, withdrawn_at__isnull=True
        ).values_list("replaces_id", "pk")
    )
    while heirs:
        further: dict[int, int] = {}
        for pk, person, household, older in SourceRecord.objects.filter(pk__in=heirs).values_list(
            "pk", "person_id", "household_id", "replaces_id"
        ):
            if person is not None:
                numbered[heirs[pk]] = (person, household)
            elif older is not None:
                further[older] = heirs[pk]
        heirs = further
    current = {k.key for k in kept}
    return Previous(
        {pk: person for pk, (person, _) in numbered.items() if pk in current and person is not None},
        {pk: household for pk, (_, household) in numbered.items() if pk in current and household is not None},
        UNNUMBERED,
        UNNUMBERED,
    )


def _write(result: LinkageResult, kept: list[KeptRecord], basis: _Basis, now: dt.datetime) -> LinkRun:
    person = _numbers("registry_person", result.person_of.values(), now)
    household = _numbers("registry_household", result.household_of.values(), now)
    person_of = {key: person[number] for key, number in result.person_of.items()}
    household_of = {key: household[number] for key, number in result.household_of.items()}
    memberships = [
        _membership(member, person[member.person], household[group.household])
        for group in result.households.values()
        for member in group.memberships
    ]
    in_use = set(person_of.values())
    found = Found(
        person_of,
        {row.person_id: row.household_id for row in memberships if row.until_on is None},
        _went_into(result.person_events, person, in_use),
        _went_into(result.household_events, household, set(household_of.values())),
    )
    renewing.set_roster_touchpoints(rows=touchpoints_of(kept, person_of))
    renewing.renew_search_keys()
    digest = basis.digest(homes_found(person_of, household_of), result.model)
    run = _keep_run(result, digest, now)
    homes = _new_homes(person_of, household_of)
    changes = matched.membership_changes(memberships)
    # Until here nobody who keeps a record at this moment is in the way; from here to the end they wait, so that only
    # what changes is written now.
    lock_homes(alone=True)
    late = adopt(found, links_in_force()[0])
    matched.set_homes(person_of=homes | late.person_of, household_of={**household_of, **late.household_of})
    matched.change_memberships(changes=changes, besides=late.besides)
    move_along(late, found)
    matched.mark_merged(merged=found.person_into)
    matched.unmark_merged(person_ids=in_use)
    _renew_services(now)
    return run


def _renew_services(now: dt.datetime) -> None:
    """What rests on the services of other rooms as well, which change from one matching to the next."""
    renewing.follow_records()
    renewing.renew_own_service_grants(now=now)


def _new_homes(person_of: dict[int, int], household_of: dict[int, int]) -> dict[int, int]:
    """The records whose person or household changes, with the person. Nobody else changes those of a record that is
    there already."""
    known = {
        pk: (person, home)
        for pk, person, home in SourceRecord.objects.filter(person__isnull=False).values_list(
            "pk", "person_id", "household_id"
        )
        if pk in person_of
    }
    return {pk: person for pk, person in person_of.items() if known.get(pk) != (person, household_of[pk])}


def _went_into(events: Iterable[IdentityEvent], numbered: dict[int, int], in_use: set[int]) -> dict[int, int]:
    """Numbers that are in use no longer, and the ones that took their place."""
    return {
        old: numbered[event.after[0]]
        for event in events
        if event.kind is EventKind.MERGED
        for old in event.before
        if old not in in_use
    }


def _keep_run(result: LinkageResult, basis: str, now: dt.datetime) -> LinkRun:
    run = LinkRun.objects.create(
        started_at=now,
        finished_at=now,
        model_digest=result.model.hash,
        records=result.report["records"],
        persons=result.report["persons"],
        households=result.report["households"],
        review_pairs=len(result.review),
        report={**result.report, "basis": basis},
    )
    _keep_review_pairs(result, run)
    return run


def _numbers(table: str, given: Iterable[int], now: dt.datetime) -> dict[int, int]:
    """Each number of the result to the one in the database: old ones stay, new ones are made in order."""
    numbers = sorted(set(given))
    fresh = [number for number in numbers if number >= UNNUMBERED]
    made = matched.new_identifiers(table, len(fresh), now)
    return {number: number for number in numbers if number < UNNUMBERED} | dict(zip(fresh, made, strict=True))


def _membership(member: Membership, person_id: int, household_id: int) -> matched.MembershipRow:
    return matched.MembershipRow(
        person_id,
        household_id,
        member.first.first_day,
        None if member.current else member.last.next().first_day,
        [
            {
                "kind": evidence.kind.value,
                "label": evidence.kind.label,
                "text": evidence.text,
                "strength": evidence.strength.value,
                "records": list(evidence.records),
                "first": evidence.first.roc,
                "last": evidence.last.roc,
            }
            for evidence in member.evidence
        ],
    )


def _keep_review_pairs(result: LinkageResult, run: LinkRun) -> None:
    """The pairs of this run take the place of the undecided ones of the last."""
    ReviewPair.objects.filter(decision__isnull=True).delete()
    decided = set(ReviewPair.objects.values_list("record_a_id", "record_b_id"))
    pairs: dict[tuple[int, int], ReviewPair] = {}
    for found in result.review:
        a, b = sorted((found.left, found.right))
        if (a, b) not in decided:
            pairs.setdefault(
                (a, b),
                ReviewPair(
                    run=run,
                    record_a_id=a,
                    record_b_id=b,
                    probability=found.probability,
                    linked=found.linked,
                    reason=found.reason,
                    contributions=[asdict(part) for part in found.contributions],
                ),
            )
    ReviewPair.objects.bulk_create(pairs.values(), batch_size=1000)
