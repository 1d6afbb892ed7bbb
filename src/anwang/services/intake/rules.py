"""What a report must say to be kept, and when its clock ends. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from anwang.policy import Policy
from anwang.standard import reasons
from anwang.standard.dates import Unreadable, read_date, roc_date
from anwang.standard.report_answers import Danger, MandatedKind, Need
from anwang.standard.townships import TOWNSHIPS

from .fields import FIELD, PERSON_FIELD, ReportField, person_field_id
from .persons import is_age
from .report_form import PersonForm, ReporterForm, ReportForm
from .vocabulary import Channel, ReporterKind, ReportRole

HANDLE_RULE = "intake.handle"
HANDLE_HOURS = "intake.handle_hours"
MOST_PERSONS = 60
STORY_MIN = 5
REASON_MIN = 5
REASON_MAX = 200


# ---- the clock ----------------------------------------------------------------------------------------------------


def handle_due_at(received_at: dt.datetime, entered_at: dt.datetime, *, policy: Policy) -> dt.datetime:
    """When the report must have been handled (003 貳二(2/2)): so many hours after it arrived, through nights and holidays.

    A time of receipt later than the entry is a wrong clock somewhere: the earlier of the two starts the hours.
    """
    start = min(received_at, entered_at)
    return start + dt.timedelta(hours=policy.number(HANDLE_HOURS, on=start.date()))


def received_problem(received_at: dt.datetime, now: dt.datetime, reason: str, *, policy: Policy) -> str:
    """What is wrong with a time of receipt, as said to the user; "" when it will do. `now` in local time.

    A strange time is allowed when its reason is said: the telephone rang before the computer was on, the paper lay in
    a tray. The reason stays with the report.
    """
    if len("".join(reason.split())) >= REASON_MIN:
        return ""
    early = dt.timedelta(minutes=policy.number("intake.early_entry.minutes", on=now.date()))
    late = dt.timedelta(hours=policy.number("intake.late_entry.hours", on=now.date()))
    if received_at > now + early:
        return (
            f"收到的時間比現在還晚（現在是 {_moment(now)}）。請改成實際收到的時間；"
            f"如果這台電腦的時鐘不準，請在「時間的說明」寫明，至少 {REASON_MIN} 個字。"
        )
    if received_at < now - late:
        hours = int((now - received_at).total_seconds() // 3600)
        return (
            f"收到的時間是 {hours} 小時前，處理時限已經過了。請確認時間沒有寫錯；"
            f"如果確實晚登錄，請在「時間的說明」寫明原因，至少 {REASON_MIN} 個字。"
        )
    return ""


def _moment(at: dt.datetime) -> str:
    return f"{roc_date(at.date())} {at:%H:%M}"


# ---- what it must say to be kept ----------------------------------------------------------------------------------


def happened_parts(text: str) -> tuple[dt.date | None, str]:
    """The day on which it happened, when one was written, and the words as they stand."""
    words = " ".join(text.split())
    try:
        read = read_date(words)
    except Unreadable:
        read = None
    return (read.date if read else None), words


def form_problems(
    form: ReportForm,
    persons: Sequence[PersonForm],
    reporter: ReporterForm,
    *,
    policy: Policy,
    now: dt.datetime,
) -> dict[str, str]:
    """Field id to what to do about it; empty when the report can be kept. `now` in local time.

    Only what makes no report is refused: no channel, nobody reporting, nothing happened, nobody in it. All else can be
    added later.
    """
    found: dict[str, str] = {}
    if form.channel not in set(Channel):
        found["channel"] = "請選擇怎麼收到的。"
    found |= _reporter_problems(form, reporter)
    if form.received_at is None:
        found["received_at"] = "請輸入收到的時間，例如 115/3/1 14:30。"
    elif problem := received_problem(form.received_at, now, form.late_reason, policy=policy):
        found["received_at"] = problem
    if form.township and form.township not in {each.name for each in TOWNSHIPS}:
        found["township"] = "請選擇縣內的鄉鎮市；在外縣市的，請留白並寫在地點。"
    happened_on = happened_parts(form.happened)[0]
    if happened_on is not None and happened_on > now.date():
        found["happened"] = "發生的日期在未來，請確認年份；還沒發生的事請寫在「發生什麼事」。"
    if len("".join(form.story.split())) < STORY_MIN:
        found["story"] = f"請寫發生什麼事，至少 {STORY_MIN} 個字。"
    if not set(form.dangers) <= set(Danger):
        found["dangers"] = "請從清單勾選。"
    elif len(form.dangers) > 1 and Danger.NONE in form.dangers:
        found["dangers"] = "勾了「問過，沒有以上情形」，就不能再勾其他情形。"
    if not set(form.needs) <= set(Need):
        found["needs"] = "請從清單勾選。"
    texts = {name: getattr(form, name) for name in ("late_reason", "happened", "place", "story")}
    found |= _too_long(texts, FIELD, "")
    return found | person_problems(persons, now=now)


def _reporter_problems(form: ReportForm, reporter: ReporterForm) -> dict[str, str]:
    found = {}
    if form.reporter_kind not in set(ReporterKind):
        found["reporter_kind"] = "請選擇通報人身分；不願具名的選「匿名」。"
    if form.mandated_kind and form.mandated_kind not in set(MandatedKind):
        found["mandated_kind"] = "請從清單選擇職務別。"
    elif form.reporter_kind == ReporterKind.MANDATED and not form.mandated_kind:
        found["mandated_kind"] = "責任通報請選擇職務別。"
    if reporter.wants_reply and not (reporter.phone.strip() or reporter.address.strip()):
        found["reporter_phone"] = "要回復處理情形的，請留電話（或地址）。"
    texts = {
        f"reporter_{name}": getattr(reporter, name) for name in ("name", "phone", "workplace", "address")
    }
    return found | _too_long(texts, FIELD, "")


def person_problems(persons: Sequence[PersonForm], *, now: dt.datetime) -> dict[str, str]:
    """What is wrong with the rows of persons; rows that were left empty do not count."""
    found: dict[str, str] = {}
    said = [(number, person) for number, person in enumerate(persons, 1) if not person.is_blank]
    if not said:
        found[person_field_id(1, "name")] = (
            "請至少寫一個人；不知道姓名的，寫看得出是誰的描述，例如在「其他要說的」。"
        )
    if len(said) > MOST_PERSONS:
        found[person_field_id(said[MOST_PERSONS][0], "name")] = (
            f"一件通報最多 {MOST_PERSONS} 人（現在 {len(said)} 人），請分成幾件。"
        )
    if said and not any(person.role == ReportRole.SUBJECT for _, person in said):
        found.setdefault(person_field_id(said[0][0], "role"), "請指出哪一位是被通報人（需要協助的人）。")
    for number, person in said:
        found |= _one_person(number, person, now.date())
    return found


def _one_person(number: int, person: PersonForm, today: dt.date) -> dict[str, str]:
    found = {}
    if person.role not in set(ReportRole):
        found[person_field_id(number, "role")] = "請選擇是什麼人。"
    if problem := _birth_problem(person.birth, today):
        found[person_field_id(number, "birth")] = problem
    texts = {each.id: getattr(person, each.id) for each in PERSON_FIELD.values() if each.longest}
    return found | _too_long(texts, PERSON_FIELD, f"person-{number}-")


def _birth_problem(text: str, today: dt.date) -> str:
    if not text.strip() or is_age(text):
        return ""
    try:
        read = read_date(text)
    except Unreadable:
        return "讀不出這個日期；請寫成 103/5/20，或寫年齡，例如 8歲。"
    if read is not None and read.date is not None and read.date > today:
        return "生日在未來，請確認年份；還沒出生的請寫在「其他要說的」。"
    return ""


def _too_long(texts: Mapping[str, str], fields: Mapping[str, ReportField], prefix: str) -> dict[str, str]:
    return {
        f"{prefix}{name}": f"{fields[name].label}請在 {fields[name].longest} 個字以內（現在 {len(text)} 個字）。"
        for name, text in texts.items()
        if len(text) > fields[name].longest
    }


def reason_problem(reason: str) -> str:
    """What is wrong with the reason of a correction, of opening who reported; "" when it will do."""
    return reasons.reason_problem(reason, least=REASON_MIN, most=REASON_MAX)
