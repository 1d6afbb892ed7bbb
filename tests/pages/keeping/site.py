"""The site with two pages more: a form with a draft, and a form on a saved record with a revision. For tests only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path, reverse

from anwang.agencies.middleware import sign_in_required
from anwang.platform.merging import Fields
from anwang.web import urls
from anwang.web.components import Choice, Field
from anwang.web.conflicts import FormWords, reconciled, words_of
from anwang.web.drafts import Drafts

NEEDS = (Choice("money", "經濟"), Choice("care", "照顧"), Choice("home", "住所"))
RECORD: dict[str, object] = {}


def reset() -> None:
    RECORD.update(
        revision=5,
        values={
            "story": ("鄰居聽見哭聲。",),
            "place": ("羅東鎮",),
            "needs": ("care",),
            "person-k3f-name": ("林小安",),
        },
    )


reset()


def _fields(values: Fields) -> list[Field]:
    one = lambda name: next(iter(values.get(name, ())), "")  # noqa: E731
    return [
        Field("story", "發生什麼事", kind="textarea", value=one("story"), rows=5),
        Field("place", "地點", value=one("place"), required=False),
        Field("urgency", "急迫程度", kind="radios", value=one("urgency"), required=False,
              choices=(Choice("now", "立即危險"), Choice("later", "一般"))),
        Field("needs", "需要", kind="checkboxes", values=values.get("needs", ()), choices=NEEDS, required=False),
        Field("person-k3f-name", "姓名", value=one("person-k3f-name"), required=False),
        Field("person-k3f-number", "身分證號", value=one("person-k3f-number"), required=False),
    ]  # fmt: skip


PAGE = """{% extends "shell/base.html" %}{% load anwang %}{% block title %}通報{% endblock %}
{% block main_class %}main--text{% endblock %}{% block heading %}通報{% endblock %}
{% block content %}<form method="post" {% if drafts %}data-draft="{{ drafts.address }}"{% endif %}>{% csrf_token %}
{% if revision %}{% started_from revision values %}{% endif %}{% for each in fields %}{% field each %}{% endfor %}
<div class="row"><button class="button">送出通報</button>{% include "components/draft.html" %}</div></form>{% endblock %}"""


def _page(request: HttpRequest, **more: object) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render(more, request))


@sign_in_required
def draft_page(request: HttpRequest) -> HttpResponse:
    drafts = Drafts.of(request, "report-new-k3f")
    if request.method == "POST":
        RECORD["sent"] = {name: tuple(request.POST.getlist(name)) for name in request.POST}
        drafts.finish(request)
        return redirect("today")
    return _page(request, drafts=drafts, fields=_fields(drafts.fields))


@sign_in_required
def record_page(request: HttpRequest) -> HttpResponse:
    values: Fields = RECORD["values"]  # type: ignore[assignment]
    revision: int = RECORD["revision"]  # type: ignore[assignment]
    if request.method == "POST":
        words = FormWords(
            "通報 R-0000012",
            reverse("try-record"),
            words_of(_fields(values)),
            {"person-k3f": "林小安"},
            "林社工",
        )
        found = reconciled(request, current=values, revision=revision, form=words)
        if isinstance(found, HttpResponse):
            return found
        RECORD.update(values=found, revision=revision + 1)
        return redirect("try-record")
    return _page(request, revision=revision, values=values, fields=_fields(values))


urlpatterns = [
    path("try/draft/", draft_page, name="try-draft"),
    path("try/record/", record_page, name="try-record"),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    urls.handler400, urls.handler403, urls.handler404, urls.handler500,
)  # fmt: skip
