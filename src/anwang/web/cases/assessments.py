"""家庭評估: the programme's own form, for the household and each person, with the suggested level; and compared over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import GivenAssessment, NoSuchCase, NotAccepted, RecordedBefore, assess
from anwang.services.cases.assessing import (
    field_name,
    form_about,
    read_assessment,
    subject_labels,
    suggestion_for,
)
from anwang.services.cases.assessment_rules import LEVEL_FIELD, compare_items, share_of
from anwang.services.cases.models import Assessment
from anwang.services.cases.queries import CaseView
from anwang.services.cases.rules import ScoredItem, level_of
from anwang.services.programs import forms
from anwang.services.programs.codes import About, FieldKind
from anwang.services.programs.forms import Typed
from anwang.services.programs.programme import Form, FormField
from anwang.standard.serial import from_json
from anwang.web.components import Cell, Choice, Column, Field, Row, Table, tag
from anwang.web.reading import day_typed, read_day

from .charts import share_chart
from .reading import (
    NAV,
    anew,
    area,
    carried_draft,
    line,
    new_key,
    opened,
    pick,
    sent_off,
    told_before,
    typed_of,
)

_KINDS = {
    FieldKind.LONG_TEXT: "textarea",
    FieldKind.CHOICE: "radios",
    FieldKind.CHOICES: "checkboxes",
    FieldKind.YES_NO: "radios",
}
_YES_NO = [Choice("yes", "是"), Choice("no", "否")]


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part of the form about one subject. `known`: the fields that were filled from what is known already."""

    about: str
    label: str
    fields: Sequence[Field]
    known: Sequence[Field]


@sign_in_required
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, case_id: int, assessment_id: int | None = None) -> HttpResponse:
    """A new assessment, or (`assessment_id`) the correction of one."""
    access, now = require(request, Permission.WORK_CASES), timezone.now()
    problems: dict[str, str] = {}
    view: CaseView | None = None
    told, again = "", None
    carried = carried_draft(typed_of(request), f"assess-{case_id}-")
    draft = carried or f"assess-{case_id}-{assessment_id or 'new'}"
    if request.method == "POST" and "look" not in request.POST:
        view = opened(request, case_id)
        given = _given(request, view)
        try:
            made = assess(
                case_id=case_id,
                given=given,
                replaces_id=assessment_id,
                why=request.POST.get("why", ""),
                by=access,
                by_name=request.user.name,
                now=now,
            )
        except NoSuchCase as error:
            raise Http404("assessment") from error
        except RecordedBefore as error:
            # What is typed stands in the correction of what was recorded before.
            assessment_id, told, again = error.row, str(error), new_key()
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            problems = {"": str(error)}
        else:
            sent_off(request, draft)
            level = view.programme.risk_level(made.level)
            messages.success(request, f"已完成評估{f'：{level.label}' if level else ''}。")
            return redirect("case-assessments", case_id=case_id)
    view = view or opened(request, case_id)
    old = _old(view, assessment_id)
    given = _given(request, view) if request.method == "POST" else _start(view, old)
    given = replace(given, client_key=again) if again else given
    return _page(
        request, view, given, problems, old, draft=draft if carried or told or not old else "", told=told
    )


def _old(view: CaseView, assessment_id: int | None) -> Assessment | None:
    if assessment_id is None:
        return None
    found = Assessment.objects.filter(pk=assessment_id, case=view.case).first()
    if found is None:
        raise Http404("assessment")
    return found


def _subjects(view: CaseView) -> list[tuple[int, Form]]:
    """Whom the programme's forms are about: the household (0), and each member where it has a form for persons."""
    household = form_about(view.programme, About.HOUSEHOLD)
    person = form_about(view.programme, About.PERSON)
    found: list[tuple[int, Form]] = [(0, household)] if household else []
    if person is not None:
        chosen = view.present if household else [m for m in view.present if m is view.client]
        found += [(member.number, person) for member in chosen]
    return found


def _given(request: MemberRequest, view: CaseView) -> GivenAssessment:
    """What was sent. A person of whom nothing but known facts was sent is not assessed."""
    household: dict[str, str | list[str]] = {}
    persons: dict[int, Typed] = {}
    subjects = _subjects(view)
    for subject, form in subjects:
        typed: dict[str, str | list[str]] = {}
        for field in form.fields:
            values = [each.strip() for each in request.POST.getlist(field_name(subject, field.id))]
            typed[field.id] = values if field.kind is FieldKind.CHOICES else "".join(values[:1])
        if not subject:
            household = typed
        elif len(subjects) == 1 or any(
            typed[f.id] for f in form.fields if f.kind is FieldKind.CHOICE and not f.prefill
        ):
            persons[subject] = typed
    post = request.POST
    return GivenAssessment(
        assessed_on=read_day(post.get("assessed_on", "")),
        household=household,
        persons=persons,
        level=post.get("level", "").strip(),
        reason=post.get("reason", "").strip(),
        client_key=post.get("key", "")[:64],
    )


def _start(view: CaseView, old: Assessment | None) -> GivenAssessment:
    """What the form begins with: what is known, and the answers before; of a correction the answers themselves."""
    today = timezone.localdate()
    before = old or view.assessment
    household: Typed = {}
    persons: dict[int, Typed] = {}
    for subject, form in _subjects(view):
        content = _content(before, subject)
        typed = dict(forms.prefill(form, known_facts(view, subject), content, today).typed)
        if old is not None and content is not None:
            typed |= forms.typed_of(form, content)
        if subject:
            persons[subject] = typed
        else:
            household = typed
    return GivenAssessment(
        assessed_on=old.assessed_on if old else today,
        household=household,
        persons=persons,
        level=old.level if old else "",
        reason=old.reason if old else "",
        client_key=new_key(),
    )


def _content(made: Assessment | None, subject: int) -> dict[str, Any] | None:
    if made is None:
        return None
    found = made.persons.get(str(subject)) if subject else made.household
    return dict(found) if found else None


def known_facts(view: CaseView, subject: int) -> dict[str, str]:
    """What is known of a person (the client for the household's form) and of the case, by the names that forms use."""
    member = next((m for m in view.members if m.number == subject), view.client)
    facts = {
        "household.size": str(len(view.present)),
        "case.risk_level": view.case.risk_level,
        "case.opened_on": day_typed(timezone.localdate(view.case.opened_at)),
        "household.services": "、".join(each.supporting_unit.name for each in view.supporting),
    }
    if member is not None:
        record = from_json(member.content)
        facts |= {
            "person.name": member.name,
            "person.id_number": record.id_number.text if record.id_number else "",
            "person.birth": record.birth.raw if record.birth and record.birth.is_known else "",
            "person.sex": record.sex.value if record.sex else "",
            "person.phone": record.phones[0].raw if record.phones else "",
            "person.address": record.address.raw if record.address else "",
        }
    carer = next((m for m in view.present if m.role == "carer"), None)
    if carer is not None:
        facts |= {"carer.name": carer.name, "carer.relation": carer.relation}
    return {name: value for name, value in facts.items() if value}


def _page(
    request: MemberRequest,
    view: CaseView,
    given: GivenAssessment,
    problems: Mapping[str, str],
    old: Assessment | None,
    *,
    draft: str,
    told: str,
) -> HttpResponse:
    """`draft`: where what is typed is kept, "" for nowhere; `told`: that it was recorded before with other content."""
    labels = subject_labels(view.case.pk)
    parts = [
        part
        for subject, form in _subjects(view)
        for part in _parts(view, subject, form, given, problems, labels)
    ]
    today = timezone.localdate()
    read = read_assessment(view.programme, given, today, labels)
    suggestion = suggestion_for(view.case, read.items, today)
    levels = view.programme.risk_levels
    suggested = level_of(suggestion.grade, [level.id for level in levels])
    shown = request.method == "POST"
    label = next((level.label for level in levels if level.id == suggested), "")
    typed = {
        "assessed_on": request.POST.get("assessed_on", day_typed(given.assessed_on)),
        "level": given.level,
        "reason": given.reason,
        "why": request.POST.get("why", ""),
    }
    typed = anew(typed) if told else typed
    own = [
        line("assessed_on", "評估日期", typed, problems, width=12, hint="例如 115/3/1。"),
        *(
            [
                pick(
                    "level", "風險等級", [Choice(level.id, level.label, level.meaning) for level in levels], typed, problems,
                    hint=f"建議：{label}。{suggestion.reason}" if shown and read.items else "按「看建議」或送出後，系統依評估提出建議；由您決定。",
                ),
                area("reason", "與建議不同的理由", typed, problems, rows=2, required=False, hint="與建議相同時不必填。"),
            ]
            if levels
            else []
        ),
        *([area("why", "為什麼更正", typed, problems, rows=2, hint="原來的評估會留著，標示已更正。")] if old else []),
    ]  # fmt: skip
    every = [field for part in parts for field in (*part.known, *part.fields)]
    return render(
        request,
        "cases/assess.html",
        {
            "nav": NAV,
            "it": view,
            "parts": parts,
            "own": own,
            "shown": [*every, *own],
            "key": given.client_key,
            "old": old,
            "has_form": bool(parts),
            "is_typed": request.method == "POST",
            "draft": draft,
            "errors": [problems[""]] if "" in problems else [],
            **told_before(request, told),
        },
        status=422 if problems or told else 200,
    )


def _parts(
    view: CaseView,
    subject: int,
    form: Form,
    given: GivenAssessment,
    problems: Mapping[str, str],
    labels: Mapping[int, str],
) -> list[ShownPart]:
    typed: Typed = given.persons.get(subject, {}) if subject else given.household
    facts = forms.prefill(form, known_facts(view, subject), None, timezone.localdate()).typed
    member = next((m for m in view.members if m.number == subject), None)
    about = f"{member.name or member.relation}（{labels[subject]}）" if member else ""
    found = []
    for part, fields in forms.visible_parts(form, typed):
        asked = [field for field in fields if field.id != LEVEL_FIELD]
        known = [f for f in asked if _is_known(f, typed, facts) and field_name(subject, f.id) not in problems]
        rest = [f for f in asked if f not in known]
        if asked:
            found.append(
                ShownPart(
                    about,
                    part.label,
                    [_field(subject, f, typed, problems) for f in rest],
                    [_field(subject, f, typed, problems) for f in known],
                )
            )
    return found


def _is_known(asked: FormField, typed: Typed, facts: Typed) -> bool:
    """Not to be asked again: it stands in the case, or is a fact of the person that the case need not have."""
    if asked.id in facts and typed.get(asked.id) == facts[asked.id]:
        return True
    return bool(asked.standard) and not asked.required and not typed.get(asked.id)


def _field(subject: int, asked: FormField, typed: Typed, problems: Mapping[str, str]) -> Field:
    name, value = field_name(subject, asked.id), typed.get(asked.id, "")
    hints = "；".join(filter(None, (asked.hint, asked.why)))
    options = [Choice(each.value, each.label) for each in asked.choices]
    return Field(
        name,
        asked.label + (f"（{asked.unit}）" if asked.unit else ""),
        kind=_KINDS.get(asked.kind, "text"),
        value=value if isinstance(value, str) else "",
        values=() if isinstance(value, str) else list(value),
        hint=hints,
        error=problems.get(name, ""),
        choices=_YES_NO if asked.kind is FieldKind.YES_NO else options,
        width=8 if asked.kind is FieldKind.NUMBER else 12 if asked.kind is FieldKind.DATE else 0,
        rows=3,
        required=asked.required,
        autocomplete="off",
    )


@sign_in_required
@require_GET
def compared(request: MemberRequest, case_id: int) -> HttpResponse:
    """The assessments side by side: each item on the same scale, what got better, what got worse."""
    view = opened(request, case_id)
    made = list(
        Assessment.objects.filter(case=view.case, replaced_by__isnull=True).order_by("assessed_on", "pk")
    )[-6:]
    series = [[ScoredItem(**item) for item in each.items] for each in made]
    rows = []
    for item in compare_items(series):
        cells: list[Cell | str] = [Cell(item.label, sub=item.about if item.about != "全家" else "")]
        cells += [Cell(point[1], sub=f"{point[0]}／{item.worst}") if point else "—" for point in item.points]
        word = {"better": "改善", "worse": "變差"}.get(item.direction, "")
        cells.append(tag(word, "amber" if item.direction == "worse" else "act") if word else "—")
        rows.append(Row(cells))
    columns = [
        Column("項目"),
        *(Column(day_typed(each.assessed_on)) for each in made),
        Column("變化", narrow=True),
    ]
    levels = {level.id: level.label for level in view.programme.risk_levels}
    shares = [(each.assessed_on, share_of(items)) for each, items in zip(made, series, strict=True)]
    return render(
        request,
        "cases/assessments.html",
        {
            "nav": NAV,
            "it": view,
            "made": [(each, levels.get(each.level, "未分級")) for each in made],
            "table": Table("各次評估", columns, rows, hide_caption=True),
            "chart": share_chart([(day, share) for day, share in shares if share is not None]),
            "answers": made[-1].answers if made else [],
            "is_open": view.case.closed_at is None,
        },
    )
