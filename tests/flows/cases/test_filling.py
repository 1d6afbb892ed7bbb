"""The programme's own forms on a case: checked, kept once, corrected by a further entry, read by the unit in charge."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from anwang.agencies.models import Member
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.platform.transitions import NotPossible
from anwang.services.cases import actions
from anwang.services.cases.duties import programme_of
from anwang.services.cases.entries import EntryKind
from anwang.services.cases.filling import begins_from, entry_on, form_of, forms_on, own_forms
from anwang.services.cases.models import Case
from anwang.services.cases.timeline import timeline
from anwang.services.programs.actions import keep_form_entry
from anwang.services.programs.loading import shipped
from anwang.services.programs.models import FormEntry
from tests import county

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, fresh, who

pytestmark = pytest.mark.django_db

SEEN = {
    "visited_on": "115/4/21", "contact_kind": "home", "met": "yes", "observed": "案母在家。", "next_on": "",
    "children_at_home": "yes", "all_children_seen": "yes",
}  # fmt: skip


@pytest.fixture
def case() -> Case:
    county.establish()
    return made.open_case()


def fill(case: Case, typed: dict[str, str], username: str = WORKER, **more: Any) -> FormEntry:
    given: dict[str, Any] = {"form_id": "visit", "facts": {}, "client_key": "", **more}
    return actions.fill_form(case_id=case.pk, typed=typed, **given, **who(username, NOW + days(2)))


def test_every_form_of_every_programme_has_a_place() -> None:
    for programme in shipped().latest.values():
        here = {form.id for form in own_forms(programme)}
        assert here | {form.id for form in programme.forms if form.kind == "assessment"} == {
            form.id for form in programme.forms
        }
    first = [form.kind.value for form in own_forms(shipped().latest["intimate_image_takedown"])]
    assert first == ["application", "record", "visit", "closing"]


def test_a_form_is_checked_kept_once_and_knows_what_nobody_had_to_type(case: Case) -> None:
    with pytest.raises(actions.NotAccepted) as caught:
        fill(case, {**SEEN, "met": "", "all_children_seen": ""})
    assert set(caught.value.problems) == {"met", "all_children_seen"}
    kept = fill(case, SEEN, client_key="k1")
    assert fill(case, SEEN, client_key="k1").pk == kept.pk
    with pytest.raises(actions.NotAccepted, match="已經存過"):
        fill(case, {**SEEN, "observed": "案母外出，外婆在家。"}, client_key="k1")
    with pytest.raises(actions.NotAccepted, match="已經存過"):
        fill(made.open_case(household_id=None), SEEN, client_key="k1")
    again = fill(case, {**SEEN, "visited_on": "115/4/22"}, client_key="k2")
    # 115/4/22 is the day on which it is filled in, and the answer before was given for the child: both stood there.
    assert set(again.prefilled) == {"visited_on", "children_at_home"}
    with acting(made.who(WORKER)["by"]):
        (shown,) = [each for each in forms_on(fresh(case)) if each.entries]
        assert [each.row.pk for each in shown.entries] == [again.pk, kept.pk]
    with acting(SYSTEM):
        noted = AuditEntry.objects.filter(action="kept_form", subject_kind="case", subject_id=str(case.pk))
        assert noted.count() == 2


def test_a_correction_stands_beside_what_it_corrects_and_only_one_does(case: Case) -> None:
    kept = fill(case, SEEN)
    better = fill(case, {**SEEN, "observed": "案母不在家，外婆在。"}, corrects_id=kept.pk)
    with pytest.raises(actions.NotAccepted, match="已更正過"):
        fill(case, SEEN, corrects_id=kept.pk)
    with acting(made.who(WORKER)["by"]):
        found = [entry_on(case, pk) for pk in (kept.pk, better.pk)]
    assert [each.is_corrected for each in found if each] == [True, False]
    other = made.open_case(household_id=None)
    with pytest.raises(actions.NoSuchCase):
        fill(other, SEEN, corrects_id=kept.pk)


def test_whoever_takes_the_case_over_reads_and_corrects_and_the_unit_before_does_not(case: Case) -> None:
    kept = fill(case, SEEN)
    transfer = actions.offer_transfer(
        case_id=case.pk,
        to_unit_id=made.unit_id("yilan_center"),
        to_worker_id=None,
        reason="全家搬到宜蘭市。",
        summary="單親、一名學齡兒童，就學不穩。",
        **who(WORKER, NOW + days(3)),
    )
    actions.accept_transfer(transfer_id=transfer.pk, **who("yilan.worker", NOW + days(3)))
    page = f"/cases/{case.pk}/forms/entries/{kept.pk}/"
    statuses = {}
    for username in (WORKER, "yilan.worker", "health", "admin"):
        client = Client()
        with acting(SYSTEM):
            client.force_login(Member.objects.get(username=username))
        statuses[username] = client.get(page).status_code
    assert statuses == {WORKER: 404, "yilan.worker": 200, "health": 404, "admin": 403}
    better = fill(case, {**SEEN, "observed": "訂正：當日案母外出。"}, "yilan.worker", corrects_id=kept.pk)
    assert better.unit_id == made.unit_id("yilan_center")
    with pytest.raises(actions.NoSuchCase):
        fill(case, SEEN)


def test_a_closed_case_takes_no_form_and_roles_that_do_not_work_with_cases_none_at_all(case: Case) -> None:
    for username in ("intake", "data", "admin", "auditor"):
        with pytest.raises(PermissionDenied):
            fill(case, SEEN, username)
    with pytest.raises(actions.NoSuchCase):
        fill(case, SEEN, "yilan.worker")
    with pytest.raises(actions.NoSuchCase):
        fill(case, SEEN, form_id="nothing")
    with pytest.raises(actions.NoSuchCase):
        fill(case, SEEN, form_id="assessment")
    assert fill(case, SEEN, SUPERVISOR).entered_by_name == "黃督導"
    with acting(SYSTEM):
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=NOW + days(1))
    with pytest.raises(NotPossible, match="不能填表單"):
        fill(case, SEEN)


def test_the_page_keeps_what_was_typed_and_asks_on(case: Case) -> None:
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=WORKER))
    page = f"/cases/{case.pk}/forms/visit/"
    first = client.get(page).content.decode()
    assert "用途：" in first
    asked = "visited_on,contact_kind,met,observed,next_on,children_at_home"
    sent = {name: SEEN[name] for name in asked.split(",")} | {"key": "a1", "_asked": asked}
    more = client.post(page, sent)
    assert more.status_code == 200
    assert "表單多了幾題" in more.content.decode()
    assert "案母在家。" in more.content.decode()
    wrong = client.post(page, {**sent, **SEEN, "visited_on": "昨天", "_asked": f"{asked},all_children_seen"})
    assert wrong.status_code == 422
    done = client.post(page, {**sent, **SEEN, "_asked": f"{asked},all_children_seen"}, follow=True)
    assert done.status_code == 200
    assert "已存「訪視紀錄」" in done.content.decode()
    assert f"/cases/{case.pk}/forms/entries/" in client.get(f"/cases/{case.pk}/forms/").content.decode()


def test_a_correction_leaves_the_draft_of_a_new_one_alone(case: Case) -> None:
    kept = fill(case, SEEN)
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=WORKER))
    draft = f"/drafts/case-{case.pk}-form-visit/"
    assert client.post(draft, {"observed": "寫到一半"}).status_code == 200
    sent = {**SEEN, "observed": "訂正：當日案母外出。", "key": "c1", "_asked": ",".join(SEEN)}
    done = client.post(f"/cases/{case.pk}/forms/entries/{kept.pk}/correct/", sent, follow=True)
    assert "已存「訪視紀錄」" in done.content.decode()
    assert client.get(draft).json()["fields"]["observed"] == ["寫到一半"]


def test_whose_answers_a_page_shows_is_in_the_log(case: Case) -> None:
    """The entry itself, the form that begins with its answers, and the one that corrects it."""
    kept = fill(case, SEEN)
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=WORKER))
    for page in (f"entries/{kept.pk}/", "visit/", f"entries/{kept.pk}/correct/"):
        assert client.get(f"/cases/{case.pk}/forms/{page}").status_code == 200
    with acting(SYSTEM):
        noted = AuditEntry.objects.filter(action="opened_form", subject_kind="case", subject_id=str(case.pk))
        assert [entry.detail["entry"] for entry in noted] == [kept.pk] * 3


def test_a_form_of_a_person_says_about_whom_and_begins_with_what_was_said_of_them(case: Case) -> None:
    child_care = made.open_case(programme="early_intervention", household_id=None)
    with pytest.raises(actions.NotAccepted, match="哪一位"):
        fill(child_care, SEEN)
    with pytest.raises(actions.NotAccepted, match="哪一位"):
        fill(child_care, SEEN, member=9)
    of_client = fill(child_care, SEEN, member=1, client_key="p1")
    of_mother = fill(child_care, {**SEEN, "children_at_home": "no"}, member=2)
    assert (of_client.about_number, of_mother.about_number) == (1, 2)
    assert fill(case, SEEN, member=1).about_number is None  # the household's form is about nobody alone
    with pytest.raises(actions.NotAccepted, match="已經存過"):
        fill(child_care, SEEN, member=2, client_key="p1")
    with acting(made.who(WORKER)["by"]):
        form = form_of(programme_of(fresh(child_care)), "visit")
        begins = {number: begins_from(fresh(child_care), form, number) for number in (1, 2, None)}
        told = timeline(fresh(child_care), programme_of(child_care), [EntryKind.FORM])
    assert {number: each.row.pk if each else None for number, each in begins.items()} == {
        1: of_client.pk,
        2: of_mother.pk,
        None: None,
    }
    assert [(each.title, dict(each.facts)["關於"], each.row) for each in told] == [
        (form.label, "林美惠", of_mother.pk),
        (form.label, "林小安", of_client.pk),
    ]


def test_forms_stand_on_the_timeline_without_their_answers_and_a_corrected_one_is_marked(case: Case) -> None:
    kept = fill(case, SEEN)
    better = fill(case, {**SEEN, "observed": "訂正：當日案母外出。"}, corrects_id=kept.pk)
    with acting(made.who(WORKER)["by"]):
        newer, older = timeline(fresh(case), programme_of(case), [EntryKind.FORM])
    assert (newer.row, older.row) == (better.pk, kept.pk)
    assert (bool(newer.corrected), bool(older.corrected), bool(newer.corrects)) == (False, True, True)
    assert "案母" not in f"{newer}{older}"
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=WORKER))
    shown = client.get(f"/cases/{case.pk}/?kind=form").content.decode()
    assert f"/cases/{case.pk}/forms/entries/{better.pk}/" in shown
    page = client.get(
        f"/cases/{made.open_case(programme='early_intervention', household_id=None).pk}/forms/visit/?member=2"
    )
    assert "關於 林美惠" in page.content.decode()


def test_one_from_before_forms_said_about_whom_stays_about_nobody_unless_somebody_is_chosen(
    case: Case,
) -> None:
    case = made.open_case(programme="early_intervention", household_id=None)
    form = form_of(programme_of(case), "visit")
    now = who(WORKER, NOW + days(1))
    with acting(now["by"]):
        kept = keep_form_entry(
            subject_kind="case", subject_id=case.pk, programme=case.programme, form=form, content=SEEN, **now
        )  # fmt: skip
    with pytest.raises(actions.NotAccepted, match="關於個案裡的哪一位"):
        fill(case, SEEN)  # a new one names somebody
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=WORKER))
    page = client.get(f"/cases/{case.pk}/forms/entries/{kept.pk}/correct/")
    assert "這份表單沒有寫關於誰" in page.content.decode()
    better = fill(case, {**SEEN, "observed": "外婆在家。"}, corrects_id=kept.pk)
    assert better.about_number is None
    named = fill(case, {**SEEN, "observed": "外婆與案主在家。"}, corrects_id=better.pk, member=2)
    assert named.about_number == 2
    with pytest.raises(actions.NotAccepted, match="關於個案裡的哪一位"):
        fill(case, SEEN, corrects_id=named.pk)
