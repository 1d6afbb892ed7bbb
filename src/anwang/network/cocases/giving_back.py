"""退回: a unit gives back what it was sent; the office sends it again, sends it elsewhere, or closes it.

Nothing that was sent is changed: a return is a row of its own, and so is its answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import end_of_day

from . import duties
from .copy_states import HELD, returns_of
from .errors import SendingError
from .facts import ListCode
from .grants import renew_grants
from .models import ListReturn, ReturnAnswer, SendingEntry
from .overruling import last_decision, overrule
from .redirecting import redirect_copy
from .returning import ReturnOutcome, answer_due_on, return_problems, text_problem
from .rules import Standing
from .sending import ask_for_receipt, lock_after_making, note_list


@transaction.atomic
def return_entries(
    *,
    sending_id: int,
    copy_ids: Collection[int] | None,
    reason: str,
    text: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> int:
    """Give back these copies of a list that was sent to the acting member's unit (None: all of it). Returns how many.

    What is given back needs no receipt and opens no household any more. Raises SendingError when nothing can be given
    back: it was receipted already, is none of the unit's, or the reason will not do.
    """
    policy, today = policy_in_force(), timezone.localdate(now)
    sending = lock_after_making(sending_id, unit_id=by.unit_id or 0)
    if sending is None or sending.sent_at is None:
        raise SendingError("這份名單沒有送到您的單位。")
    if sending.receipted_at is not None:
        raise SendingError("這份名單已經簽收，不能再退回；不屬於本單位的列，請電洽名單承辦。")
    for problem in return_problems(reason, text, policy=policy, on=today).values():
        raise SendingError(problem)
    held = list(SendingEntry.objects.filter(HELD, sending=sending).order_by("pk"))
    chosen = held if copy_ids is None else [copy for copy in held if copy.pk in set(copy_ids)]
    if not chosen or (copy_ids is not None and len(chosen) != len(set(copy_ids))):
        raise SendingError("請勾選要退回的列；已退回或更正後不列的，不必再退。")
    whole, before = len(chosen) == len(held), returns_of(chosen)
    due_at = end_of_day(answer_due_on(ListCode(sending.list_code), today, policy=policy))
    ListReturn.objects.bulk_create(
        [
            ListReturn(
                copy=copy,
                unit_id=copy.unit_id,
                number=len(before.get(copy.pk, ())) + 1,
                whole=whole,
                reason=reason,
                text=" ".join(text.split()),
                returned_at=now,
                returned_by=by.member_id,
                returned_by_name=by_name,
                answer_due_at=due_at,
            )
            for copy in chosen
        ]
    )
    with acting(SYSTEM):
        renew_grants(sending.unit_id, {copy.household_id for copy in chosen})
        if whole:
            duties.receipted(sending, now)
        duties.renew_answering([sending], now)
    detail = {"entries": len(chosen), "whole": whole, "reason": reason}
    note_list(
        action=audit.Action.RETURNED_LIST, sending=sending, by=by, by_name=by_name, now=now, detail=detail
    )
    return len(chosen)


@dataclass(frozen=True, slots=True)
class Answered:
    """How many returns were answered; `sending_id` is where what was sent elsewhere now waits."""

    number: int
    sending_id: int | None = None


@transaction.atomic
def answer_returns(
    *,
    sending_id: int,
    return_ids: Collection[int],
    outcome: str,
    to_unit_id: int | None,
    text: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Answered:
    """Answer these open returns of one list in one way. Sent elsewhere, the copies wait in that unit's list, to be
    looked at and sent as any other. Raises SendingError when that cannot be."""
    if outcome not in set(ReturnOutcome):
        raise SendingError("請選擇如何處理。")
    if problem := text_problem(text):
        raise SendingError(problem)
    sending = lock_after_making(sending_id)
    if sending is None:
        raise SendingError("沒有這份名單。")
    open_ones = list(
        ListReturn.objects.filter(pk__in=return_ids, copy__sending=sending, answer=None)
        .exclude(copy__standing=Standing.WITHDRAWN)
        .select_related("copy__entry")
        .order_by("pk")
    )
    if not open_ones or len(open_ones) != len(set(return_ids)):
        raise SendingError("請勾選要處理的退回；別人可能剛處理過，請看最新的內容。")
    to_unit = None
    if outcome == ReturnOutcome.ELSEWHERE:
        to_unit = Unit.objects.filter(pk=to_unit_id or 0).select_related("agency").first()
        if to_unit is None:
            raise SendingError("請選擇要改送的單位。")
    was_held = SendingEntry.objects.filter(HELD, sending=sending).exists()
    text = " ".join(text.split())
    _keep_answers(open_ones, outcome, to_unit, text, by, by_name, now)
    target = None
    with acting(SYSTEM):
        if outcome == ReturnOutcome.AGAIN:
            ask_for_receipt(sending, is_open=was_held, by=by, by_name=by_name, now=now)
            sending.save()
            duties.renew_sending([sending], now)  # what waits was not sent by this
            renew_grants(sending.unit_id, {row.copy.household_id for row in open_ones})
        if to_unit is not None:
            for row in open_ones:
                target = redirect_copy(row.copy, to_unit, now=now)
        duties.renew_answering([sending], now)
    detail = {"entries": len(open_ones), "outcome": outcome, "to_unit": to_unit.pk if to_unit else None}
    note_list(
        action=audit.Action.ANSWERED_RETURN, sending=sending, by=by, by_name=by_name, now=now, detail=detail
    )
    return Answered(len(open_ones), target.pk if target else None)


def _keep_answers(
    returns: Sequence[ListReturn],
    outcome: str,
    to_unit: Unit | None,
    text: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> None:
    """The answers; not to send as the rule says is a person's decision about the entry too."""
    ReturnAnswer.objects.bulk_create(
        [
            ReturnAnswer(
                answered=row,
                unit_id=row.unit_id,
                outcome=outcome,
                to_unit=to_unit,
                text=text,
                answered_at=now,
                answered_by=by.member_id,
                answered_by_name=by_name,
            )
            for row in returns
        ]
    )
    if outcome != ReturnOutcome.AGAIN:
        for row in returns:
            entry = row.copy.entry
            overrule(entry, outcome, text, by=by, by_name=by_name, now=now, overrules=last_decision(entry))
