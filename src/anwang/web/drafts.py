"""Drafts: what was typed into a form and not yet sent, kept on the server for the member who typed it."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.platform.models import Draft

MAX_FIELDS = 400
MAX_LENGTH = 100_000


@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: HttpRequest, form: str) -> HttpResponse:
    """Read, keep or discard the signed-in member's draft of one form."""
    access = getattr(request, "access", None)
    if access is None:
        return JsonResponse({"message": "您已登出。"}, status=401)
    own = Draft.objects.filter(member_id=access.member_id, form=form)
    if request.method == "DELETE":
        own.delete()
        return HttpResponse(status=204)
    if request.method == "GET":
        found = own.first()
        if found is None:
            return HttpResponse(status=204)
        return JsonResponse({"fields": found.content, "saved_at": _clock(found.saved_at)})
    fields = {key: request.POST.getlist(key) for key in request.POST if key != "csrfmiddlewaretoken"}
    if len(fields) > MAX_FIELDS or sum(len(v) for values in fields.values() for v in values) > MAX_LENGTH:
        return JsonResponse({"message": "草稿太大，無法自動儲存。"}, status=413)
    now = timezone.now()
    kept, made = Draft.objects.get_or_create(
        member_id=access.member_id, form=form, defaults={"content": fields, "saved_at": now}
    )
    if not made:
        kept.content, kept.saved_at, kept.revision = fields, now, kept.revision + 1
        kept.save(update_fields=["content", "saved_at", "revision"])
    return JsonResponse({"saved_at": _clock(now)})


def _clock(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")
