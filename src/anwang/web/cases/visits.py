"""訪視與聯繫: made for a phone at a door. A form sent again makes no second record; what was typed is kept as a draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import (
    NoSuchCase,
    NotAccepted,
    RecordedBefore,
    correct_visit,
    record_visit,
)
from anwang.services.cases.ages_rules import has_children
from anwang.services.cases.models import Visit
from anwang.services.cases.process import VisitState
from anwang.services.cases.queries import CaseView
from anwang.services.cases.visit_rules import VisitRecord
from anwang.services.cases.vocabulary import ChildSeen, NotMetReason, Safety, VisitPlace
from anwang.standard.serial import from_json
from anwang.web.clocks import moment_text
from anwang.web.components import Choice, Field
from anwang.web.reading import read_moment, row_numbers

from .reading import (
    NAV,
    anew,
    area,
    carried_draft,
    choices,
    code,
    line,
    new_key,
    opened,
    pick,
    sent_off,
    told_before,
    typed_of,
)
from .which_visit import APPOINTMENT, appointment_field, asked_about, meant, which_planned

_NEXT = {"": 0, "week": 7, "fortnight": 14, "month": 30}
_YES, _NO = "yes", "no"


@sign_in_required
@require_http_methods(["GET", "POST"])
def visit(request: MemberRequest, case_id: int, visit_id: int | None = None) -> HttpResponse:
    """記訪視: a planned visit (`visit_id`) or one that nobody planned."""
    access, now = require(request, Permission.WORK_CASES), timezone.now()
    typed, problems = typed_of(request), dict[str, str]()
    if request.method == "POST":
        given, problems = _visit_of(request, typed, now)
        meant_id = visit_id
        if visit_id is None:
            meant_id, unanswered = which_planned(case_id, typed, given.at or now)
            problems |= unanswered
        if not problems:
            try:
                made = record_visit(
                    case_id=case_id,
                    visit_id=meant_id,
                    given=given,
                    by=access,
                    by_name=request.user.name,
                    now=now,
                )
            except NoSuchCase as error:
                raise Http404("visit") from error
            except RecordedBefore as error:
                return _again(request, case_id, typed, error, f"visit-{case_id}-{visit_id or 'new'}")
            except NotAccepted as error:
                problems = error.problems
            except NotPossible as error:
                problems = {"": str(error)}
            else:
                sent_off(request, f"visit-{case_id}-{visit_id or 'new'}")
                messages.success(request, f"已記錄訪視：{VisitState(made.state).label}。")
                return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    planned = planned_visit(view, visit_id)
    if request.method == "GET":
        likely = planned or meant(view.planned, now)
        typed = {
            "at": moment_text(now),
            "key": new_key(),
            "place": likely.place if likely else VisitPlace.HOME.value,
            APPOINTMENT: str(likely.pk) if likely else "",
        }
    return _visit_page(request, view, typed, problems, planned=planned)


def _again(
    request: MemberRequest, case_id: int, typed: Mapping[str, str], error: RecordedBefore, draft: str
) -> HttpResponse:
    """The form was recorded before, with other content: what is typed stands in the correction of that record."""
    view = opened(request, case_id)
    there = planned_visit(view, error.row)
    return _visit_page(
        request,
        view,
        anew(typed),
        {},
        corrected=there,
        draft=draft,
        told=str(error),
        already=there.text if there else "",
    )


def planned_visit(view: CaseView, visit_id: int | None) -> Visit | None:
    """The visit of this case; None when none is named. Raises Http404."""
    if visit_id is None:
        return None
    found = Visit.objects.filter(pk=visit_id, case=view.case).first()
    if found is None:
        raise Http404("visit")
    return found


def _visit_page(
    request: MemberRequest,
    view: CaseView,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    planned: Visit | None = None,
    corrected: Visit | None = None,
    draft: str = "",
    told: str = "",
    already: str = "",
) -> HttpResponse:
    """`draft`: whose text a correction carries on, which was begun as another form; `told`: why it does, and `already`
    what was recorded before."""
    seen = request.POST.getlist("seen") if request.method == "POST" else _seen_of(corrected)
    fields = _visit_fields(view, typed, problems, seen, with_next=corrected is None)
    if planned is None and corrected is None:
        asked = asked_about(view.planned, read_moment(typed.get("at", "")) or timezone.now())
        fields["common"] = [
            *appointment_field(asked, typed, problems, request.access.member_id), *fields["common"],
        ]  # fmt: skip
    why = area("why", "為什麼更正", typed, problems, rows=2, hint="原來的紀錄會留著，標示已更正。")
    return render(
        request,
        "cases/visit.html",
        {
            "nav": NAV,
            "it": view,
            "planned": planned,
            "corrected": corrected,
            "common": fields["common"],
            "met": fields["met"],
            "not_met": fields["not_met"],
            "after": [*fields["after"], *([why] if corrected else [])],
            "shown": [*(each for group in fields.values() for each in group), why],
            "key": typed.get("key", ""),
            "errors": [problems[""]] if "" in problems else [],
            "is_typed": request.method == "POST",
            "draft": draft if corrected else f"visit-{view.case.pk}-{planned.pk if planned else 'new'}",
            **told_before(request, told, already),
        },
        status=422 if problems or told else 200,
    )


def _seen_of(visit: Visit | None) -> list[str]:
    return [str(each) for each in visit.seen] if visit else []


def _visit_fields(
    view: CaseView,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    seen: list[str],
    *,
    with_next: bool,
) -> dict[str, list[Field]]:
    people = [
        Choice(str(member.number), member.name or member.relation or "（姓名不詳）", member.relation)
        for member in view.present
    ]
    children = has_children([from_json(m.content) for m in view.present], timezone.localdate())
    options = [each for each in ChildSeen if each is not ChildSeen.NO_CHILD] if children else list(ChildSeen)
    return {
        "common": [
            pick("met", "有沒有見到人", [Choice(_YES, "見到了"), Choice(_NO, "沒見到")], typed, problems),
            line("at", "時間", typed, problems, width=18, hint="例如 115/3/1 14:30；先填現在。"),
            pick("place", "方式", choices(VisitPlace), typed, problems),
        ],
        "met": [
            Field("seen", "見到誰", kind="checkboxes", values=seen, choices=people, error=problems.get("seen", "")),
            pick("child_seen", "孩子", choices(options), typed, problems, required=children),
            pick("safety", "安全", choices(Safety), typed, problems),
        ],
        "not_met": [pick("not_met_reason", "沒見到的原因", choices(NotMetReason), typed, problems)],
        "after": [
            area("text", "看到什麼、談了什麼", typed, problems, rows=4, hint="沒見到人時可以不寫。"),
            line("next_step", "下一步", typed, problems, required=False, hint="答應了什麼、誰做。"),
            *(
                [
                    pick("next", "下次訪視", [
                        Choice("", "先不排"), Choice("week", "一週後"), Choice("fortnight", "兩週後"),
                        Choice("month", "一個月後"), Choice("other", "其他日期"),
                    ], typed, problems),
                    line("next_on", "其他日期", typed, problems, width=18, required=False, hint="例如 115/3/8 14:00。"),
                ]
                if with_next
                else []
            ),
        ],
    }  # fmt: skip


def _visit_of(
    request: MemberRequest, typed: Mapping[str, str], now: dt.datetime
) -> tuple[VisitRecord, dict[str, str]]:
    problems: dict[str, str] = {}
    at = read_moment(typed.get("at", ""))
    next_at = None
    chosen = typed.get("next", "")
    if chosen == "other":
        next_at = read_moment(typed.get("next_on", ""))
        if next_at is None:
            problems["next_on"] = "請輸入日期與時間，例如 115/3/8 14:00。"
    elif _NEXT.get(chosen):
        next_at = (at or now) + dt.timedelta(days=_NEXT[chosen])
    given = VisitRecord(
        met={_YES: True, _NO: False}.get(typed.get("met", "")),
        place=code(VisitPlace, typed.get("place", "")),
        at=at,
        seen=row_numbers(request.POST.getlist("seen")),
        child_seen=code(ChildSeen, typed.get("child_seen", "")),
        safety=code(Safety, typed.get("safety", "")),
        not_met_reason=code(NotMetReason, typed.get("not_met_reason", "")),
        text=typed.get("text", ""),
        next_step=typed.get("next_step", ""),
        next_at=next_at,
        client_key=typed.get("key", "")[:64],
    )
    return given, problems


@sign_in_required
@require_http_methods(["GET", "POST"])
def correct(request: MemberRequest, case_id: int, visit_id: int) -> HttpResponse:
    """A recorded visit was wrong: a further record takes its place, the old one stays to be seen."""
    access, now = require(request, Permission.WORK_CASES), timezone.now()
    typed, problems = typed_of(request), dict[str, str]()
    carried = carried_draft(typed, f"visit-{case_id}-")
    if request.method == "POST":
        given, problems = _visit_of(request, typed, now)
        try:
            correct_visit(
                visit_id=visit_id,
                given=given,
                why=typed.get("why", ""),
                by=access,
                by_name=request.user.name,
                now=now,
            )
        except NoSuchCase as error:
            raise Http404("visit") from error
        except RecordedBefore as error:
            return _again(request, case_id, typed, error, carried)
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            problems = {"": str(error)}
        else:
            if carried:
                sent_off(request, carried)
            messages.success(request, "已更正；原來的紀錄仍看得到。")
            return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    old = planned_visit(view, visit_id)
    assert old is not None
    if request.method == "GET":
        typed = {
            "met": _YES if old.state == VisitState.DONE else _NO,
            "at": moment_text(old.visited_at),
            "place": old.place,
            "child_seen": old.child_seen,
            "safety": old.safety,
            "not_met_reason": old.not_met_reason,
            "text": old.text,
            "next_step": old.next_step,
            "key": new_key(),
        }
    return _visit_page(request, view, typed, problems, corrected=old, draft=carried)
