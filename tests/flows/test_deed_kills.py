"""The daily deeds killed on the running server, a few seeded points of `anwang bench kills --deeds`; and that what it
looks for would be found."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from anwang.commands.bench.case_deeds import case_of
from anwang.commands.bench.deed_kills import QUICK, staff
from anwang.commands.bench.deeds import (
    accepted_by,
    desks,
    report_of,
    screened_by,
    sent_to,
)
from anwang.commands.bench.kills import clean_environment
from anwang.commands.bench.looking_at_deeds import deed_problems
from anwang.platform.attachments import attach, checked_attachment
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import OutboxEvent
from anwang.services.dispatch.actions import not_open, return_dispatch
from anwang.services.dispatch.models import Dispatch
from anwang.services.intake.models import Report, ReportAttachment, ReportReader
from tests import county

KILLS = 3


def test_daily_deeds_killed_on_the_server_lose_and_double_nothing() -> None:
    command = ["bench", "kills", "--deeds", "--quick", "--points", str(KILLS), "--seed", "7"]
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "anwang", *command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=clean_environment(),
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")][2:]
    assert sorted(row[0] for row in rows) == sorted(QUICK[:KILLS])
    assert all(row[3:] == ["0", "0", "0", "0"] for row in rows), done.stdout
    assert sum(int(row[2]) for row in rows) >= 2, "the kills must meet deeds under way"
    assert ", not arrived 0. Log:" in done.stdout


@pytest.fixture
def day(db: None, settings: Any) -> None:
    """A report in each of the states that the deeds lead to, and a case."""
    settings.ANWANG_WEBHOOK_LOOPBACK = True
    county.establish()
    desk = desks({}, staff(county.PASSWORD, "http://127.0.0.1:9/events"), "")
    report_of(desk)
    back = {"reason": "not_our_area", "text": "這一家住在另一個鄉鎮，請改派。"}
    returned = sent_to(desk, screened_by(desk).pk, "luodong_center")
    desk.do("unit", return_dispatch, dispatch_id=returned.pk, **back)
    disputed = sent_to(desk, screened_by(desk).pk, "luodong_center")
    desk.do("unit", return_dispatch, dispatch_id=disputed.pk, **back)
    second = sent_to(desk, disputed.report_id, "yilan_center")
    desk.do("other", return_dispatch, dispatch_id=second.pk, **back)
    with acting(SYSTEM):
        unit = Dispatch.objects.get(pk=returned.pk).to_unit_id
    said = "已查證，學校與社區已有支持，由社福中心關懷。"
    refused = screened_by(desk).pk
    desk.do("desk", not_open, report_id=refused, reason="supported", text=said, referred_unit_id=unit)
    accepted_by(desk)
    sent_to(desk, screened_by(desk).pk, "luodong_center")
    case_of(desk)


def _problems() -> list[str]:
    with acting(SYSTEM):
        return deed_problems()


def _one(state: str) -> Report:
    return Report.objects.filter(state=state).order_by("pk")[0]


def _duty(kind: str, rule: str) -> Any:
    return Deadline.objects.filter(OPEN, subject_kind=kind, rule_id__startswith=rule)


def _copy(row: Any) -> None:
    row.pk = None
    row.save(force_insert=True)


def _add_duty() -> None:
    duty = _duty("report", "")[0]
    duty.sequence += 1
    _copy(duty)


def _file_of_other_content() -> None:
    report = _one("received")
    file = checked_attachment("說明.txt", io.BytesIO("左臂瘀傷".encode()))
    attach(
        ReportAttachment,
        file,
        unit_id=report.unit_id,
        subject_kind="report",
        subject_id=report.pk,
        by=SYSTEM,
        by_name="測試",
        now=timezone.now(),
        report=report,
    )
    ReportAttachment.objects.update(sha256="0" * 64)


# What a deed that was done in part would leave, and what is said of it.
BROKEN: dict[str, tuple[Callable[[], object], str]] = {
    "state ahead": (lambda: Report.objects.filter(pk=_one("received").pk).update(state="sent"), "state_sent"),
    "state behind": (
        lambda: Report.objects.filter(pk=_one("accepted").pk).update(state="sent"),
        "state_sent",
    ),
    "clock stopped": (lambda: _duty("report", "intake").update(met_at=timezone.now()), "24_hours"),
    "two duties": (_add_duty, "two_open_duties"),
    "no answer asked": (
        lambda: _duty("dispatch", "dispatch.answer").update(met_at=timezone.now()),
        "duty_to_answer",
    ),
    "nobody to settle": (lambda: _duty("dispute", "").update(met_at=timezone.now()), "duty_to_settle"),
    "nobody takes over": (
        lambda: _duty("not_opened", "").update(met_at=timezone.now()),
        "duty_to_take_over",
    ),
    "nobody told": (lambda: OutboxEvent.objects.filter(sequence=1).delete(), "events_not_in_order"),
    "told of another": (lambda: OutboxEvent.objects.update(data={"state": "x"}), "last_event"),
    "unit cannot read": (lambda: ReportReader.objects.update(until=timezone.now()), "unit_reads"),
    "file": (_file_of_other_content, "file_is_another"),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("day")
def test_what_is_done_in_part_is_found() -> None:
    assert _problems() == []
    for damage, (breaks, said) in BROKEN.items():
        with transaction.atomic():
            with acting(SYSTEM):
                breaks()
            found = _problems()
            transaction.set_rollback(True)
        assert any(problem.startswith(said) for problem in found), (damage, found)
    assert _problems() == []
