"""A form that comes twice under its key: the same is one record; other content is told, kept nowhere, and can correct."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anwang.platform.context import SYSTEM, acting
from anwang.services.cases import actions
from anwang.services.cases.models import Assessment, Case, ContactNote, Visit
from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.visit_rules import ContactRecord
from anwang.services.cases.vocabulary import CaseRole, ContactKind, NotMetReason, Safety, VisitPlace
from tests.county import establish

from . import made
from .made import NOW, WORKER, days, who

pytestmark = pytest.mark.django_db
AT = NOW + days(1)
CALL = ContactRecord(ContactKind.CALL, AT, "案母說明天到校。", "案母", client_key="k")


@pytest.fixture
def case() -> Case:
    establish()
    return made.open_case()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "母女都在，孩子活潑，衣物整潔。鄰居說昨晚有爭吵。"},
        {"seen": (1,)},
        {"safety": Safety.DANGER},
        {"place": VisitPlace.SCHOOL},
        {"at": AT + days(0.1)},
        {"next_step": "週三陪同就醫。"},
        {"next_at": AT + days(14)},
        {"next_at": None},
        {"met": False, "not_met_reason": NotMetReason.ABSENT},
        {"met": None},
    ],
)
def test_a_visit_sent_again_with_something_else_is_told_and_a_correction_keeps_it(
    case: Case, changes: dict
) -> None:  # type: ignore[type-arg]
    given = made.met(AT, client_key="k", next_at=AT + days(7))
    first = actions.record_visit(case_id=case.pk, given=given, **who(WORKER, AT))
    assert actions.record_visit(case_id=case.pk, given=given, **who(WORKER, AT + days(0.1))).pk == first.pk
    other = replace(given, **changes)
    with pytest.raises(actions.RecordedBefore, match="還沒有存") as told:
        actions.record_visit(case_id=case.pk, given=other, **who(WORKER, AT + days(0.2)))
    assert told.value.row == first.pk
    assert ("下次訪視" in str(told.value)) == ("next_at" in changes)
    with acting(SYSTEM):
        assert Visit.objects.filter(case=case, replaces=None, visited_at__isnull=False).count() == 1
    if other.met is None:
        return
    better = replace(other, client_key="k2")
    correct = {"visit_id": first.pk, "why": "補上後來寫的內容", **who(WORKER, AT + days(0.2))}
    made_again = actions.correct_visit(given=better, **correct)
    assert actions.correct_visit(given=better, **correct).pk == made_again.pk
    with pytest.raises(actions.RecordedBefore) as told:
        actions.correct_visit(given=replace(better, text="又加了一句話。", not_met_reason=None), **correct)
    assert told.value.row == made_again.pk
    with pytest.raises(actions.RecordedBefore) as told:
        actions.record_visit(case_id=case.pk, given=other, **who(WORKER, AT + days(0.3)))
    assert told.value.row == made_again.pk  # what stands now is what a further correction replaces


def test_which_planned_visit_it_was_is_part_of_what_was_recorded(case: Case) -> None:
    planned = actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=AT, **who(WORKER, NOW))
    given = made.met(AT, client_key="k")
    done = actions.record_visit(case_id=case.pk, visit_id=planned.pk, given=given, **who(WORKER, AT))
    again = actions.record_visit(case_id=case.pk, visit_id=planned.pk, given=given, **who(WORKER, AT))
    assert done.pk == again.pk == planned.pk
    with pytest.raises(actions.RecordedBefore):
        actions.record_visit(case_id=case.pk, given=given, **who(WORKER, AT))
    other = made.open_case(household_id=None)
    with pytest.raises(actions.NotAccepted, match="已經用過"):
        actions.record_visit(case_id=other.pk, given=given, **who(WORKER, AT))


@pytest.mark.parametrize(
    "changes",
    [{"text": "案母說明天到校，但孩子發燒。"}, {"with_whom": "案父"}, {"reached": False}, {"kind": ContactKind.LETTER},
     {"at": AT + days(0.01)}],
)  # fmt: skip
def test_a_contact_sent_again_with_something_else_is_told_and_a_correction_keeps_it(
    case: Case, changes: dict
) -> None:  # type: ignore[type-arg]
    now = who(WORKER, AT + days(0.1))
    first = actions.record_contact(case_id=case.pk, given=CALL, **now)
    assert actions.record_contact(case_id=case.pk, given=CALL, **now).pk == first.pk
    other = replace(CALL, **changes)
    with pytest.raises(actions.RecordedBefore, match="還沒有存") as told:
        actions.record_contact(case_id=case.pk, given=other, **now)
    assert told.value.row == first.pk
    correct = {"case_id": case.pk, "replaces_id": first.pk, **now}
    better = replace(other, client_key="k2")
    second = actions.record_contact(given=better, why="補上後來寫的內容", **correct)
    assert actions.record_contact(given=better, why="補上後來寫的內容", **correct).pk == second.pk
    with pytest.raises(actions.RecordedBefore) as told:
        actions.record_contact(given=better, why="另一個理由", **correct)
    assert told.value.row == second.pk
    with acting(SYSTEM):
        assert ContactNote.objects.filter(case=case).count() == 2


def test_an_assessment_sent_again_with_something_else_is_told(case: Case) -> None:
    first = made.assessed(case, AT, client_key="k")
    assert made.assessed(case, AT, client_key="k").pk == first.pk
    for answers, changes in (
        ({"housing": "crowded"}, {}),
        ({}, {"reason": "家訪後的印象不同"}),
        ({}, {"level": "high"}),
    ):
        with pytest.raises(actions.RecordedBefore, match="還沒有存") as told:
            made.assessed(case, AT, answers, client_key="k", **changes)
        assert told.value.row == first.pk
    with acting(SYSTEM):
        assert Assessment.objects.filter(case=case).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "學校通報孩子經常未到校，母親失業，父親失聯。"},
        {"township": "宜蘭市"},
        {"programme": "child_outreach"},
        {"members": (*made.FAMILY, NewMember(CaseRole.FAMILY, "林小宇", "長子", birth="111/2/2"))},
        {"members": (made.FAMILY[0], replace(made.FAMILY[1], phone="0922-333-444"))},
        {"members": (made.FAMILY[0], replace(made.FAMILY[1], role=CaseRole.FAMILY))},
    ],
)
def test_an_opening_sent_again_with_something_else_is_told(changes: dict) -> None:  # type: ignore[type-arg]
    establish()
    sent = made.dispatched()
    first = made.open_case(dispatch_id=sent.pk, client_key="k")
    assert made.open_case(dispatch_id=sent.pk, client_key="k").pk == first.pk
    assert made.open_case(dispatch_id=sent.pk, client_key="another tab").pk == first.pk
    for key in ("k", "another tab"):
        with pytest.raises(actions.RecordedBefore, match=f"已經由林社工開案（{first.number}）") as told:
            made.open_case(dispatch_id=sent.pk, client_key=key, **changes)
        assert told.value.row == first.pk
    with acting(SYSTEM):
        assert Case.objects.count() == 1


def test_what_became_of_a_case_since_is_no_other_content() -> None:
    establish()
    sent = made.dispatched()
    first = made.open_case(dispatch_id=sent.pk, client_key="k")
    mother = replace(made.FAMILY[1], phone="0922-333-444")
    actions.correct_member(case_id=first.pk, number=2, given=mother, why="換了電話號碼", **who(WORKER, AT))
    actions.add_member(
        case_id=first.pk, given=NewMember(CaseRole.FAMILY, "林小宇", "長子"), **who(WORKER, AT)
    )
    assert made.open_case(dispatch_id=sent.pk, client_key="k").pk == first.pk
