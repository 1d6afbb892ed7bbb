"""A text fills the report form: offered value by value, confirmed, never over what was typed. No database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.web.clocks import moment_text
from anwang.web.intake.filling import filled, offers
from anwang.web.intake.typed import Typed, mark_of, read_typed
from anwang.web.reading import read_moment

FORM = """兒少保護案件通報單
一、通報人資料
姓名：王美惠　　服務單位：羅東國小　　職稱：輔導主任
聯絡電話：03-9542108#215
二、被害人資料
姓名：林小安　性別：女　出生年月日：104年5月6日
身分證統一編號：F229170347
戶籍地址：宜蘭縣羅東鎮公正路120號3樓
三、相對人資料
姓名：李大明　與被害人關係：母親同居人　電話：0912-345-678
四、案情摘要
案童於115年4月23日到校時，導師發現其左手臂瘀青，案童表示前晚遭李大明以木棍毆打。
"""
EMPTY = read_typed({})


def everything(text: str, typed: Typed = EMPTY) -> Typed:
    return filled(text, typed, [each.key for each in offers(text, typed)])[0]


def test_a_form_fills_who_reports_who_needs_help_and_what_happened():
    typed = everything(FORM)
    assert typed.texts["reporter_name"] == "王美惠"
    assert typed.texts["reporter_workplace"] == "羅東國小"
    assert typed.texts["reporter_kind"] == "mandated"
    assert typed.texts["mandated_kind"] == "education"
    assert typed.texts["township"] == "羅東鎮"
    assert typed.texts["happened"].startswith("115/4/23")
    assert "weapon" in typed.lists["dangers"]
    child, other = typed.persons
    assert (child.form.name, child.form.role, child.form.birth) == ("林小安", "subject", "104/5/6")
    assert (child.form.id_number, child.form.sex) == ("F229170347", "female")
    assert "左手臂瘀青" in child.form.injuries
    assert (other.form.name, other.form.role, other.form.relation) == ("李大明", "alleged", "母親同居人")
    assert other.form.phone == "0912345678"
    asked = typed.report
    assert {"reporter_name", "person-1-name", "person-2-phone"} <= set(asked.prefilled)


def test_every_offer_shows_where_it_stands():
    found = offers(FORM, EMPTY)
    name = next(each for each in found if each.shown == "林小安")
    assert name.text == "林小安"
    assert name.before.endswith("姓名：")
    assert name.group.endswith("林小安")
    assert len({each.key for each in found}) == len(found)


def test_nothing_is_filled_that_nobody_confirmed():
    typed, count = filled(FORM, EMPTY, [])
    assert (typed.fields(), count) == (EMPTY.fields(), 0)
    key = next(each.key for each in offers(FORM, EMPTY) if each.field == "township")
    typed, count = filled(FORM, EMPTY, [key, "1-2-nothing"])
    assert count == 1
    assert typed.texts["township"] == "羅東鎮"
    assert typed.persons[0].form.name == ""


def test_what_was_typed_stays():
    typed = read_typed(
        {
            "township": ["五結鄉"],
            "person-a1-name": ["林小安"],
            "person-a1-birth": ["104/5/7"],
            "dangers": ["none"],
        }
    )
    shown = offers(FORM, typed)
    assert not [each for each in shown if each.field == "township"]
    after = everything(FORM, typed)
    assert after.texts["township"] == "五結鄉"
    row = after.row("a1")
    assert row is not None
    assert row.form.birth == "104/5/7"
    assert row.form.id_number == "F229170347"  # the row of the same name
    assert "none" not in after.lists["dangers"]


def test_a_text_without_labels_is_the_story():
    text = "有人說那一家的小孩好像沒有去上學，請社工去看看。"
    (whole,) = [each for each in offers(text, EMPTY) if each.key == "whole"]
    assert whole.shown == "全文"
    assert everything(text).texts["story"] == text


def test_once_filled_it_is_offered_no_more():
    typed = everything(FORM)
    assert [each.field for each in offers(FORM, typed) if each.row is None] == []


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    everything(text)


# ---- the form as typed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("115/4/25 23:20", "2026-04-25T23:20+08:00"),
        ("1150425 23:20", "2026-04-25T23:20+08:00"),
        ("115年4月25日 23時20分", "2026-04-25T23:20+08:00"),
        ("１１５／４／２５　２３：２０", "2026-04-25T23:20+08:00"),
        ("2026-04-25T23:20", "2026-04-25T23:20+08:00"),
        ("115/4/25 9點", "2026-04-25T09:00+08:00"),
        ("115/4/25", None),
        ("115/4/25 25:00", None),
        ("115/13/25 10:00", None),
        ("昨天", None),
        ("", None),
    ],
)  # fmt: skip
def test_moments_as_typed(text, expected):
    at = read_moment(text)
    if expected is None:
        assert at is None
    else:
        assert at == dt.datetime.fromisoformat(expected)
        assert at is not None
        assert read_moment(moment_text(at)) == at


def test_the_form_says_what_it_was_sent():
    sent = {
        "channel": ["phone"], "dangers": ["weapon", "sexual"], "wants_reply": ["yes"],
        "person-a1-name": ["林小安"], "person-a1-who": ["7:林○安・107年"], "person-b2-name": [""],
        "prefilled": [mark_of("channel", "phone") + " " + mark_of("place", "家裡")],
    }  # fmt: skip
    typed = read_typed(sent)
    assert typed.report.dangers == ("weapon", "sexual")
    assert [person.key for person in typed.persons] == ["a1", "b2"]
    assert [person.key for person in typed.said] == ["a1"]
    assert (typed.persons[0].form.person_id, typed.persons[0].who) == (7, "林○安・107年")
    assert typed.reporter.wants_reply
    assert typed.report.prefilled == ("channel",)  # of the place another text stands there now
    assert "person-1-name" in typed.report.asked
    assert "person-2-name" not in typed.report.asked
    assert read_typed(typed.fields()) == typed


def test_problems_find_their_inputs():
    typed = read_typed({"person-a1-name": [""], "person-b2-name": ["林小安"]})
    assert typed.name_of("person-1-birth") == "person-b2-birth"
    assert typed.name_of("story") == "story"
    assert EMPTY.name_of("person-1-name").endswith("-name")


@pytest.mark.parametrize("who", ["", "x:甲", "²:甲", "9" * 30 + ":甲"])
def test_a_choice_that_is_no_number_is_none(who):
    typed = read_typed({"person-a1-name": ["甲乙"], "person-a1-who": [who]})
    assert typed.persons[0].form.person_id is None
