"""The daily deeds that `anwang bench kills --deeds` interrupts: what each needs before it, how it is sent, how often it
is done.

What comes before a deed is done by the rooms' own actions; the deed itself is the form that a browser sends, or the
call of another system. Sending it again is sending the very same bytes, as a browser does after "reload".
"""

from __future__ import annotations

import base64
import itertools
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from .busy_members import this_minute
from .sessions import Answer, File, Session

STAFF = {
    "desk": ("intake", "dispatcher"),
    "unit": ("luodong_center", "social_worker"),
    "other": ("yilan_center", "social_worker"),
    "supervisor": ("luodong_center", "supervisor"),
    "supervisor.other": ("yilan_center", "supervisor"),
}
PROGRAMME, WHY = "vulnerable_family", "孩子多日未到校，家中無人可聯絡，須由社福中心訪視。"
_FILE = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
_SURNAMES, _GIVEN = "陳林黃張李王吳劉蔡楊", "安平樂康寧和順真美善"


@dataclass(frozen=True, slots=True)
class Ready:
    """A deed that can be sent now. `done`: how many times it stands in the database. `is_done` reads an answer: whether it
    tells its sender that the deed is done."""

    send: Callable[[], Answer]
    done: Callable[[], int]
    is_done: Callable[[Answer], bool]


@dataclass(slots=True)
class Desks:
    """Who does the deeds: a signed-in session of each, the token of a client, and their names in the rooms' actions."""

    sessions: dict[str, Session]
    token: str
    address: str
    count: Any

    def by(self, who: str) -> dict[str, Any]:
        from django.utils import timezone

        from anwang.agencies.models import Member
        from anwang.agencies.queries import context_of
        from anwang.platform.context import SYSTEM, acting

        with acting(SYSTEM):
            context = context_of(Member.objects.get(username=f"bench.{who}"), timezone.localdate())
        assert context is not None
        return {"by": context, "by_name": who, "now": timezone.now()}

    def do(self, who: str, action: Callable[..., Any], **given: Any) -> Any:
        """An action as a member's request does it."""
        from anwang.platform.context import acting

        by = self.by(who)
        with acting(by["by"]):
            return action(**given, **by)


def desks(sessions: dict[str, Session], token: str, address: str) -> Desks:
    return Desks(sessions, token, address, itertools.count(secrets.randbelow(1000)))


def was_led_on(answer: Answer) -> bool:
    return answer.status == 302 and "sign-in" not in answer.location


def person_of(desk: Desks) -> tuple[str, str, str]:
    """A name and a birthday that nobody else has, and words by which a report is found again."""
    number = next(desk.count)
    name = _SURNAMES[number % 10] + _GIVEN[number // 10 % 10] + _GIVEN[number // 100 % 10]
    return (
        name,
        f"{95 + number % 15}/{1 + number % 12}/{1 + number % 28}",
        f"鄰居聽見孩子哭叫，第 {secrets.token_hex(6)} 次。",
    )


def _typed(desk: Desks) -> tuple[dict[str, str], str]:
    name, birth, story = person_of(desk)
    form = {
        "channel": "phone", "reporter_kind": "citizen", "received_at": this_minute(), "happened": "昨天晚上",
        "township": "羅東鎮", "place": "家裡", "story": story, "dangers": "none", "needs": "parenting",
        "reporter_name": "王小姐", "reporter_phone": "0900-000-123",
        "person-a-role": "subject", "person-a-name": name, "person-a-birth": birth,
        "person-b-role": "carer", "person-b-relation": "母親", "person-b-name": f"{name[0]}美惠",
    }  # fmt: skip
    return form, story


def _by_story(story: str) -> Callable[[], int]:
    from anwang.services.intake.models import Report

    return lambda: Report.objects.filter(story=story).count()


def report_by_form(desk: Desks) -> Ready:
    form, story = _typed(desk)
    key, session = secrets.token_hex(8), desk.sessions["desk"]
    kept = session.ask(f"/drafts/report-new-{key}/", {**form, "_draft_revision": "0", "_draft_tab": key})
    assert kept.status == 200, kept.status
    form |= {"_draft_revision": "1", "_draft_tab": key, "do": "submit"}
    file = File("files", "說明.pdf", _FILE + story.encode())
    return Ready(
        lambda: session.ask(f"/reports/new/{key}/", form, files=[file]), _by_story(story), was_led_on
    )


def report_by_api(desk: Desks) -> Ready:
    name, birth, story = person_of(desk)
    body = json.dumps(
        {
            "reporter": {"kind": "mandated", "mandated_kind": "police", "name": "蔡警員", "phone": "03-0000301"},
            "story": story, "township": "羅東鎮", "dangers": ["none"], "needs": ["parenting"],
            "persons": [{"role": "subject", "name": name, "birth": birth}],
            "attachments": [{"name": "說明.pdf", "content": base64.b64encode(_FILE + story.encode()).decode()}],
        }
    ).encode()  # fmt: skip
    headers = {
        "Authorization": f"Bearer {desk.token}",
        "Idempotency-Key": secrets.token_hex(8),
        "Content-Type": "application/json",
    }

    def send() -> Answer:
        connection = HTTPConnection("127.0.0.1", urlsplit(desk.address).port, timeout=60)
        try:
            connection.request("POST", "/api/v1/reports", body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, "", answer.read(), 0.0)
        finally:
            connection.close()

    return Ready(send, _by_story(story), lambda answer: answer.status in (200, 201))


def keep_draft(desk: Desks) -> Ready:
    form, story = _typed(desk)
    key, session = secrets.token_hex(8), desk.sessions["desk"]
    sent = {**form, "_draft_revision": "0", "_draft_tab": key}

    def done() -> int:
        from anwang.platform.drafts import kept_draft

        member = desk.by("desk")["by"].member_id
        kept = kept_draft(member, f"report-new-{key}")
        return int(kept is not None and tuple(kept.fields.get("story", ())) == (story,))

    return Ready(
        lambda: session.ask(f"/drafts/report-new-{key}/", sent), done, lambda answer: answer.status == 200
    )


def report_of(desk: Desks) -> Any:
    from anwang.services.intake.actions import submit_report
    from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm

    name, birth, story = person_of(desk)
    return desk.do(
        "desk",
        submit_report,
        form=ReportForm(
            channel="phone", reporter_kind="citizen", township="羅東鎮", story=story, dangers=("none",), needs=("parenting",)
        ),
        persons=[PersonForm(name=name, birth=birth), PersonForm(role="carer", relation="母親", name=f"{name[0]}美惠")],
        reporter=ReporterForm(name="王小姐", phone="0900-000-123"),
    )  # fmt: skip


def screened_by(desk: Desks) -> Any:
    from anwang.services.intake.screening import screen

    report = report_of(desk)
    desk.do("desk", screen, report_id=report.pk, urgency="ordinary", programme=PROGRAMME, reason=WHY)
    return report


def _unit(code: str) -> int:
    from anwang.agencies.models import Unit
    from anwang.platform.context import SYSTEM, acting

    with acting(SYSTEM):
        return Unit.objects.get(code=code).pk


def sent_to(desk: Desks, report_id: int, unit: str) -> Any:
    from anwang.services.dispatch.actions import send

    return desk.do(
        "desk", send, report_id=report_id, to_unit_id=_unit(unit), reason="由這個單位就近處理", confirmed=True
    )


def accepted_by(desk: Desks) -> Any:
    from anwang.services.dispatch.actions import accept

    sent = sent_to(desk, screened_by(desk).pk, "luodong_center")
    return desk.do("unit", accept, dispatch_id=sent.pk)


def screening(desk: Desks) -> Ready:
    from anwang.services.intake.models import Screening

    report, session = report_of(desk), desk.sessions["desk"]
    form = {"urgency": "ordinary", "programme": PROGRAMME, "reason": WHY, "do": "screen"}
    return Ready(
        lambda: session.ask(f"/dispatch/{report.pk}/", form),
        lambda: Screening.objects.filter(report_id=report.pk).count(),
        was_led_on,
    )


def dispatching(desk: Desks) -> Ready:
    """Both decisions of the desk's page at once."""
    from anwang.services.dispatch.models import Dispatch

    report, session = report_of(desk), desk.sessions["desk"]
    form = {
        "urgency": "ordinary", "programme": PROGRAMME, "reason": WHY, "to_unit": str(_unit("luodong_center")), "unit_reason": "就近處理",
        "message": "請先電話聯繫學校", "confirmed": "yes", "do": "send",
    }  # fmt: skip
    return Ready(
        lambda: session.ask(f"/dispatch/{report.pk}/", form),
        lambda: Dispatch.objects.filter(report_id=report.pk).count(),
        was_led_on,
    )


def _answers(dispatch_id: int, state: str) -> Callable[[], int]:
    from anwang.services.dispatch.models import Dispatch

    return lambda: Dispatch.objects.filter(pk=dispatch_id, state=state, answered_at__isnull=False).count()


def accepting(desk: Desks) -> Ready:
    sent, session = sent_to(desk, screened_by(desk).pk, "luodong_center"), desk.sessions["unit"]
    return Ready(
        lambda: session.ask(f"/dispatch/received/{sent.pk}/accept/", {}),
        _answers(sent.pk, "accepted"),
        was_led_on,
    )


_RETURN = {"reason": "not_our_area", "text": "這一家住在另一個鄉鎮，請改派。"}


def returning(desk: Desks) -> Ready:
    sent, session = sent_to(desk, screened_by(desk).pk, "luodong_center"), desk.sessions["unit"]
    return Ready(
        lambda: session.ask(f"/dispatch/received/{sent.pk}/", _RETURN),
        _answers(sent.pk, "returned"),
        was_led_on,
    )


def returning_twice(desk: Desks) -> Ready:
    """The second return makes a dispute (主責爭議) of both units' supervisors."""
    from anwang.services.dispatch.actions import return_dispatch
    from anwang.services.dispatch.models import Dispute

    first = sent_to(desk, screened_by(desk).pk, "luodong_center")
    desk.do("unit", return_dispatch, dispatch_id=first.pk, **_RETURN)
    second, session = sent_to(desk, first.report_id, "yilan_center"), desk.sessions["other"]
    return Ready(
        lambda: session.ask(f"/dispatch/received/{second.pk}/", _RETURN),
        lambda: Dispute.objects.filter(report_id=first.report_id).count(),
        was_led_on,
    )


def not_opening(desk: Desks) -> Ready:
    from anwang.services.dispatch.models import NotOpened

    report, session = screened_by(desk), desk.sessions["desk"]
    form = {
        "reason": "supported", "text": "已查證，學校與社區已有支持，由社福中心關懷。", "referred_to": "",
        "referred_unit": str(_unit("luodong_center")),
    }  # fmt: skip
    return Ready(
        lambda: session.ask(f"/dispatch/{report.pk}/not-open/", form),
        lambda: NotOpened.objects.filter(report_id=report.pk).count(),
        was_led_on,
    )
