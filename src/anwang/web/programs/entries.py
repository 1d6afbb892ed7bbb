"""A filled form to read and to print: the answers in the words of the form as it was."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.services.programs import forms, queries
from anwang.services.programs.loading import catalogue_in_force


@sign_in_required
@require_GET
def entry(request: MemberRequest, entry_id: int) -> HttpResponse:
    """One entry. Row security leaves it to the unit that filled it in; the look is noted."""
    by = require(request, Permission.OPEN_HOUSEHOLDS)
    found = queries.entry(entry_id)
    if found is None:
        raise Http404("entry")
    corrected = queries.entry(found.row.corrects_id) if found.row.corrects_id else None
    audit.record(
        context=by,
        at=timezone.now(),
        action=audit.Action.OPENED_FORM,
        subject_kind=found.row.subject_kind,
        subject_id=found.row.subject_id,
        member_name=request.user.name,
        detail={"entry": found.row.pk, "form": f"{found.row.programme}.{found.row.form}"},
    )
    programme = catalogue_in_force().latest.get(found.row.programme)
    return render(
        request,
        "programs/entry.html",
        {
            "nav": "households",
            "it": found,
            "programme_label": programme.label if programme else found.row.programme,
            "answers": forms.answers(found.form, found.content),
            "changes": forms.compare(found.form, corrected.content, found.content) if corrected else [],
        },
    )
