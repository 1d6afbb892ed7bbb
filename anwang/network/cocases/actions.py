"""Writes of the lists: making a month's lists, sending them, receipting them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.queries import centre_of_township
from anwang.people.registry.models import ServicePresence, ViewGrant
from anwang.platform import audit, clock
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.policy import Policy
from anwang.policy.store import standard as standard_policy
from anwang.standard.codes import AgencyCode
from anwang.standard.record import Period

from .deciding import Entry, entries
from .facts import ListCode
from .models import ListEntry, ListSending, SendingEntry
from .queries import MonthFacts, jurisdictions, month_facts
from .receivers import Delivery, reason_for, receipt_due_on, receivers, visible_fields
from .rules import Standing, reference_day, standing
from .shown import shown_fields

SEND = "list.send"
RECEIPT = "list.receipt"


@dataclass(frozen=True, slots=True)
class MadeLists:
    """How many entries each list of a month has."""

    period: Period
    counts: dict[str, int]


class SendingError(Exception):
    """A list cannot be sent or receipted now; the message is for the user (zh-TW)."""


def make_lists(*, period: Period, by: AccessContext, by_name: str, now: dt.datetime) -> MadeLists:
    """Make the four lists of a month anew from what is known now.

    Entries and copies that were already sent stay as they were sent; what is new joins a sending that is still open.
    """
    policy = standard_policy()
    with acting(SYSTEM):
        facts = month_facts(period)
        found = list(entries(facts.households, policy=policy, on=reference_day(period, policy)))
        made = _keep_entries(found, facts, period, now)
        _mark_ended(found, period, now)
        _prepare_sendings(made, facts, period, policy, now)
        _keep_presences(facts, found, period)
        counts = {code.value: sum(e.list_code is code for e in found) for code in ListCode}
        audit.record(
            context=by,
            at=now,
            action=audit.Action.MADE_LISTS,
            subject_kind="period",
            subject_id=period.roc,
            member_name=by_name,
            detail=counts,
        )
    return MadeLists(period, counts)


def _keep_entries(
    found: list[Entry], facts: MonthFacts, period: Period, now: dt.datetime
) -> list[tuple[Entry, ListEntry]]:
    before = {
        (e.list_code, str(e.household_id), str(e.person_id or ""))
        for e in ListEntry.objects.filter(period=period.previous().first_day).exclude(standing=Standing.ENDED)
    }
    states = standing(before, {e.identity for e in found})
    centres = centre_of_township(period.first_day)
    kept = {
        (e.list_code, str(e.household_id), str(e.person_id or "")): e
        for e in ListEntry.objects.filter(period=period.first_day)
    }
    wanted = {e.identity for e in found}
    sent = set(
        SendingEntry.objects.filter(entry__period=period.first_day, sent_at__isnull=False).values_list(
            "entry_id", flat=True
        )
    )
    stale = [e.pk for key, e in kept.items() if key not in wanted and e.pk not in sent]
    ListEntry.objects.filter(pk__in=stale).delete()
    made: list[tuple[Entry, ListEntry]] = []
    fresh: list[ListEntry] = []
    changed: list[ListEntry] = []
    for entry in found:
        row = kept.get(entry.identity)
        values = {
            "standing": states[entry.identity],
            "centre": centres.get(entry.household.township),
            "township": entry.household.township,
            "priority": [{"rule": d.rule, "reason": d.reason, "citation": str(d.citation)} for d in entry.priority],
            "marks": list(entry.decision.marks),
            "certain": entry.decision.certain,
            "reason": entry.decision.reason,
            "brief": entry.decision.brief,
            "citation": str(entry.decision.citation),
            "rule_id": entry.decision.rule,
            "policy_version": entry.decision.policy_version,
            "missing": list(entry.decision.missing),
            "records": [int(key) for key in entry.decision.record_keys],
            "subject_records": [int(key) for key in entry.decision.subject_record_keys],
            "shown": shown_fields(entry, facts),
            "made_at": now,
        }
        if row is None:
            row = ListEntry(
                list_code=entry.list_code,
                period=period.first_day,
                household_id=int(entry.household.key),
                person_id=int(entry.person.key) if entry.person else None,
                **values,
            )
            fresh.append(row)
        else:
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
        made.append((entry, row))
    ListEntry.objects.bulk_create(fresh, batch_size=500)
    if changed:
        ListEntry.objects.bulk_update(changed, list(values), batch_size=200)
    return made


def _mark_ended(found: list[Entry], period: Period, now: dt.datetime) -> None:
    """What was on last month's list and is not on this one is kept as 本月未列, so that nobody disappears unseen."""
    wanted = {e.identity for e in found}
    existing = {
        (e.list_code, str(e.household_id), str(e.person_id or ""))
        for e in ListEntry.objects.filter(period=period.first_day)
    }
    gone = [
        ListEntry(
            list_code=e.list_code,
            period=period.first_day,
            household_id=e.household_id,
            person_id=e.person_id,
            standing=Standing.ENDED,
            centre_id=e.centre_id,
            township=e.township,
            reason=e.reason,
            citation=e.citation,
            rule_id=e.rule_id,
            policy_version=e.policy_version,
            records=[],
            subject_records=[],
            shown=e.shown,
            made_at=now,
        )
        for e in ListEntry.objects.filter(period=period.previous().first_day).exclude(standing=Standing.ENDED)
        if (key := (e.list_code, str(e.household_id), str(e.person_id or ""))) not in wanted and key not in existing
    ]
    ListEntry.objects.bulk_create(gone, batch_size=500)


def _prepare_sendings(
    made: list[tuple[Entry, ListEntry]], facts: MonthFacts, period: Period, policy: Policy, now: dt.datetime
) -> None:
    """Put each entry into the sending of every unit that must get it, as the copy that unit may see."""
    units = {unit.code: unit for unit in Unit.objects.select_related("agency")}
    where = jurisdictions(period.first_day)
    made_on = timezone.localdate(now)
    copies: dict[tuple[str, str], list[tuple[Entry, ListEntry, Delivery]]] = defaultdict(list)
    for entry, row in made:
        for delivery in receivers(
            entry.list_code, entry.decision, entry.household, where, policy=policy, made_on=made_on
        ):
            if delivery.unit is not None:
                copies[(entry.list_code, delivery.unit.code)].append((entry, row, delivery))
    SendingEntry.objects.filter(sending__period=period.first_day, sent_at__isnull=True).delete()
    for (list_code, unit_code), items in sorted(copies.items()):
        unit = units[unit_code]
        due_on = min(delivery.due_on for _, _, delivery in items)
        sending, is_new = ListSending.objects.get_or_create(
            list_code=list_code,
            period=period.first_day,
            unit=unit,
            defaults={
                "due_at": _end_of_day(due_on),
                "citation": str(items[0][2].citation),
                "note": "期限為本系統預設，待縣府核定" if items[0][2].due_is_ours else "",
                "made_at": now,
            },
        )
        fields = visible_fields(
            ListCode(list_code), AgencyCode(unit.agency.code), policy=policy, on=period.first_day
        )
        have = set(sending.sendingentry_set.values_list("entry_id", flat=True))
        SendingEntry.objects.bulk_create(
            [
                SendingEntry(
                    sending=sending,
                    entry=row,
                    unit=unit,
                    standing=row.standing,
                    citation=row.citation,
                    shown={field.value: row.shown[field.value] for field in fields if field.value in row.shown}
                    | {"reason": reason_for(entry.decision, fields)},
                    due_on=delivery.due_on,
                    note=delivery.note,
                )
                for entry, row, delivery in items
                if row.pk not in have
            ],
            batch_size=500,
        )
        if is_new:
            _open_send_deadline(sending, now)
    ListSending.objects.filter(
        period=period.first_day, sent_at__isnull=True, sendingentry__isnull=True
    ).delete()


def _end_of_day(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))


def _open_send_deadline(sending: ListSending, now: dt.datetime) -> None:
    office = Unit.objects.get(agency__code=AgencyCode.SOCIAL, kind=Unit.Kind.OFFICE)
    clock.open_deadline(
        subject_kind="list_sending",
        subject_id=sending.pk,
        rule_id=SEND,
        label=f"送出{sending.get_list_code_display()}名單給{sending.unit}",
        unit_id=office.pk,
        opened_at=now,
        due_at=sending.due_at,
        citation=sending.citation,
        url=f"/lists/sendings/{sending.pk}/",
    )


def _keep_presences(facts: MonthFacts, found: list[Entry], period: Period) -> None:
    """For co-case households, let each serving unit know which others serve them: existence and contact only."""
    listed = {int(e.household.key) for e in found if e.list_code is ListCode.COCASE}
    ServicePresence.objects.filter(until_on__isnull=True).exclude(household_id__in=listed).update(
        until_on=period.last_day
    )
    from anwang.people.registry.models import Touchpoint

    rows = (
        Touchpoint.objects.filter(
            closed_on__isnull=True,
            person__householdmembership__household_id__in=listed,
            person__householdmembership__until_on__isnull=True,
        )
        .values_list("person__householdmembership__household_id", "agency_id", "unit_id")
        .distinct()
    )
    open_now = set(
        ServicePresence.objects.filter(until_on__isnull=True).values_list("household_id", "agency_id", "unit_id")
    )
    wanted = set(rows)
    for household_id, agency_id, unit_id in open_now - wanted:
        ServicePresence.objects.filter(
            household_id=household_id, agency_id=agency_id, unit_id=unit_id, until_on__isnull=True
        ).update(until_on=period.last_day)
    ServicePresence.objects.bulk_create(
        [
            ServicePresence(household_id=h, agency_id=a, unit_id=u, from_on=period.first_day)
            for h, a, u in sorted(wanted - open_now)
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


@transaction.atomic
def send_list(*, sending_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> ListSending:
    """Send a list to its unit: the copies become visible there, and the clock for its receipt starts."""
    sending = ListSending.objects.select_for_update(of=("self",)).select_related("unit").get(pk=sending_id)
    new = sending.sendingentry_set.filter(sent_at__isnull=True)
    if not new.exists():
        raise SendingError("這份名單已經全部送出。")
    number = new.update(sent_at=now)
    policy = standard_policy()
    due_on = receipt_due_on(ListCode(sending.list_code), timezone.localdate(now), policy=policy)
    sending.sent_at, sending.sent_by, sending.sent_by_name = now, by.member_id, by_name
    sending.receipt_due_at, sending.receipted_at = _end_of_day(due_on), None
    sending.save()
    with acting(SYSTEM):
        clock.meet_deadline(
            subject_kind="list_sending", subject_id=sending.pk, rule_id=SEND, unit_id=by.unit_id or 0, at=now
        )
        clock.open_deadline(
            subject_kind="list_sending",
            subject_id=sending.pk,
            rule_id=RECEIPT,
            label=f"簽收{sending.get_list_code_display()}名單（{Period(sending.period.year, sending.period.month).roc}）",
            unit_id=sending.unit_id,
            opened_at=now,
            due_at=sending.receipt_due_at,
            citation=str(policy.citation("deadline.receipt.days")),
            url=f"/lists/received/{sending.pk}/",
        )
        _grant_households(sending, now)
    _audit(audit.Action.SENT_LIST, sending, by, by_name, now, {"entries": number})
    return sending


def _grant_households(sending: ListSending, now: dt.datetime) -> None:
    """A unit that received an entry may open that household."""
    households = set(sending.sendingentry_set.values_list("entry__household_id", flat=True))
    ViewGrant.objects.bulk_create(
        [
            ViewGrant(
                unit_id=sending.unit_id,
                household_id=household_id,
                kind=ViewGrant.Kind.RECEIVED_LIST,
                reason=f"{sending.get_list_code_display()}名單",
                granted_at=now,
            )
            for household_id in sorted(households)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def receipt_list(*, sending_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> ListSending:
    """Receipt a list that was sent to the acting member's unit."""
    sending = ListSending.objects.select_for_update(of=("self",)).filter(pk=sending_id, unit_id=by.unit_id).first()
    if sending is None or sending.sent_at is None:
        raise SendingError("這份名單沒有送到您的單位。")
    if sending.receipted_at is not None:
        raise SendingError("這份名單已經簽收。")
    sending.receipted_at, sending.receipted_by, sending.receipted_by_name = now, by.member_id, by_name
    sending.save(update_fields=["receipted_at", "receipted_by", "receipted_by_name"])
    with acting(SYSTEM):
        clock.meet_deadline(
            subject_kind="list_sending", subject_id=sending.pk, rule_id=RECEIPT, unit_id=sending.unit_id, at=now
        )
    _audit(audit.Action.RECEIPTED_LIST, sending, by, by_name, now, {})
    return sending


def _audit(
    action: str, sending: ListSending, by: AccessContext, by_name: str, now: dt.datetime, detail: dict[str, int]
) -> None:
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind="list_sending",
        subject_id=sending.pk,
        member_name=by_name,
        detail=detail,
    )
