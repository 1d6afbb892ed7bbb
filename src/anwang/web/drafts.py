"""Drafts over HTTP: what was typed into a form and not yet sent, kept on the server for the member who typed it.

A form asks for one with `<form data-draft="{{ drafts.address }}">` and the component `draft.html`; the script saves two
seconds after typing stops. Without script a page may still show what was kept (`Drafts.of(request, form).fields`).
The key of a form names the object it is about (`report-new-<random>`, `report-12-edit`): two reports never share one.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.platform.drafts import (
    Aside,
    KeptDraft,
    Outcome,
    Saved,
    asides,
    discard_draft,
    finish_draft,
    keep_draft,
    kept_draft,
    merge_drafts,
    waiting_tabs,
)
from anwang.platform.merging import Fields, Merge, Values
from anwang.platform.sealing import SealingError

from .conflicts import DRAFT_NAMES, FieldWords, FormWords, bad, conflict_page, read_conflict

MAX_FIELDS = 1_500
MAX_LENGTH = 200_000
_TAB_LENGTH = 40
_log = logging.getLogger("anwang.drafts")


@dataclass(frozen=True, slots=True)
class Drafts:
    """The draft of one form for the signed-in member, as a page uses it. `kept` is None when there is none."""

    form: str
    member_id: int | None
    kept: KeptDraft | None

    @classmethod
    def of(cls, request: HttpRequest, form: str) -> Drafts:
        """Raises nothing for a missing key: a page without its draft is better than no page."""
        access = getattr(request, "access", None)
        member_id = access.member_id if access else None
        try:
            return cls(form, member_id, kept_draft(member_id, form) if member_id else None)
        except SealingError:
            _log.error("a draft could not be opened: the key of sealed fields is missing or another one")
            return cls(form, member_id, None)

    @property
    def address(self) -> str:
        return reverse("draft", args=[self.form])

    @property
    def fields(self) -> dict[str, Values]:
        return dict(self.kept.fields) if self.kept else {}

    def finish(self, request: HttpRequest) -> None:
        """The form was sent and saved: its draft has done its work. Call it in the same transaction."""
        if self.member_id is not None:
            finish_draft(
                member_id=self.member_id,
                form=self.form,
                revision=revision_of(request),
                tab=tab_of(request),
            )


@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: HttpRequest, form: str) -> HttpResponse:
    """Read, keep or discard the signed-in member's draft of one form."""
    access = getattr(request, "access", None)
    if access is None:
        return JsonResponse({"message": "您已登出。"}, status=HTTPStatus.UNAUTHORIZED)
    try:
        if request.method == "DELETE":
            discard_draft(member_id=access.member_id, form=form)
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        if request.method == "GET":
            return _given(access.member_id, form)
        return _kept(request, access.member_id, form)
    except SealingError as error:
        _log.error(
            "a draft could not be sealed or opened: the key of sealed fields is missing or another one"
        )
        return JsonResponse({"message": str(error)}, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _given(member_id: int, form: str) -> HttpResponse:
    found = kept_draft(member_id, form)
    if found is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return JsonResponse(_state(found) | {"fields": found.fields} | _waiting(member_id, form))


def _waiting(member_id: int, form: str) -> dict[str, Any]:
    """That a tab's text waits beside the draft for a decision, and where to decide."""
    tabs = waiting_tabs(member_id, form)
    return {"waiting": len(tabs), "conflict_url": conflict_address(form, tabs[0])} if tabs else {}


def _kept(request: HttpRequest, member_id: int, form: str) -> HttpResponse:
    fields = {
        name: tuple(str(value).replace("\r\n", "\n") for value in request.POST.getlist(name))
        for name in request.POST
        if name != "csrfmiddlewaretoken" and name not in DRAFT_NAMES
    }
    base = _json(request.POST.get("_draft_base", ""))
    words = _json(request.POST.get("_draft_words", "")) or {}
    size = sum(len(value) for values in request.POST.lists() for value in values[1])
    if len(fields) > MAX_FIELDS or size > 3 * MAX_LENGTH:
        return JsonResponse(
            {"message": "草稿太大，無法自動儲存。"}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        )
    now = timezone.now()
    saved = keep_draft(
        member_id=member_id,
        form=form,
        fields=fields,
        revision=revision_of(request) or 0,
        base=_fields(base) if base is not None else None,
        tab=tab_of(request),
        words=words,
        now=now,
    )
    return _answer(saved, member_id, tab_of(request), now)


def _answer(saved: Saved, member_id: int, tab: str, now: dt.datetime) -> HttpResponse:
    form, answer = saved.draft.form, _state(saved.draft)
    if saved.outcome in (Outcome.SAVED, Outcome.MERGED):
        answer |= _waiting(member_id, form)
        if saved.merged is not None:
            answer["fields"] = saved.draft.fields
            answer["merged"] = list(saved.merged.from_theirs)
        return JsonResponse(answer)
    if saved.outcome is Outcome.STALE:
        return JsonResponse(answer | {"fields": saved.draft.fields}, status=HTTPStatus.CONFLICT)
    assert saved.merged is not None
    told = {
        "conflicts": len(saved.merged.keys),
        "aside_at": _clock(now),
        "conflict_url": conflict_address(form, tab),
    }
    return JsonResponse(answer | told, status=HTTPStatus.CONFLICT)


@sign_in_required
@require_http_methods(["GET", "POST"])
def draft_conflict(request: MemberRequest, form: str) -> HttpResponse:
    """A tab's text beside the draft: the writer chooses for each field; then the draft holds what was chosen."""
    member_id = request.access.member_id
    assert member_id is not None
    back = request.GET.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = reverse("today")
    waiting = {each.tab: each for each in asides(member_id, form)}
    aside = waiting.get(request.GET.get("tab", "")) or next(iter(waiting.values()), None)
    kept = kept_draft(member_id, form)
    if aside is None or kept is None:
        return redirect(back)  # decided in another tab, or thrown away
    if request.method == "GET":
        merged = merge_drafts(aside.base, aside.fields, kept.fields)
        return _asked(request, aside, merged, kept, back)
    answer = read_conflict(request.POST)
    if answer is None:
        return bad(request)
    if not answer.is_decided:
        seen = KeptDraft(form, answer.theirs, answer.revision, kept.saved_at)
        return _asked(request, aside, answer.merged, seen, back, answer.choices, is_incomplete=True)
    saved = keep_draft(
        member_id=member_id,
        form=form,
        fields=answer.settled,
        revision=answer.revision,
        base=answer.theirs,
        tab=aside.tab,
        words=aside.words,
        now=timezone.now(),
    )
    if saved.outcome is Outcome.CONFLICT:  # the other tab went on meanwhile: ask about what is new
        assert saved.merged is not None
        return _asked(request, aside, saved.merged, saved.draft, back)
    return redirect(back)


def _asked(
    request: HttpRequest,
    aside: Aside,
    merged: Merge,
    kept: KeptDraft,
    back: str,
    choices: Mapping[str, Any] | None = None,
    *,
    is_incomplete: bool = False,
) -> HttpResponse:
    words = FormWords(
        title="草稿",
        back=back,
        fields=_words(aside.words),
        theirs_by="另一個分頁",
        theirs_at=kept.saved_at,
        mine_label=f"這個分頁寫的（{_clock(aside.saved_at)}）",
        theirs_label=f"另一個分頁存的（{_clock(kept.saved_at)}）",
        keeps_mine=True,
    )
    return conflict_page(
        request,
        merged,
        revision=kept.revision,
        theirs=kept.fields,
        form=words,
        choices=choices,
        is_incomplete=is_incomplete,
        status=HTTPStatus.OK,
    )


def _words(told: Mapping[str, Any]) -> dict[str, FieldWords]:
    """The labels that the tab showed, as it sent them: {field: [label, {value: label}, is it running text]}."""
    found: dict[str, FieldWords] = {}
    for name, each in told.items():
        if isinstance(each, list) and len(each) == 3 and isinstance(each[1], dict):
            options = {str(value): str(label)[:200] for value, label in each[1].items()}
            found[str(name)] = FieldWords(str(each[0])[:200], options, each[2] is True)
    return found


def conflict_address(form: str, tab: str, back: str = "") -> str:
    """Where to decide between the draft and a tab's text; without `back` the script adds it."""
    query = {"tab": tab} | ({"back": back} if back else {})
    return f"{reverse('draft-conflict', args=[form])}?{urlencode(query)}"


def revision_of(request: HttpRequest) -> int | None:
    """The revision of the draft that a sent form began from; None when it does not say."""
    return _number(request.POST.get("_draft_revision", ""), None)


def tab_of(request: HttpRequest) -> str:
    return request.POST.get("_draft_tab", "")[:_TAB_LENGTH]


def _state(kept: KeptDraft) -> dict[str, Any]:
    return {"saved_at": _clock(kept.saved_at), "revision": kept.revision}


def _json(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _fields(found: dict[str, Any]) -> Fields:
    return {
        str(name): tuple(str(value).replace("\r\n", "\n") for value in values)
        for name, values in found.items()
        if isinstance(values, list)
    }


def _number(text: str, otherwise: int | None) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def _clock(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")
