"""Writing a family assessment down: checked by the programme's forms, graded by the rule, decided by the worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.platform.models import Decision
from anwang.services.programs import forms
from anwang.services.programs.codes import About, FormKind
from anwang.services.programs.forms import Typed
from anwang.services.programs.programme import Form, Programme

from .assessment_rules import LEVEL_FIELD, in_words, scored_items
from .clock_rules import Deed
from .duties import deed_done, programme_of, regrade
from .frame import SUBJECT, NoSuchCase, NotAccepted, deed, keep, note, once, worked_case
from .models import Assessment, Case, Visit
from .people import current_members
from .process import VisitState
from .rules import RULE, RiskSuggestion, ScoredItem, level_of, level_problem, suggest_risk, text_problem
from .sent_again import recorded_before
from .vocabulary import Safety


@dataclass(frozen=True)
class GivenAssessment:
    """What was typed: `household` by field id, `persons` by member number. `level` and `reason` are the decision."""

    assessed_on: dt.date | None
    household: Typed = field(default_factory=dict)
    persons: Mapping[int, Typed] = field(default_factory=dict)
    level: str = ""
    reason: str = ""
    client_key: str = ""


def form_about(programme: Programme, about: About) -> Form | None:
    """The programme's assessment form about a household or a person."""
    return next((form for form in programme.forms_for(FormKind.ASSESSMENT) if form.about is about), None)


@dataclass(frozen=True, slots=True)
class Read:
    """The answers as read: content by subject (0 is the household, else a member's number), problems by field name."""

    content: dict[int, dict[str, object]]
    problems: dict[str, str]
    items: tuple[ScoredItem, ...]
    answers: tuple[dict[str, object], ...]


def field_name(subject: int, id: str) -> str:
    """The name of a field on the page: of the household `a_id`, of a member `a3_id`."""
    return f"a{subject or ''}_{id}"


def read_assessment(
    programme: Programme, given: GivenAssessment, today: dt.date, labels: Mapping[int, str]
) -> Read:
    """Check all that was typed by the programme's forms. `labels`: who each subject is, in words without names."""
    content: dict[int, dict[str, object]] = {}
    problems: dict[str, str] = {}
    items: list[ScoredItem] = []
    words: list[dict[str, object]] = []
    subjects: list[tuple[int, Form, Typed]] = []
    household, person = form_about(programme, About.HOUSEHOLD), form_about(programme, About.PERSON)
    if household is not None:
        subjects.append((0, household, given.household))
    if person is not None:
        subjects += [(number, person, typed) for number, typed in sorted(given.persons.items())]
    for subject, form, typed in subjects:
        whole = {**typed, LEVEL_FIELD: given.level} if form.field(LEVEL_FIELD) else typed
        checked = forms.check(form, whole, today)
        problems |= {
            field_name(subject, id): text for id, text in checked.errors.items() if id != LEVEL_FIELD
        }
        content[subject] = checked.content
        items += scored_items(form, checked.content, labels[subject])
        words += in_words(form, checked.content, labels[subject])
    return Read(content, problems, tuple(items), tuple(words))


def last_safety(case: Case) -> Safety | None:
    """What the last visit found."""
    found = (
        Visit.objects.filter(case=case, state=VisitState.DONE, replaced_by__isnull=True)
        .order_by("-visited_at", "-pk")
        .values_list("safety", flat=True)
        .first()
    )
    return Safety(found) if found else None


def suggestion_for(case: Case, items: tuple[ScoredItem, ...], on: dt.date) -> RiskSuggestion:
    return suggest_risk(items, last_safety=last_safety(case), policy=policy_in_force(), on=on)


def subject_labels(case_id: int) -> dict[int, str]:
    """Who each subject of an assessment is: 全家, 案主, 成員 2."""
    labels = {0: "全家"}
    for member in current_members(case_id):
        role = member.get_role_display()
        labels[member.number] = f"{role}（{member.number}）"
    return labels


@deed(Permission.WORK_CASES)
def assess(
    *,
    case_id: int,
    given: GivenAssessment,
    replaces_id: int | None = None,
    why: str = "",
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Assessment:
    """Keep an assessment, or (`replaces_id`, `why`) the correction of one. The level in force becomes the decided one,
    if this is the youngest assessment. Raises NotAccepted with the problems by field of the page, and RecordedBefore for
    other content under a `client_key` that was recorded."""
    once(given.client_key)
    if given.client_key and (there := Assessment.objects.filter(client_key=given.client_key).first()):
        _check_recorded(there, case_id, given, replaces_id, why, timezone.localdate(now))
        return there
    case, today = worked_case(case_id, "評估"), timezone.localdate(now)
    programme = programme_of(case)
    read = read_assessment(programme, given, today, subject_labels(case_id))
    suggestion = suggestion_for(case, read.items, today)
    suggested = level_of(suggestion.grade, [level.id for level in programme.risk_levels])
    problems = {**read.problems, **_own_problems(given, programme, suggested, case, today)}
    old = _replaced(case, replaces_id, why, problems)
    if problems:
        raise NotAccepted(problems)
    made = Assessment.objects.create(
        case=case,
        unit_id=case.unit_id,
        assessed_on=given.assessed_on or today,
        forms={form.id: form.version for form in programme.forms_for(FormKind.ASSESSMENT)},
        household=read.content.get(0, {}),
        persons={str(number): answers for number, answers in read.content.items() if number},
        items=[asdict(item) for item in read.items],
        answers=list(read.answers),
        suggested=suggested,
        level=given.level,
        reason=given.reason.strip(),
        basis={
            "rule": RULE,
            "reason": suggestion.reason,
            "citation": str(suggestion.citation),
            "flags": list(suggestion.flags),
            "share": suggestion.share,
        },
        decision=_decide(case, given, suggestion, suggested, by, now),
        client_key=given.client_key or None,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
        replaces=old,
        why=why.strip(),
    )
    _grade(case, now, by)
    if old is None:
        deed_done(case, Deed.ASSESSED, now, now, by.member_id)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "assess", level=given.level, suggested=suggested)
    return made


def _check_recorded(
    there: Assessment, case_id: int, given: GivenAssessment, replaces_id: int | None, why: str, today: dt.date
) -> None:
    """Raises RecordedBefore unless `given` says what was recorded."""
    if there.case_id != case_id:
        raise NotAccepted({"": "這張表單已經用過，這次寫的沒有存。請回個案再按一次「評估」。"})
    read = read_assessment(programme_of(there.case), given, today, subject_labels(case_id))
    said = (given.assessed_on, given.level, given.reason.strip(), replaces_id, why.strip())
    content = {str(subject or ""): answers for subject, answers in read.content.items()}
    kept = {"": there.household, **there.persons}
    if said != (there.assessed_on, there.level, there.reason, there.replaces_id, there.why) or (
        {"": {}, **content} != kept
    ):
        raise recorded_before("這次評估", there, there.at, there.by_name)


def _own_problems(
    given: GivenAssessment, programme: Programme, suggested: str, case: Case, today: dt.date
) -> dict[str, str]:
    found: dict[str, str] = {}
    if not programme.forms_for(FormKind.ASSESSMENT):
        found["level"] = "這個方案沒有評估表。"
        return found
    where, problem = level_problem(
        given.level, [level.id for level in programme.risk_levels], suggested, given.reason
    )
    if problem:
        found[where] = problem
    if given.assessed_on is None:
        found["assessed_on"] = "請輸入評估日期，例如 115/3/1。"
    elif given.assessed_on > today:
        found["assessed_on"] = "評估日期不能在未來。"
    elif given.assessed_on < timezone.localdate(case.opened_at) - dt.timedelta(days=90):
        found["assessed_on"] = "評估日期太早，請確認年份。"
    return found


def _replaced(case: Case, replaces_id: int | None, why: str, problems: dict[str, str]) -> Assessment | None:
    if replaces_id is None:
        return None
    old = Assessment.objects.filter(pk=replaces_id, case=case).first()
    if old is None:
        raise NoSuchCase(case.pk)
    if problem := text_problem(why, "更正的理由"):
        problems["why"] = problem
    elif Assessment.objects.filter(replaces=old).exists():
        problems["why"] = "這份評估剛被更正過，請看新的一份。"
    return old


def _decide(
    case: Case,
    given: GivenAssessment,
    suggestion: RiskSuggestion,
    suggested: str,
    by: AccessContext,
    now: dt.datetime,
) -> Decision | None:
    """Keep the rule's result and, where the worker decided otherwise, that as a decision against it."""
    if not suggested:
        return None
    policy = policy_in_force()
    facts = {"share": suggestion.share, "factors": len(suggestion.factors)}
    rule = keep_decision(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=RULE,
        outcome=suggested,
        reason=suggestion.reason,
        citation=str(suggestion.citation),
        policy_version=policy.version,
        facts=facts,
        unit_id=case.unit_id,
        by=SYSTEM,
        now=now,
    )
    if given.level == suggested:
        return rule
    return keep_decision(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=RULE,
        outcome=given.level,
        reason=given.reason.strip(),
        citation=str(suggestion.citation),
        policy_version=policy.version,
        facts=facts,
        by=by,
        now=now,
        overrules=rule,
    )


def _grade(case: Case, now: dt.datetime, by: AccessContext) -> None:
    """The level in force is that of the youngest assessment, whichever of them was written now."""
    youngest = (
        Assessment.objects.filter(case=case, replaced_by__isnull=True).order_by("-assessed_on", "-pk").first()
    )
    if youngest is None or case.risk_level == youngest.level:
        return
    case.risk_level = youngest.level
    keep(case, "risk_level")
    regrade(case, now, by.member_id)
