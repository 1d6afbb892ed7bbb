"""The deeds on cases that `anwang bench kills --deeds` interrupts, and the table of all deeds in the order of a case's life."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from .busy_members import this_minute
from .deeds import (
    PROGRAMME,
    WHY,
    Desks,
    Ready,
    accepted_by,
    accepting,
    dispatching,
    keep_draft,
    not_opening,
    person_of,
    report_by_api,
    report_by_form,
    returning,
    returning_twice,
    screening,
    was_led_on,
)


def opening(desk: Desks) -> Ready:
    from anwang.services.cases.models import Case

    accepted, session = accepted_by(desk), desk.sessions["unit"]
    name, birth, _ = person_of(desk)
    form = {
        "programme": PROGRAMME, "reason": WHY, "worker": str(desk.by("unit")["by"].member_id),
        "supervisor": str(desk.by("supervisor")["by"].member_id), "township": "羅東鎮", "dispatch": str(accepted.pk),
        "key": secrets.token_hex(8), "lines": "2", "role_1": "client", "name_1": name, "birth_1": birth, "sex_1": "女",
        "role_2": "carer", "name_2": f"{name[0]}美惠", "relation_2": "母",
    }  # fmt: skip
    return Ready(
        lambda: session.ask("/cases/open/", form),
        lambda: Case.objects.filter(dispatch_id=accepted.pk).count(),
        was_led_on,
    )


def case_of(desk: Desks) -> Any:
    from anwang.services.cases.actions import open_case
    from anwang.services.cases.opening_rules import NewMember, Opening
    from anwang.services.cases.vocabulary import CaseRole

    name, birth, _ = person_of(desk)
    given = Opening(
        PROGRAMME,
        (NewMember(CaseRole.CLIENT, name, birth=birth, sex="女"), NewMember(CaseRole.CARER, f"{name[0]}美惠", "母")),
        WHY,
        worker_id=desk.by("unit")["by"].member_id,
        supervisor_id=desk.by("supervisor")["by"].member_id,
        dispatch_id=accepted_by(desk).pk,
        township="羅東鎮",
    )  # fmt: skip
    return desk.do("unit", open_case, opening=given)


def visiting(desk: Desks) -> Ready:
    from anwang.services.cases.models import Visit

    case, session = case_of(desk), desk.sessions["unit"]
    form = {
        "key": secrets.token_hex(8), "met": "yes", "at": this_minute(), "place": "home", "seen": ["1", "2"],
        "child_seen": "all", "safety": "safe", "text": "母女都在，孩子活潑，衣物整潔。", "next_step": "", "next": "week",
    }  # fmt: skip
    return Ready(
        lambda: session.ask(f"/cases/{case.pk}/visit/", form),
        lambda: Visit.objects.filter(case_id=case.pk, state="done").count(),
        was_led_on,
    )


def closing(desk: Desks) -> Ready:
    """A supervisor asks and closes at once, passing over what may be passed over."""
    from anwang.services.cases.models import CaseClosing

    case, session = case_of(desk), desk.sessions["supervisor"]
    form = {
        "reason": "other", "text": "家庭遷居國外，已與學校確認。", "summary": "母女已隨父親遷居國外，服務結束。",
        "referred_to": "", "aftercare": "", "overrule": "已遷出國外，無法再訪視。", "spite": "1",
    }  # fmt: skip
    return Ready(
        lambda: session.ask(f"/cases/{case.pk}/close/", form),
        lambda: CaseClosing.objects.filter(case_id=case.pk).count(),
        was_led_on,
    )


DEEDS: dict[str, Callable[[Desks], Ready]] = {
    "draft kept": keep_draft,
    "report, form with a file": report_by_form,
    "report, API": report_by_api,
    "screening": screening,
    "dispatch": dispatching,
    "accepting": accepting,
    "returning": returning,
    "second return": returning_twice,
    "not opening": not_opening,
    "case opened": opening,
    "visit": visiting,
    "case closed": closing,
}
