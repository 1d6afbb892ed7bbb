"""Clocks that nothing in the case starts by itself: started and finished by hand, duties like any other."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from anwang.agencies.models import Member
from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.transitions import NotPossible
from anwang.services.cases import actions
from anwang.services.cases.models import Case, ContactNote
from anwang.services.cases.service_clocks import started_by_hand
from anwang.services.programs.codes import ClockKind
from anwang.services.programs.loading import shipped
from tests import county

from . import made
from .made import NOW, WORKER, days, open_duties, who

pytestmark = pytest.mark.django_db
CONTINUED = "case.service.continued"


@pytest.fixture
def case() -> Case:
    county.establish()
    return made.open_case(programme="out_of_home_placement")


def start(
    case: Case, at: dt.datetime | None = NOW, clock: str = "continued", by: str = WORKER, **more: str
) -> None:
    text = more.get("text", "法院裁定繼續安置三個月。")
    actions.start_clock(case_id=case.pk, clock_id=clock, at=at, text=text, **who(by, NOW + days(1)))


def finish(case: Case, at: dt.datetime, goes_on: bool = True, sequence: int | None = None) -> None:
    if sequence is None:
        found = open_duties(case).get(CONTINUED)
        sequence = found.sequence if found else 0
    actions.finish_clock(
        case_id=case.pk, clock_id="continued", sequence=sequence, at=at, text="已聲請延長安置。", goes_on=goes_on,
        **who(WORKER, at),
    )  # fmt: skip


def test_every_clock_of_every_programme_runs_by_itself_or_by_hand() -> None:
    by_itself = {
        ClockKind.FIRST_CONTACT, ClockKind.ASSESSMENT, ClockKind.PLAN, ClockKind.VISIT, ClockKind.REVIEW,
        ClockKind.INVESTIGATION,
    }  # fmt: skip
    for programme in shipped().latest.values():
        for clock in programme.clocks:
            assert (clock.kind in by_itself) is (clock not in started_by_hand(programme)), clock


def test_it_counts_from_what_happened_and_the_next_round_from_what_was_done(case: Case) -> None:
    assert CONTINUED not in open_duties(case)
    start(case)
    duty = open_duties(case)[CONTINUED]
    assert duty.due_at.astimezone(NOW.tzinfo).date() == dt.date(2026, 7, 20)
    assert (duty.owner_member_id, duty.unit_id) == (made.member_id(WORKER), case.unit_id)
    assert "兒少權法" in duty.citation
    with pytest.raises(NotPossible, match="已經在計時"):
        start(case)
    done = NOW + days(80)
    finish(case, done)
    again = open_duties(case)[CONTINUED]
    assert (again.sequence, again.started_at) == (2, done)
    finish(case, done + days(60), goes_on=False)
    assert CONTINUED not in open_duties(case)
    with pytest.raises(NotPossible, match="沒有在計時"):
        finish(case, done + days(61))
    with acting(SYSTEM):
        met = Deadline.objects.filter(subject_kind="case", subject_id=str(case.pk), rule_id=CONTINUED)
        assert [row.met_at for row in met.order_by("sequence")] == [done, done + days(60)]
        said = ContactNote.objects.filter(case=case).order_by("pk").values_list("text", flat=True)
        assert list(said) == [
            "起算「繼續安置期滿前聲請延長」：法院裁定繼續安置三個月。",
            "完成「繼續安置期滿前聲請延長」：已聲請延長安置。",
            "完成「繼續安置期滿前聲請延長」：已聲請延長安置。",
        ]


def test_a_second_press_finishes_no_round_that_began_with_the_first(case: Case) -> None:
    start(case)
    done = NOW + days(80)
    finish(case, done, sequence=1)
    with pytest.raises(NotPossible, match="剛由別人完成"):
        finish(case, done, sequence=1)
    assert open_duties(case)[CONTINUED].sequence == 2
    with acting(SYSTEM):
        assert ContactNote.objects.filter(case=case).count() == 2


def test_the_page_sends_the_round_that_it_showed(case: Case) -> None:
    start(case)
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=WORKER))
    page = f"/cases/{case.pk}/clocks/continued/"
    assert 'name="round" value="1"' in client.get(page).content.decode()
    sent = {
        "deed": "finish",
        "round": "1",
        "at": "115/5/1 10:00",
        "text": "已聲請延長安置。",
        "next": "goes_on",
    }
    wrong = client.post(page, {**sent, "text": ""})
    assert wrong.status_code == 422
    assert 'name="round" value="1"' in wrong.content.decode()
    assert "已完成" in client.post(page, sent, follow=True).content.decode()
    assert "剛由別人完成" in client.post(page, sent, follow=True).content.decode()
    assert open_duties(case)[CONTINUED].sequence == 2


def test_what_cannot_be_is_said_and_nothing_is_written(case: Case) -> None:
    for at, text, fields in (
        (None, "", {"at", "text"}),
        (NOW + days(2), "法院裁定。", {"at"}),
    ):
        with pytest.raises(actions.NotAccepted) as caught:
            start(case, at, text=text)
        assert set(caught.value.problems) == fields
    with pytest.raises(actions.NoSuchCase):
        start(case, clock="visit")
    with pytest.raises(actions.NoSuchCase):
        start(case, by="yilan.worker")
    with pytest.raises(PermissionDenied):
        start(case, by="intake")
    start(case)
    with pytest.raises(actions.NotAccepted, match="不能早於起算"):
        finish(case, NOW - days(1))
    assert open_duties(case)[CONTINUED].sequence == 1


def test_an_open_one_keeps_the_case_from_closing(case: Case) -> None:
    start(case)
    with pytest.raises(actions.NotClosable) as caught:
        made.ask_closing(case, NOW + days(40), reason="other", text="孩子返家，由外婆照顧。")
    assert "繼續安置期滿前聲請延長" in str([each.text for each in caught.value.checks])
