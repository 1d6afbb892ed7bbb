"""A report brought into each state by the deeds that lead there, an investigation likewise; and what each deed on them is
called with."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from anwang.agencies.models import Unit
from anwang.platform.attachments import checked_attachment
from anwang.platform.context import SYSTEM, acting
from anwang.services.dispatch import actions as dispatch
from anwang.services.dispatch.models import Dispatch, Dispute, HandOver, NotOpened, SampledReport
from anwang.services.dispatch.rules import ContactGiven, ContactHow
from anwang.services.intake import actions as intake
from anwang.services.intake import investigating
from anwang.services.intake.investigation_rules import Conclusion, Level, Safety
from anwang.services.intake.models import Investigation, Report, ReportAttachment
from anwang.services.intake.process import InvestigationState, ReportState
from anwang.services.intake.reply_rules import ReplyGiven, ReplyHow, ReplyOutcome
from anwang.services.intake.screening import screen
from tests.county import context
from tests.flows.intake.typed import CHILD, MOTHER, NOW, REPORTER, form

MINUTE = dt.timedelta(minutes=1)
AT = NOW + 60 * MINUTE
SAID = "測試用的理由，寫得夠清楚。"
DESK, REPORTING, EARLIER, RECEIVER, REFERRED, INVESTIGATING = (
    "intake", "police_office", "yilan_center", "luodong_center", "suao_center", "protection",
)  # fmt: skip
Given = dict[str, Any]


def do(username: str, deed: Callable[..., Any], minutes: int, **given: object) -> Any:
    """A deed in the transaction of one request, some minutes after the report came."""
    by = context(username, NOW.date())
    with acting(by):
        return deed(**given, by=by, by_name=username, now=NOW + minutes * MINUTE)


def unit_id(code: str) -> int:
    with acting(SYSTEM):
        return Unit.objects.get(code=code).pk


def reported() -> Report:
    """By the police, with a file, two persons, and a reporter who asked for a reply."""
    return do(
        "police",
        intake.submit_report,
        0,
        form=form(dangers=("none",), needs=("parenting",)),
        persons=[CHILD, MOTHER],
        reporter=replace(REPORTER, wants_reply=True),
        attachments=[checked_attachment("傷勢.txt", io.BytesIO("左臂瘀傷".encode()))],
    )


def screened(report: Report, programme: str = "vulnerable_family") -> None:
    do("intake", screen, 1, report_id=report.pk, urgency="priority", programme=programme, reason=SAID)


def sent(report: Report, to: str, minutes: int) -> Dispatch:
    given = {"report_id": report.pk, "to_unit_id": unit_id(to), "reason": SAID, "confirmed": True}
    return do("intake", dispatch.send, minutes, **given)


def turned_down(made: Dispatch, username: str, minutes: int) -> None:
    do(username, dispatch.return_dispatch, minutes, dispatch_id=made.pk, reason="other", text=SAID)


def returned(report: Report) -> None:
    screened(report)
    turned_down(sent(report, EARLIER, 3), "yilan.worker", 6)


def sent_again(report: Report) -> Dispatch:
    returned(report)
    return sent(report, RECEIVER, 9)


def disputed(report: Report) -> None:
    turned_down(sent_again(report), "luodong.worker", 12)


def accepted(report: Report) -> None:
    do("luodong.worker", dispatch.accept, 12, dispatch_id=sent_again(report).pk)


def not_opened(report: Report) -> None:
    returned(report)
    do(
        "intake",
        dispatch.not_open,
        9,
        report_id=report.pk,
        reason="supported",
        text=SAID,
        referred_unit_id=unit_id(REFERRED),
    )


S = ReportState
WAY: dict[ReportState, Callable[[Report], object]] = {
    S.RECEIVED: lambda report: None,
    S.SCREENED: screened,
    S.SENT: sent_again,
    S.RETURNED: returned,
    S.DISPUTED: disputed,
    S.ACCEPTED: accepted,
    S.NOT_OPENED: not_opened,
}


def _of_report(**given: Any) -> Callable[[Report], Given]:
    return lambda report: {"report_id": report.pk, **given}


def _on_dispatch(**given: Any) -> Callable[[Report], Given]:
    """The newest one: to the unit that has the report, where one has."""

    def of(report: Report) -> Given:
        newest = Dispatch.objects.filter(report=report).order_by("-round").first()
        return {"dispatch_id": newest.pk if newest else 0, **given}

    return of


def _send(report: Report) -> Given:
    return {"report_id": report.pk, "to_unit_id": unit_id(RECEIVER), "reason": SAID, "confirmed": True}


def _screen_and_send(report: Report) -> Given:
    return {
        "report_id": report.pk,
        "urgency": "priority",
        "programme": "vulnerable_family",
        "screening_reason": SAID,
        "to_unit_id": unit_id(RECEIVER),
        "unit_reason": SAID,
        "confirmed": True,
    }


def _settle(report: Report) -> Given:
    there = Dispute.objects.filter(report=report).first()
    return {"dispute_id": there.pk if there else 0, "lead_unit_id": unit_id(RECEIVER), "text": SAID}


def _receive(report: Report) -> Given:
    there = NotOpened.objects.filter(report=report).first()
    return {"not_opened_id": there.pk if there else 0}


def _sheet(_: Report) -> Given:
    return {"hand_over_id": HandOver.objects.create(unit_id=unit_id(DESK), at=NOW, note="交接事項").pk}


def _sample(report: Report) -> Given:
    drawn = SampledReport.objects.create(
        report=report,
        unit_id=report.unit_id,
        period=NOW.date().replace(day=1),
        stratum="一般",
        drawn_at=NOW,
        drawn_of=1,
    )
    return {"sample_id": drawn.pk, "verdict": "unclear", "urgency": "ordinary", "text": SAID}


def _attachment(report: Report) -> Given:
    return {"report_id": report.pk, "attachment_id": ReportAttachment.objects.get(report=report).pk}


def _correct(report: Report) -> Given:
    changes = {"place": "學校"}
    return {"report_id": report.pk, "revision": report.revision, "changes": changes, "reason": SAID}


GIVEN: dict[str, Callable[[Report], Given]] = {
    "accept": _on_dispatch(),
    "add_to_report": _of_report(text=SAID),
    "call_back": _of_report(reason=SAID),
    "correct_report": _correct,
    "decide_match": _of_report(number=1, person_id=None),
    "dispatch_as_suggested": _of_report(),
    "draw_sample": lambda report: {"period": dt.date(2026, 3, 1)},
    "hand_over": lambda report: {"text": "交接事項"},
    "not_open": _of_report(reason="other", text=SAID, referred_to="國小輔導室"),
    "open_reporter": _of_report(reason=SAID),
    "read_sample": _sample,
    "receive_referral": _receive,
    "record_family_contact": _on_dispatch(given=ContactGiven(ContactHow.PHONE, AT, True, SAID)),
    "record_reply": _of_report(given=ReplyGiven(ReplyOutcome.REPLIED, ReplyHow.PHONE, AT, SAID)),
    "reopen": _of_report(reason=SAID),
    "return_dispatch": _on_dispatch(reason="other", text=SAID),
    "screen": _of_report(urgency="ordinary", programme="vulnerable_family", reason=SAID),
    "screen_and_send": _screen_and_send,
    "send": _send,
    "send_on": _of_report(reason=SAID),
    "settle_dispute": _settle,
    "submit_report": lambda report: {"form": form(), "persons": [CHILD], "reporter": REPORTER},
    "take_back_attachment": _attachment,
    "take_over": _sheet,
    "withdraw_person": _of_report(number=2, reason=SAID),
}


def given_for(deed: str, report: Report) -> Given:
    """What a deed is called with, its subject put in place."""
    with acting(SYSTEM):
        return GIVEN[deed](Report.objects.get(pk=report.pk))


# The investigation of a report that was sent to the unit that protects.
CONCLUDED = Conclusion(True, Safety.SAFE, Level.IN_HOME, "案母坦承管教過當，案童手臂瘀傷，已驗傷。")
NOT_CONCLUDED = Conclusion(
    False, Safety.SAFE, Level.REFERRAL, "查無不當對待，家庭已有親友與學校的支持。", referred_to="學校輔導室"
)


def investigated() -> Investigation:
    report = reported()
    screened(report, "child_protection")
    do("protection.worker", dispatch.accept, 6, dispatch_id=sent(report, INVESTIGATING, 3).pk)
    with acting(SYSTEM):
        return Investigation.objects.get(report=report)


def _met(made: Investigation) -> None:
    do(
        "protection.worker",
        investigating.record_first_contact,
        10,
        investigation_id=made.pk,
        contact_at=NOW + 9 * MINUTE,
    )


def _concluded(given: Conclusion) -> Callable[[Investigation], None]:
    def conclude(made: Investigation) -> None:
        _met(made)
        do("protection.worker", investigating.conclude, 12, investigation_id=made.pk, given=given)

    return conclude


I = InvestigationState  # noqa: E741
WAY_OF_INVESTIGATION: dict[InvestigationState, Callable[[Investigation], None]] = {
    I.OPEN: lambda made: None,
    I.SUBSTANTIATED: _concluded(CONCLUDED),
    I.NOT_SUBSTANTIATED: _concluded(NOT_CONCLUDED),
}


def _assign(made: Investigation) -> Given:
    return {"worker_id": context("protection.worker", NOW.date()).member_id}


def _conclude(made: Investigation) -> Given:
    with acting(SYSTEM):
        fresh = Investigation.objects.get(pk=made.pk)
    if fresh.first_contact_at is None:
        _met(made)
    return {"given": CONCLUDED}


GIVEN_OF_INVESTIGATION: dict[str, Callable[[Investigation], Given]] = {
    "assign_worker": _assign,
    "conclude": _conclude,
    "record_first_contact": lambda made: {"contact_at": NOW + 20 * MINUTE},
    "reopen_investigation": lambda made: {"reason": SAID},
}
