"""What every page of 個案 shares: opening a case (with its row in the log) and reading what was typed."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from django.contrib import messages
from django.http import Http404
from django.utils import timezone

from anwang.agencies.middleware import require
from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.platform import audit
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.queries import CaseView, case_view, unit_members
from anwang.web.components import Choice, Field
from anwang.web.drafts import Drafts

NAV = "cases"
E = TypeVar("E", bound=StrEnum)


def opened(request: MemberRequest, case_id: int) -> CaseView:
    """The case, and that it was opened is in the log. Raises PermissionDenied, or Http404 for one of another unit."""
    access = require(request, Permission.WORK_CASES)
    view = case_view(case_id, timezone.now())
    if view is None:
        raise Http404("case")
    audit.record_each(
        audit.with_persons(SUBJECT, case_id, (member.person_id for member in view.members)),
        context=access,
        at=timezone.now(),
        action=audit.Action.READ_CASE,
        member_name=request.user.name,
        detail={"members": len(view.members)},
    )
    return view


def supervises(request: MemberRequest) -> bool:
    return Permission.APPROVE_PLANS in permissions_of(request.access.roles)


def typed_of(request: MemberRequest) -> dict[str, str]:
    """What was sent, each field once, without spaces around it."""
    return {name: request.POST.get(name, "").strip()[:12_000] for name in request.POST}


def code(codes: type[E], text: str) -> E | None:
    return codes(text) if text in set(codes) else None


def sent_off(request: MemberRequest, form: str) -> None:
    """The form was sent and kept: its draft has done its work."""
    Drafts.of(request, form).finish(request)


def new_key() -> str:
    """Comes with a form and back with it: sent twice, it is known again."""
    return uuid.uuid4().hex


def anew(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed into a form that was recorded before, as a correction of that record: a form of its own."""
    return {**typed, "key": new_key(), "why": typed.get("why", "") or "補上後來寫的內容"}


def told_before(request: MemberRequest, told: str, already: str = "") -> dict[str, object]:
    """For the page of a form that was recorded before: `told` says so ("": it was not), `already` is what was recorded.
    The message of then, which nobody has seen yet, would be read as said of what is typed now."""
    if not told:
        return {}
    list(messages.get_messages(request))
    return {"told": told, "already": already, "messages": []}


def carried_draft(typed: Mapping[str, str], of: str) -> str:
    """The draft that a correction carries on because its text was begun in another form; "" for none. `of`: how the
    names of the drafts begin that may be."""
    name = typed.get("draft_of", "")
    return name if name.startswith(of) and name.replace("-", "").isalnum() and name.isascii() else ""


def choices(codes: Iterable[StrEnum], blank: str = "") -> list[Choice]:
    found = [Choice(each.value, each.label) for each in codes]  # type: ignore[attr-defined]
    return [Choice("", blank), *found] if blank else found


def unit_choices(but: int | None = None) -> list[Choice]:
    units = Unit.objects.select_related("agency").exclude(pk=but or 0).order_by("agency_id", "pk")
    return [
        Choice("", "請選擇"),
        *(
            Choice(
                str(unit.pk),
                unit.name if unit.name.startswith(unit.agency.name) else f"{unit.agency.name}・{unit.name}",
            )
            for unit in units
        ),
    ]


def worker_choices(
    unit_id: int, loads: Mapping[int, Counter[int | None]], but: int | None = None
) -> list[Choice]:
    """Who works with cases in a unit, each with how many cases they carry already."""
    return [
        Choice(str(worker.pk), f"{worker.name}（{loads[unit_id][worker.pk]} 案）")
        for worker in unit_members(unit_id, timezone.localdate())
        if worker.pk != but
    ]


def area(
    name: str,
    label: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    rows: int = 4,
    hint: str = "",
    required: bool = True,
) -> Field:
    return Field(
        name, label, kind="textarea", rows=rows, value=typed.get(name, ""), error=problems.get(name, ""),
        hint=hint, required=required,
    )  # fmt: skip


def line(
    name: str,
    label: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    width: int = 0,
    hint: str = "",
    required: bool = True,
    autocomplete: str = "off",
) -> Field:
    return Field(
        name, label, value=typed.get(name, ""), error=problems.get(name, ""), width=width, hint=hint,
        required=required, autocomplete=autocomplete,
    )  # fmt: skip


def pick(
    name: str,
    label: str,
    options: list[Choice],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    kind: str = "radios",
    hint: str = "",
    required: bool = True,
) -> Field:
    return Field(
        name, label, kind=kind, choices=options, value=typed.get(name, ""), error=problems.get(name, ""),
        hint=hint, required=required,
    )  # fmt: skip
