"""What went wrong with the pages of a case once, or could: forms no browser sends, drafts, dates, lists."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.services.cases import actions
from anwang.services.cases.models import Case
from anwang.services.cases.vocabulary import VisitPlace
from tests.county import establish

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, who
from .test_who_sees_a_case import signed_in


@pytest.fixture(autouse=True)
def _county(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("transactional_db" if request.node.get_closest_marker("slow_database") else "db")
    establish()


def opening_form(**changes: str) -> dict[str, str]:
    """What the page of 開案 sends."""
    return {
        "programme": "vulnerable_family",
        "reason": made.REASON,
        "worker": str(made.member_id(WORKER)),
        "supervisor": str(made.member_id(SUPERVISOR)),
        "lines": "2",
        "role_1": "client",
        "name_1": "林小安",
        "key": "form",
        **changes,
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lines", "許多"),
        ("lines", "²"),
        ("relation_1", "女" * 60),
        ("name_1", "林" * 100),
        ("id_number_1", "A" * 150),
    ],
)
def test_a_form_of_opening_that_no_browser_sends_is_answered(name: str, text: str) -> None:
    answer = signed_in(WORKER).post("/cases/open/", opening_form(**{name: text, "reason": ""}))
    assert answer.status_code == 422
    answer = signed_in(WORKER).post("/cases/open/", opening_form(**{name: text}))
    if len(text) <= 20:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 422
        assert text in answer.content.decode(), "what was typed is still there"


def test_pages_answer_what_cannot_be_done_any_more() -> None:
    case = made.open_case()
    again = made.dispatched("jiaoxi_center", NOW + days(2)).report
    with acting(SYSTEM):
        again.persons.update(person_id=case.client_id)
    client = signed_in(SUPERVISOR)
    assert (
        client.post(f"/cases/{case.pk}/assign/", {"worker": str(made.member_id(WORKER))}).status_code == 302
    )
    with acting(SYSTEM):
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=NOW)
    seen = client.post(f"/cases/{case.pk}/reports/{again.pk}/seen/", {f"text_{again.pk}": "已電話確認安全"})
    assert seen.status_code == 302


def test_a_draft_of_a_plan_keeps_no_nonsense_and_loses_no_date() -> None:
    case = made.open_case()
    plan = actions.begin_plan(case_id=case.pk, **who(WORKER))
    client = signed_in(WORKER)
    form = {"revision": str(plan.revision), "lines": "1", "goal_1": "孩子每天到校", "due_1": "六月底"}
    answer = client.post(f"/cases/{case.pk}/plans/{plan.pk}/save/", form)
    assert answer.status_code == 422
    assert "六月底" in answer.content.decode()
    form |= {"due_1": "", "client_agrees": "perhaps, but only if"}
    assert client.post(f"/cases/{case.pk}/plans/{plan.pk}/save/", form).status_code in (302, 422)


def test_the_list_of_cases_is_in_the_log_and_no_name_in_an_address() -> None:
    case = made.open_case()
    client = signed_in(WORKER)
    shown = client.get("/cases/").content.decode()
    assert "林小安" in shown
    client.get("/cases/?format=csv")
    found = client.post("/cases/?view=unit", {"q": "小安"})
    assert case.number in found.content.decode()
    assert "q=" not in found.content.decode()
    with acting(SYSTEM):
        rows = AuditEntry.objects.filter(member_name="林社工").order_by("pk")
        said = [(row.action, row.subject_kind, row.detail) for row in rows]
    assert ("read_case", "cases", {"view": "mine", "rows": 1}) in said
    assert ("exported_list", "cases", {"view": "mine", "rows": 1, "format": "csv"}) in said
    assert ("searched", "cases", {"view": "unit", "rows": 1}) in said


def test_a_page_asks_the_database_no_more_with_more_units_and_workers() -> None:
    case = made.open_case()
    client = signed_in(SUPERVISOR)

    def queries(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    for address in (f"/cases/{case.pk}/transfer/", f"/cases/{case.pk}/", "/cases/?view=unit"):
        before = queries(address)
        from anwang.agencies.models import Member, Post, Unit

        with acting(SYSTEM):
            home = Unit.objects.get(pk=case.unit_id)
            for number in range(6):
                tag = f"{address}{number}"
                Unit.objects.create(
                    agency=home.agency, code=f"u{hash(tag) % 10**9}", name=f"新單位{number}", kind=home.kind
                )
                someone = Member.objects.create(username=f"m{hash(tag) % 10**9}", name=f"新社工{number}")
                Post.objects.create(member=someone, unit=home, role="social_worker", from_on=NOW.date())
        assert queries(address) <= before, address


def test_a_day_beyond_the_calendar_is_answered() -> None:
    made.open_case()
    client = signed_in(WORKER)
    for day in ("9999-12-31", "8088/12/31", "1/1/1", "115/2/30"):
        assert client.get("/cases/visits/", {"on": day}).status_code == 200


def test_only_who_has_visits_today_is_offered_to_print_them() -> None:
    case = made.open_case()
    now = timezone.now()
    assert "今天的訪視" not in signed_in(WORKER).get("/").content.decode()
    actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=now, **who(WORKER, now))
    assert "列印今天的訪視（1 次）" in signed_in(WORKER).get("/").content.decode()
    assert "今天的訪視" not in signed_in("data").get("/").content.decode()


def test_who_took_a_report_is_led_to_what_follows() -> None:
    sent = made.dispatched()
    client = signed_in(WORKER)
    opening = f'href="/cases/open/?dispatch={sent.pk}"'
    for page in ("/dispatch/received/", f"/dispatch/received/{sent.pk}/"):
        assert opening in client.get(page).content.decode()
    case = made.open_case(dispatch_id=sent.pk)
    for page in ("/dispatch/received/", f"/dispatch/received/{sent.pk}/"):
        shown = client.get(page).content.decode()
        assert opening not in shown
        assert f'href="/cases/{case.pk}/"' in shown
    with acting(SYSTEM):
        type(sent).objects.filter(pk=sent.pk).update(state="sent", answered_at=None)
        type(sent.report).objects.filter(pk=sent.report_id).update(state="sent", handled_at=None)
        Case.objects.filter(pk=case.pk).update(dispatch=None)
    said = client.post(f"/dispatch/received/{sent.pk}/accept/", follow=True).content.decode()
    assert "已收案" in said
    assert opening in said
