"""A programme's form and its draft without script: shown as it was kept, and kept before the page is left for another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.http import QueryDict

from anwang.agencies.requests import MemberRequest
from anwang.platform.drafts import Outcome, keep_draft
from anwang.platform.merging import Fields, Values
from anwang.services.programs.codes import FieldKind
from anwang.services.programs.forms import Typed
from anwang.services.programs.programme import Form
from anwang.web.drafts import conflict_address, revision_of, tab_of

from .rendering import posted

_TICKED = (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YES_NO)


def drafted(form: Form, kept: Fields, start: Typed) -> dict[str, str | list[str]]:
    """What was typed as the draft kept it, and what the form begins with where the draft has no such question. Of a
    choice that it does not have nothing was ticked."""
    post = QueryDict(mutable=True)
    for name, values in kept.items():
        post.setlist(name, list(values))
    found = posted(form, post)
    for each in form.fields:
        begun = start.get(each.id)
        if isinstance(begun, str) and each.kind not in _TICKED:
            found.setdefault(each.id, begun)
    return found


def keep_typed(request: MemberRequest, name: str, form: Form, *, now: dt.datetime, back: str) -> str:
    """Keep what was sent as the draft `name`. Returns the address to go on to: `back`, or the page that asks what to keep
    where another tab wrote something else meanwhile."""
    member_id = request.access.member_id
    assert member_id is not None
    fields: dict[str, Values] = {
        each.id: tuple(value.replace("\r\n", "\n") for value in request.POST.getlist(each.id))
        for each in form.fields
        if each.id in request.POST
    }
    tab = tab_of(request)

    def keep(base: Mapping[str, Values] | None) -> Outcome:
        return keep_draft(
            member_id=member_id,
            form=name,
            fields=fields,
            revision=revision_of(request) or 0,
            base=base,
            tab=tab,
            words={each.id: [each.label, {c.value: c.label for c in each.choices}, each.kind is FieldKind.LONG_TEXT]
                   for each in form.fields},
            now=now,
        ).outcome  # fmt: skip

    outcome = keep(None)
    if outcome is Outcome.STALE:
        outcome = keep({})
    return conflict_address(name, tab, back) if outcome is Outcome.CONFLICT else back
