"""What a report must say to be kept and to be dispatched, and its clock. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.policy import standard
from anwang.services.intake import rules
from anwang.services.intake.completeness import completeness, jurisdiction_township
from anwang.services.intake.errors import FieldConflict, ReportConflict, ReportError
from anwang.services.intake.fields import (
    FIELD,
    PERSON_FIELD,
    PERSON_FIELDS,
    REPORT_FIELDS,
    Section,
    label_of,
    person_field_id,
)
from anwang.services.intake.persons import is_age, person_form, person_record, shown_name
from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm
from anwang.standard.codes import OwnSource, Relation, Sex
from anwang.standard.record import Period
from anwang.standard.report_answers import Danger, Need

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = dt.datetime(2026, 4, 25, 14, 30, tzinfo=TAIPEI)
POLICY = standard()
CHILD = PersonForm(name="林小安", birth="107/5/20", phone="0912345678", address="宜蘭縣羅東鎮公正路186號")
WHOLE = ReportForm(
    channel="phone",
    reporter_kind="citizen",
    received_at=NOW,
    happened="昨晚",
    township="羅東鎮",
    place="家裡",
    story="孩子哭叫，有摔東西的聲音。",
    dangers=("none",),
    needs=("safety",),
)


def problems(
    form: ReportForm = WHOLE, persons: Any = (CHILD,), reporter: ReporterForm | None = None
) -> dict[str, str]:
    return rules.form_problems(form, persons, reporter or ReporterForm(), policy=POLICY, now=NOW)


def test_a_whole_report_has_no_problem():
    assert problems() == {}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"channel": ""}, "channel", "請選擇"),
        ({"reporter_kind": "somebody"}, "reporter_kind", "匿名"),
        ({"reporter_kind": "mandated"}, "mandated_kind", "職務別"),
        ({"mandated_kind": "king"}, "mandated_kind", "從清單"),
        ({"received_at": None}, "received_at", "115/3/1 14:30"),
        ({"received_at": NOW + dt.timedelta(minutes=6)}, "received_at", "比現在還晚"),
        ({"received_at": NOW - dt.timedelta(hours=25)}, "received_at", "25 小時前"),
        ({"township": "板橋區"}, "township", "縣內"),
        ({"happened": "115/4/26"}, "happened", "未來"),
        ({"story": "哭 叫"}, "story", "至少 5 個字"),
        ({"dangers": ("fire",)}, "dangers", "從清單"),
        ({"dangers": ("none", "weapon")}, "dangers", "不能再勾"),
        ({"needs": ("money",)}, "needs", "從清單"),
        ({"place": "遠" * 201}, "place", "200 個字以內（現在 201 個字）"),
    ],
)
def test_what_makes_no_report_is_said_beside_its_field(changed, field, words):
    found = problems(replace(WHOLE, **changed))
    assert list(found) == [field]
    assert words in found[field]


def test_mandated_reporters_say_their_occupation():
    assert problems(replace(WHOLE, reporter_kind="mandated", mandated_kind="education")) == {}


@pytest.mark.parametrize("minutes", [5, -24 * 60])
def test_small_differences_of_clocks_need_no_reason(minutes):
    assert rules.received_problem(NOW + dt.timedelta(minutes=minutes), NOW, "", policy=POLICY) == ""


def test_a_strange_time_is_allowed_with_a_reason():
    late = NOW - dt.timedelta(days=3)
    assert rules.received_problem(late, NOW, "傳真 漏看", policy=POLICY) != ""
    assert rules.received_problem(late, NOW, "傳真放在收件匣", policy=POLICY) == ""


@given(
    minute=st.integers(0, 7 * 366 * 24 * 60),
    after=st.integers(-600, 6000),
)
def test_the_clock_is_24_hours_from_the_earlier_moment(minute, after):
    received = dt.datetime(2024, 1, 1, tzinfo=TAIPEI) + dt.timedelta(minutes=minute)
    entered = received + dt.timedelta(minutes=after)
    due = rules.handle_due_at(received, entered, policy=POLICY)
    assert due - min(received, entered) == dt.timedelta(hours=24)


def test_who_wants_an_answer_says_where_to():
    assert "reporter_phone" in problems(reporter=ReporterForm(name="王老師", wants_reply=True))
    assert problems(reporter=ReporterForm(address="宜蘭市", wants_reply=True)) == {}
    assert "reporter_name" in problems(reporter=ReporterForm(name="王" * 61))
    assert ReporterForm(wants_reply=True).is_blank
    assert not ReporterForm(workplace="員山國小").is_blank


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (PersonForm(name="甲乙", role="king"), "role"),
        (PersonForm(name="甲乙", birth="115/5/1"), "birth"),
        (PersonForm(name="甲乙", birth="99/99/99"), "birth"),
        (PersonForm(name="甲" * 61), "name"),
    ],
)
def test_what_is_wrong_with_a_person_is_said_in_its_row(person, field):
    found = rules.person_problems([CHILD, person], now=NOW)
    assert list(found) == [person_field_id(2, field)]


@pytest.mark.parametrize("birth", ["約8歲", "8歲", "107/5/20", "107", "", "不詳"])
def test_births_and_ages_may_stand_there(birth):
    assert rules.person_problems([replace(CHILD, birth=birth)], now=NOW) == {}


def test_a_report_is_of_somebody_who_needs_help():
    assert list(rules.person_problems([PersonForm()], now=NOW)) == ["person-1-name"]
    alleged = [PersonForm(), PersonForm(name="甲乙", role="alleged")]
    assert list(rules.person_problems(alleged, now=NOW)) == ["person-2-role"]


def test_no_more_than_sixty_persons():
    many = [replace(CHILD, name=f"甲{n}") for n in range(61)]
    assert list(rules.person_problems(many, now=NOW)) == ["person-61-name"]
    assert rules.person_problems(many[:60], now=NOW) == {}


@pytest.mark.parametrize(
    ("reason", "words"), [("寫錯", "至少 5 個字"), ("字" * 201, "200 個字以內"), ("通報人來電更正", "")]
)
def test_reasons(reason, words):
    assert words in rules.reason_problem(reason)
    assert bool(words) == bool(rules.reason_problem(reason))


def test_when_it_happened_is_a_day_or_words():
    assert rules.happened_parts("115/4/24") == (dt.date(2026, 4, 24), "115/4/24")
    assert rules.happened_parts(" 上週  起 ") == (None, "上週 起")
    assert rules.happened_parts("115年4月") == (None, "115年4月")
    assert rules.happened_parts("115/13/40") == (None, "115/13/40")
    assert rules.happened_parts("") == (None, "")


# ---- complete enough to dispatch ---------------------------------------------------------------------------------


def test_a_whole_report_is_enough():
    found = completeness(WHOLE, [CHILD])
    assert found.is_enough
    assert (found.helpful, found.text) == ((), "資料足以派案。")


def test_nothing_said_lacks_everything():
    found = completeness(ReportForm(), [PersonForm()])
    assert [gap.field for gap in found.missing] == ["story", "township", "person-1-name", "dangers"]
    assert [gap.field for gap in found.helpful] == ["happened", "needs", "person-1-address", "person-1-phone"]
    assert found.text == "派案前還缺：發生什麼事、在哪個鄉鎮市、至少一個人的姓名或統一編號、現在有沒有危險。"
    assert all(gap.why and str(gap.citation) for gap in (*found.missing, *found.helpful))


def test_an_address_says_the_township_and_the_place():
    found = completeness(replace(WHOLE, township="", place=""), [CHILD])
    assert found.is_enough
    assert found.helpful == ()


def test_of_a_subject_the_age_would_help():
    (gap,) = completeness(WHOLE, [replace(CHILD, birth=""), PersonForm(name="陳父", role="alleged")]).helpful
    assert (gap.field, gap.label) == ("person-1-birth", "林小安的生日或年齡")
    (gap,) = completeness(WHOLE, [replace(CHILD, name="", id_number="A123456789", birth="")]).helpful
    assert gap.label == "第 1 人的生日或年齡"


def test_whose_district_it_is():
    uncle = PersonForm(name="林父", role="family", address="宜蘭縣蘇澳鎮中山路1號")
    outside = PersonForm(name="林母", role="subject", address="新北市板橋區中山路1號")
    assert jurisdiction_township("三星鄉", [CHILD]) == "三星鄉"
    assert jurisdiction_township("", [uncle, CHILD]) == "羅東鎮"
    assert jurisdiction_township("", [uncle, outside]) == "蘇澳鎮"
    assert jurisdiction_township("", [PersonForm()]) == ""


# ---- persons, fields, codes --------------------------------------------------------------------------------------


def test_a_person_becomes_a_record_and_comes_back_as_it_was_written():
    mother = PersonForm(
        role="carer", relation="母親", name="陳怡君", sex="female", injuries="瘀傷", note="夜班"
    )
    record = person_record(mother, report="R-0000001", number=2, period=Period(2026, 4), head=CHILD)
    assert (record.record_number, record.line, record.roster) == ("R-0000001-2", 2, OwnSource.INTAKE_REPORT)
    assert (record.relation, record.sex) == (Relation.PARENT, Sex.FEMALE)
    assert record.reference_name is not None
    assert record.reference_name.text == "林小安"
    back = person_form(record, role="carer", injuries="瘀傷", note="夜班", person_id=None)
    assert back == mother
    first = person_record(CHILD, report="R-0000001", number=1, period=Period(2026, 4))
    assert person_form(first, role="subject") == CHILD
    numbered = person_record(
        PersonForm(id_number="A123456789"), report="R-0000001", number=3, period=Period(2026, 4)
    )
    assert (shown_name(numbered), shown_name(record)) == ("姓名不詳", "陳怡君")
    assert person_form(numbered, role="subject").id_number == "A123456789"


def test_who_is_named():
    assert PersonForm(id_number="A123456789").is_named
    assert not PersonForm(note="戴眼鏡").is_named
    assert PersonForm(role="alleged", relation="父親", sex="male").is_blank
    assert not PersonForm(person_id=3).is_blank


@pytest.mark.parametrize(
    ("text", "yes"), [("約8歲", True), ("８ 歲", True), ("40多歲", True), ("103/5/20", False)]
)
def test_ages(text, yes):
    assert is_age(text) is yes


def test_every_field_says_why_it_is_asked():
    for each in (*REPORT_FIELDS, *PERSON_FIELDS):
        assert each.why.endswith("。"), each.id
        assert POLICY.documents[each.citation.document], each.id
    assert {each.section for each in REPORT_FIELDS} | {Section.PERSONS, Section.FILES} == set(Section)
    assert all(section.label for section in Section)
    assert len(FIELD) == len(REPORT_FIELDS)
    assert set(PERSON_FIELD) == {name for name in PersonForm.__dataclass_fields__ if name != "person_id"}


def test_labels_of_fields():
    assert label_of("place") == "地點"
    assert label_of("person-3-name") == "第 3 人的姓名"
    assert label_of("person-3") == "person-3"
    assert label_of("addition") == "addition"


def test_codes_have_labels():
    assert all(each.label for each in (*Danger, *Need))
    assert [each for each in Danger if not each.is_sign] == [Danger.NONE, Danger.UNKNOWN]


def test_errors_say_what_to_do():
    assert ReportError("請重新整理。").problems == {"": "請重新整理。"}
    conflict = ReportConflict([FieldConflict("place", "地點", "甲", "乙", "許派案")], 4)
    assert "地點" in str(conflict)
    assert conflict.revision == 4
