"""A person overrules a rule, only with a reason: an entry is left out of this month's sending, or taken back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.platform.models import Decision

from . import duties
from .errors import SendingError
from .facts import ListCode
from .models import ListEntry, ListSending, SendingEntry
from .month_lock import lock_month
from .presences import mark_cocase
from .returning import text_problem
from .rules import Standing

SUBJECT = "list_entry"
RULE = "list.person"
LEFT_OUT, TAKEN_BACK, LAPSED = "left_out", "taken_back", "lapsed"
_LAPSED_TEXT = "名冊更正後列入的原因改變，先前不送的決定不再適用，請重新決定。"


@transaction.atomic
def leave_out(*, entry_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime) -> ListEntry:
    """Do not send an entry this month, though the rule lists it. Holds until it is taken back or its reason changes.

    Raises SendingError when it is not listed, was sent to somebody already, or the reason will not do.
    """
    entry = _entry(entry_id)
    if problem := text_problem(reason):
        raise SendingError(problem)
    if not Standing(entry.standing).is_listed:
        raise SendingError("這一列不在名單上，本來就不會送出。")
    if entry.left_out_id is not None:
        raise SendingError("這一列已經決定不送。")
    if SendingEntry.objects.filter(entry=entry, sent_at__isnull=False).exists():
        raise SendingError("這一列已經送出，不能改為不送；請由名冊更正，或等受案單位退回。")
    entry.left_out = overrule(
        entry, LEFT_OUT, reason, by=by, by_name=by_name, now=now, overrules=last_decision(entry)
    )
    _keep(entry, now)
    _note(audit.Action.LEFT_OUT_ENTRY, entry, by, by_name, now)
    return entry


@transaction.atomic
def take_back(*, entry_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> ListEntry:
    """Send the entry after all: it waits in each unit's list again."""
    entry = _entry(entry_id)
    if entry.left_out is None:
        raise SendingError("這一列沒有被決定不送。")
    overrule(entry, TAKEN_BACK, "恢復送出。", by=by, by_name=by_name, now=now, overrules=entry.left_out)
    entry.left_out = None
    _keep(entry, now)
    _note(audit.Action.TOOK_BACK_ENTRY, entry, by, by_name, now)
    return entry


def lapse(entry: ListEntry, now: dt.datetime) -> None:
    """A correction changed why an entry is listed, or that it is: what was decided before holds no more. The caller
    writes the entry."""
    overrule(entry, LAPSED, _LAPSED_TEXT, by=SYSTEM, by_name="", now=now, overrules=entry.left_out)
    entry.left_out = None


def overrule(
    entry: ListEntry,
    outcome: str,
    reason: str,
    *,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    overrules: Decision | None = None,
) -> Decision:
    """Keep what a person decided about an entry. The unit is the deciding one's, or of the decision before."""
    return keep_decision(
        subject_kind=SUBJECT,
        subject_id=entry.pk,
        rule_id=RULE,
        outcome=outcome,
        reason=" ".join(reason.split()),
        citation=entry.citation,
        policy_version=policy_in_force().version,
        by=by,
        now=now,
        facts={"list": entry.list_code, "rule": entry.rule_id, "by_name": by_name},
        unit_id=by.unit_id or (overrules.unit_id if overrules else None),
        overrules=overrules,
    )


def last_decision(entry: ListEntry) -> Decision | None:
    """What a person decided last about the entry."""
    return Decision.objects.filter(subject_kind=SUBJECT, subject_id=str(entry.pk)).order_by("-pk").first()


def _entry(entry_id: int) -> ListEntry:
    """The entry as the acting member may see it. Making, sending and overruling one entry wait for each other."""
    period = ListEntry.objects.filter(pk=entry_id).values_list("period", flat=True).first()
    if period is not None:
        lock_month(period)
    entry = ListEntry.objects.select_related("left_out").filter(pk=entry_id).first()
    if entry is None:
        raise SendingError("沒有這一列，可能在名冊更正後已不在名單上。")
    with acting(SYSTEM):
        sendings = SendingEntry.objects.filter(entry=entry).values("sending_id")
        list(ListSending.objects.select_for_update().filter(pk__in=sendings).order_by("pk"))
        entry.refresh_from_db()
    return entry


def _keep(entry: ListEntry, now: dt.datetime) -> None:
    with acting(SYSTEM):
        entry.save(update_fields=["left_out"])
        duties.renew_sending(
            ListSending.objects.filter(sendingentry__entry=entry).select_related("unit"), now
        )
        if entry.list_code == ListCode.COCASE:
            mark_cocase(entry.household_id, entry.period, is_cocase=entry.left_out_id is None)


def _note(action: str, entry: ListEntry, by: AccessContext, by_name: str, now: dt.datetime) -> None:
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind=SUBJECT,
        subject_id=entry.pk,
        purpose=by.purpose or "",
        member_name=by_name,
        detail={"list": entry.list_code, "period": entry.period.isoformat(), "household": entry.household_id},
    )
