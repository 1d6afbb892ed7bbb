"""The page of the report form, as it stands after any of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render

from anwang.agencies.requests import MemberRequest
from anwang.services.intake.completeness import completeness
from anwang.services.intake.fields import Section
from anwang.services.intake.rules import MOST_PERSONS
from anwang.web.drafts import Drafts

from .filling import Offer
from .form_fields import form_view, gap_links, whys
from .matching import ShownMatches
from .steps import Step
from .typed import Typed


def completeness_of(typed: Typed) -> dict[str, object]:
    found = completeness(typed.report, typed.forms)
    return {"found": found, "links": gap_links(found, typed)}


def answer(
    request: MemberRequest,
    key: str,
    drafts: Drafts | None,
    typed: Typed,
    *,
    problems: Mapping[str, str] | None = None,
    focus: str = "",
    shown: Mapping[str, ShownMatches] | None = None,
    step: Step | None = None,
    signed_out: bool = False,
    text: str = "",
    found: Sequence[Offer] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    problems = problems or {}
    view = form_view(typed, problems, focus=focus)
    loose = [text for name, text in problems.items() if name in ("", "files")]
    return render(
        request,
        "intake/new.html",
        {
            "nav": "reports",
            "key": key,
            "view": view,
            "rows": [(row, (shown or {}).get(row.key)) for row in view.rows],
            "errors": view.errors,
            "loose": loose,
            "file_error": problems.get("files", ""),
            "whys": {section.value: whys(section) for section in Section},
            "titles": {section.value: section.label for section in Section},
            "draft": drafts,
            "signed_out": signed_out,
            "step": step,
            "paste": text,
            "offers": _grouped(found),
            "may_add": len(typed.persons) < MOST_PERSONS,
            "most": MOST_PERSONS,
            **completeness_of(typed),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else status,
    )


def _grouped(found: Sequence[Offer]) -> list[tuple[str, list[Offer]]]:
    """The offers by whose they are, in the order of the text."""
    groups: dict[str, list[Offer]] = {}
    for each in found:
        groups.setdefault(each.group, []).append(each)
    return list(groups.items())
