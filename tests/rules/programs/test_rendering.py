"""A form as the shell draws it: kinds of fields, what is hidden and comes back, and the steps of sending."""

from __future__ import annotations

import datetime as dt

from django.http import QueryDict

from anwang.services.programs import forms
from anwang.services.programs.forms import Prefilled
from anwang.services.programs.loading import shipped
from anwang.web.programs.rendering import posted, rendered, step

from .build import check_form

TODAY = dt.date(2026, 4, 25)


def _post(**values: str | list[str]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, [value] if isinstance(value, str) else value)
    return query


def test_each_kind_is_drawn_as_the_shell_does() -> None:
    drawn = {each.name: each for each in rendered(check_form(), {"children": "1", "needs": ["food"]}).fields}
    assert {name: each.kind for name, each in drawn.items()} == {
        "name": "text", "birth": "text", "id_number": "text", "phone": "tel", "children": "text", "seen": "radios",
        "needs": "checkboxes", "state": "radios", "next_on": "text",
    }  # fmt: skip
    assert drawn["children"].label == "兒童人數（人）"
    assert drawn["children"].inputmode == "decimal"
    assert drawn["needs"].ticked == ["food"]
    assert [each.label for each in drawn["seen"].choices] == ["是", "否"]
    assert drawn["seen"].inline
    assert drawn["next_on"].hint == "例如 115/3/1。 用途：安排"
    assert not drawn["birth"].required


def test_many_choices_unfold_and_an_open_one_can_be_taken_back() -> None:
    found = shipped().latest
    cause = next(
        each
        for each in rendered(found["emergency_relief"].form("application"), {}).fields
        if each.name == "cause"
    )
    assert (cause.kind, cause.choices[0].label) == ("select", "請選擇")
    typed = {"met": "no", "not_met_reason": "refused"}
    drawn = {each.name: each for each in rendered(found["vulnerable_family"].form("visit"), typed).fields}
    assert drawn["not_met_reason"].inline
    assert not next(
        each
        for each in rendered(found["child_protection"].form("investigation"), {}).fields
        if each.name == "decision"
    ).inline
    assert [each.label for each in drawn["with_police"].choices] == ["是", "否", "不填"]


def test_what_is_prefilled_wrong_or_doubtful_is_said_at_its_field() -> None:
    start = Prefilled({"name": "王小明", "birth": "78/3/2"}, {"name": "本人姓名", "birth": "本人出生日期"})
    drawn = rendered(
        check_form(),
        {"name": "王小明", "birth": "78/3/3"},
        errors={"phone": "請輸入電話。"},
        remarks={"id_number": "檢查碼不符。"},
        start=start,
    )
    by_name = {each.name: each for each in drawn.fields}
    assert by_name["name"].hint.startswith("已帶入本人姓名，請核對。")
    assert "已帶入" not in by_name["birth"].hint  # typed over
    assert by_name["phone"].error == "請輸入電話。"
    assert by_name["id_number"].hint.startswith("檢查碼不符。")


def test_what_is_not_asked_travels_on_hidden() -> None:
    drawn = rendered(check_form(), {"seen": "no", "missing": "小妹", "why_bad": ""}, prefix="a-")
    assert drawn.hidden == (("a-seen", "no"), ("a-missing", "小妹"))
    assert drawn.asked_name == "a-_asked"
    assert drawn.parts[0].id == "a-part-who"
    assert posted(check_form(), _post(**dict(drawn.hidden)), "a-") == {"seen": "no", "missing": "小妹"}


def test_the_steps_of_sending() -> None:
    form = check_form()
    asked = rendered(form, {}).asked
    first = step(form, _post(name="王小明", children="2", state="bad", _asked=asked), TODAY)
    assert (first.opened, first.is_done) == (True, False)
    assert list(first.errors) == ["needs"]  # it stood on the page; `seen` and `why_bad` did not
    again = rendered(form, first.typed).asked
    more = {
        "name": "王小明",
        "children": "2",
        "state": "bad",
        "seen": "yes",
        "needs": ["food"],
        "why_bad": "病了",
    }
    second = step(form, _post(**more, _asked=again), TODAY)
    assert second.is_done
    assert second.checked.content["why_bad"] == "病了"
    third = step(form, _post(**{**more, "why_bad": ""}, _asked=again), TODAY)
    assert third.errors == {"why_bad": "請填寫「為什麼差」。"}


def test_a_client_that_does_not_say_what_it_asked_is_told_everything() -> None:
    found = step(check_form(), _post(children="2"), TODAY)
    assert not found.opened
    assert set(found.errors) == {"name", "seen", "needs", "state"}
    assert found.errors == forms.check(check_form(), {"children": "2"}, TODAY).errors
