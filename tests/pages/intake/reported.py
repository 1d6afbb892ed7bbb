"""What the page tests of reports have in common: somebody who is known already, and the form filled in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page

from anwang.agencies.models import Unit
from anwang.people.registry.models import Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.services.intake.actions import submit_report
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.report_form import PersonForm
from tests.county import context
from tests.flows.intake.typed import CHILD, MOTHER, REPORTER, form

STORY = "導師發現手臂有瘀傷，孩子說是爸爸用皮帶打的。"


def kept(username: str = "intake", **values: Any) -> Report:
    """A report of today, by a member."""
    now = values.pop("now", timezone.now())
    with acting(SYSTEM):
        return submit_report(
            form=values.pop("form", form(received_at=now - dt.timedelta(minutes=5), happened="昨晚")),
            persons=values.pop("persons", [CHILD, MOTHER]),
            reporter=values.pop("reporter", REPORTER),
            by=context(username, timezone.localdate()),
            by_name=username,
            now=now,
            **values,
        )


def known_child() -> tuple[Report, int]:
    """林小安, reported two months ago, in the service of a family centre that was closed last month."""
    then = timezone.now() - dt.timedelta(days=60)
    report = kept(now=then, form=form(received_at=then, happened="上週"))
    with acting(SYSTEM):
        person = ReportPerson.objects.get(report=report, number=1).person_id
        assert person is not None
        centre = Unit.objects.get(code="luodong_center")
        today = timezone.localdate()
        for programme, closed in (
            ("vulnerable_family", today - dt.timedelta(days=30)),
            ("child_outreach", None),
        ):
            Touchpoint.objects.create(
                person_id=person, agency_id=centre.agency_id, unit=centre, programme=programme,
                opened_on=today - dt.timedelta(days=300), closed_on=closed,
            )  # fmt: skip
    return report, person


def fill_call(page: Page) -> None:
    """What the desk types of a telephone call, but for the persons."""
    page.get_by_label("怎麼收到的").select_option(label="電話（含113、1999）")
    page.get_by_label("通報人身分").select_option(label="責任通報人員")
    page.get_by_label("責任通報的職務別").select_option(label="教育人員")
    page.get_by_label("通報人姓名").fill("王老師")
    page.get_by_label("通報人電話").fill("03-9221234")
    page.get_by_label("什麼時候").fill("今天早上")
    page.get_by_label("在哪個鄉鎮市").select_option(label="羅東鎮")
    page.get_by_label("發生什麼事").fill(STORY)
    page.get_by_label("相對人在場或隨時可能返回").check()
    page.get_by_label("人身安全").check()


__all__ = ["CHILD", "MOTHER", "STORY", "PersonForm", "fill_call", "kept", "known_child"]
