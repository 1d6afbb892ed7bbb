"""A form at work: what is asked, what is read, what is prefilled, what changed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.services.programs import forms
from anwang.services.programs.definitions import from_json, to_json
from anwang.services.programs.forms import Typed
from anwang.services.programs.loading import shipped
from anwang.services.programs.programme import Form
from anwang.services.programs.schema import parse_programme

from .build import FILE, check_form, known

TODAY = dt.date(2026, 4, 25)
GOOD: Typed = {"name": "王 小明", "children": "0", "needs": ["food"], "state": "good"}


def _asked(typed: Typed) -> list[str]:
    return [each.id for each in forms.visible_fields(check_form(), typed)]


def test_what_depends_on_an_answer_is_asked_only_then() -> None:
    always = ["name", "birth", "id_number", "phone", "children", "needs", "state", "next_on"]
    assert _asked({}) == always
    assert "seen" in _asked({"children": "２人"})
    assert "missing" not in _asked({"children": "2", "seen": "yes"})
    assert "missing" in _asked({"children": "2", "seen": "no"})
    assert "other_need" in _asked({"needs": ["food", "other"]})
    assert _asked({"state": "bad"})[-1] == "why_bad"


@pytest.mark.parametrize("children", ["", "0", "很多", "99", "-1"])
def test_an_answer_that_does_not_hold_opens_nothing(children: str) -> None:
    assert "seen" not in _asked({"children": children})


def test_the_answer_of_a_question_no_longer_asked_opens_nothing() -> None:
    """children 2 → seen no → missing; children back to 0: the old `seen` counts no more."""
    assert "missing" not in _asked({"children": "0", "seen": "no"})


def test_good_answers_are_kept_in_standard_form() -> None:
    found = forms.check(
        check_form(),
        {
            **GOOD,
            "birth": "78/3",
            "id_number": "ａ123456789",
            "phone": "0912-345678",
            "needs": ["care", "food"],
            "next_on": "1150501",
        },
        TODAY,
    )
    assert found.errors == {}
    assert found.remarks == {}
    assert found.content == {
        "name": "王小明",
        "birth": "1989-03",
        "id_number": "A123456789",
        "phone": "0912345678",
        "children": 0,
        "needs": ["food", "care"],
        "state": "good",
        "next_on": "2026-05-01",
    }


@pytest.mark.parametrize(
    ("field", "answer", "message"),
    [
        ("name", "", "請填寫「姓名」。"),
        ("name", "王" * 201, "最多 200 字，目前 201 字"),
        ("name", "王\x00", "有不能儲存的字元"),
        ("birth", "昨天", "看不懂（不是日期），請輸入例如 115/3/1"),
        ("birth", "116/5", "請輸入完整的日期"),
        ("birth", "116/5/1", "不能是今天以後的日期"),
        ("birth", "不詳", "請輸入日期"),
        ("next_on", "115/5", "請輸入完整的日期"),
        ("id_number", "哈囉", "不像統一編號"),
        ("phone", "打這支", "請輸入含區碼的電話"),
        ("phone", "9251000", "請輸入含區碼的電話"),
        ("children", "兩個半", "請輸入數字"),
        ("children", "41", "請輸入 0 到 40 的數字"),
        ("children", "nan", "請輸入 0 到 40 的數字"),
        ("needs", [], "請選擇「需要」。"),
        ("needs", ["money"], "請從列出的選項中選擇"),
        ("state", "worse", "請從列出的選項中選擇"),
        ("state", "", "請選擇「狀況」。"),
    ],
)
def test_a_wrong_answer_says_what_to_do(field: str, answer: str | list[str], message: str) -> None:
    found = forms.check(check_form(), {**GOOD, field: answer}, TODAY)
    assert list(found.errors) == [field]
    assert message in found.errors[field]
    assert field not in found.content
    assert not found.holds


def test_yes_or_no_is_nothing_else() -> None:
    found = forms.check(check_form(), {**GOOD, "children": "1", "seen": "maybe"}, TODAY)
    assert found.errors == {"seen": "請選擇「都看到了嗎」。"}


def test_a_wrong_check_digit_is_a_remark_and_no_refusal() -> None:
    found = forms.check(check_form(), {**GOOD, "id_number": "A123456780"}, TODAY)
    assert found.holds
    assert found.content["id_number"] == "A123456780"
    assert "檢查碼不符" in found.remarks["id_number"]


def test_what_is_not_asked_leaves_no_content() -> None:
    found = forms.check(check_form(), {**GOOD, "missing": "小妹", "why_bad": "x"}, TODAY)
    assert "missing" not in found.content
    assert "why_bad" not in found.content


@pytest.mark.parametrize(
    ("low", "high", "answer", "message"),
    [(3, None, "2", "請輸入 3 以上的數字"), (None, 3, "4", "請輸入 3 以下的數字"), (None, None, "inf", "數字太大"),
     (None, None, "nan", "請輸入正確的數字")],
)  # fmt: skip
def test_bounds_of_one_side_and_of_none(
    low: float | None, high: float | None, answer: str, message: str
) -> None:
    from dataclasses import replace

    from anwang.services.programs.answers import WrongAnswer, read_answer

    field = check_form().field("children")
    assert field is not None
    with pytest.raises(WrongAnswer, match=message):
        read_answer(replace(field, at_least=low, at_most=high), [answer], TODAY)
    assert read_answer(replace(field, at_least=None), ["2.5"], TODAY) == (2.5, "")


def test_known_facts_are_filled_in_and_told_apart() -> None:
    form = check_form()
    start = forms.prefill(
        form,
        {"person.name": "王小明", "person.birth": "78/3/2", "person.sex": "female"},
        {"state": "fair", "needs": ["care", "gone"], "children": 3},
        TODAY,
    )
    assert start.typed == {"name": "王小明", "birth": "78/3/2", "state": "fair"}
    assert start.sources == {"name": "本人姓名", "birth": "本人出生日期", "state": "上一次填的同一題"}
    typed = {**GOOD, **start.typed, "birth": "民國78年3月2日", "state": "bad", "why_bad": "病了"}
    content = forms.check(form, typed, TODAY).content
    assert forms.stayed_prefilled(form, content, start, TODAY) == ("name", "birth")


def test_several_choices_are_prefilled_from_the_last_form_and_nothing_without_one() -> None:
    form = check_form()
    start = forms.prefill(form, {}, {"needs": ["care", "food"]}, TODAY)
    assert start.typed == {"needs": ["care", "food"]}
    assert forms.prefill(form, {}, None, TODAY).typed == {}
    visit = shipped().latest["vulnerable_family"].form("visit")
    assert forms.prefill(visit, {}, None, TODAY).typed == {"visited_on": "115/4/25"}


def test_content_goes_back_to_what_would_be_typed() -> None:
    form = check_form()
    content = forms.check(form, {**GOOD, "birth": "78/3", "next_on": "115/5/1"}, TODAY).content
    typed = forms.typed_of(form, content)
    assert typed["birth"] == "78年3月"
    assert typed["next_on"] == "115/5/1"
    assert forms.check(form, typed, TODAY).content == content


def test_a_filled_form_reads_in_words() -> None:
    form = check_form()
    typed = {
        **GOOD,
        "children": "2",
        "seen": "no",
        "missing": "小妹",
        "needs": ["food", "care"],
        "birth": "78",
    }
    said = {
        field.id: text
        for _, answered in forms.answers(form, forms.check(form, typed, TODAY).content)
        for field, text in answered
    }
    assert said == {
        "name": "王小明",
        "birth": "78年",
        "children": "2 人",
        "seen": "否",
        "missing": "小妹",
        "needs": "食物、照顧",
        "state": "好",
    }
    birth, seen = form.field("birth"), form.field("seen")
    assert birth is not None
    assert seen is not None
    assert forms.shown(birth, "not a date") == "not a date"
    assert forms.shown(seen, "perhaps") == "perhaps"


def test_two_forms_are_compared_answer_by_answer() -> None:
    form = check_form()
    before = {"children": 2, "seen": "no", "needs": ["food"], "state": "bad"}
    after = {"children": 2, "seen": "yes", "state": "good", "next_on": "2026-05-01"}
    found = [(c.field.id, c.before, c.after, c.direction) for c in forms.compare(form, before, after)]
    assert found == [
        ("seen", "否", "是", ""),
        ("needs", "食物", "", ""),
        ("state", "差", "好", "better"),
        ("next_on", "", "115年5月1日", ""),
    ]
    assert [c.direction for c in forms.compare(form, {"state": "good"}, {"state": "fair"})] == ["worse"]
    assert [c.direction for c in forms.compare(form, {"state": "unheard"}, {"state": "fair"})] == [""]
    assert forms.compare(form, before, before) == []


def _typed_for(form: Form) -> st.SearchStrategy[dict[str, str | list[str]]]:
    texts = st.one_of(
        st.text(max_size=12), st.sampled_from(["1", "2", "115/3/1", "yes", "no", "0912345678", "A123456789"])
    )
    by_field: dict[str, st.SearchStrategy[str | list[str]]] = {}
    for each in form.fields:
        codes = [choice.value for choice in each.choices] or ["yes", "no", "3", "115/4/1"]
        by_field[each.id] = st.one_of(
            texts, st.sampled_from(codes), st.lists(st.sampled_from(codes), max_size=3)
        )
    return st.fixed_dictionaries({}, optional=by_field)


FORMS = [(programme.id, form.id) for programme in shipped().latest.values() for form in programme.forms]


def test_a_part_with_nothing_to_ask_is_left_out_and_filled_or_not_is_a_condition() -> None:
    text = FILE.replace("when: {state: bad}", "when: {name: {filled: true}}").replace(
        "kind: long_text, why: 處理", "kind: long_text, when: {phone: {filled: false}}, why: 處理"
    )
    form = parse_programme(text, "f", known()).form("check")

    def parts(typed: Typed) -> list[str]:
        return [part.id for part, _ in forms.visible_parts(form, typed)]

    assert parts({}) == ["who", "what"]
    assert parts({"name": " "}) == ["who", "what"]
    assert parts({"name": "王小明"}) == ["who", "what", "more"]
    assert parts({"name": "王小明", "phone": "0912345678"}) == ["who", "what"]


@given(st.data())
def test_any_answers_to_any_form_of_the_catalogue_are_read_and_come_back_the_same(
    data: st.DataObject,
) -> None:
    """Whatever is typed: no crash; content only for what is asked; content typed again gives the same content."""
    programme, name = data.draw(st.sampled_from(FORMS))
    form = shipped().latest[programme].form(name)
    found = forms.check(form, data.draw(_typed_for(form)), TODAY)
    asked = {each.id for each in form.fields}
    assert set(found.content) <= asked
    assert not set(found.content) & set(found.errors)
    again = forms.check(form, forms.typed_of(form, found.content), TODAY)
    assert {k: v for k, v in again.content.items() if k in found.content} == again.content
    if found.holds:
        assert again.content == found.content
    forms.answers(form, found.content)
    forms.compare(form, {}, found.content)


@pytest.mark.parametrize(("programme", "name"), FORMS)
def test_a_form_kept_as_json_is_the_same_form(programme: str, name: str) -> None:
    import json

    form = shipped().latest[programme].form(name)
    back = from_json(json.loads(json.dumps(to_json(form), ensure_ascii=False)))
    assert back == form
    assert back.version == form.version
