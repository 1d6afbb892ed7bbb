"""Clocks, dates, masks, differences, sorting, pages: the small pure parts that pages are made of."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard import masks
from anwang.web.assets import IMMUTABLE, asset_url, built_names
from anwang.web.clocks import ClockLevel, clock_text, roc_day
from anwang.web.comparison import Likeness, compare_field
from anwang.web.components import Basis, Cell, Column, Pages, Row, Sort, Table
from anwang.web.forms import field_of
from anwang.web.shell import FLAG_PERMISSIONS, NAV, flags_of, shell_context

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = dt.datetime(2026, 4, 26, 14, 5, tzinfo=TAIPEI)
FRONTEND = Path(__file__).parents[3] / "frontend"
STATIC = Path(__file__).parents[3] / "src" / "anwang" / "web" / "static" / "anwang"


@pytest.mark.parametrize(
    ("minutes", "text", "level"),
    [
        (-6 * 1440 - 5, "逾期 6 天", ClockLevel.OVERDUE),
        (-90, "逾期 1 時 30 分", ClockLevel.OVERDUE),
        (0, "剩 不到 1 分", ClockLevel.URGENT),
        (38, "剩 38 分", ClockLevel.URGENT),
        (60, "剩 1 小時", ClockLevel.URGENT),
        (61, "剩 1 時 1 分", ClockLevel.SOON),
        (180, "剩 3 小時", ClockLevel.SOON),
        (8 * 60, "剩 8 小時", ClockLevel.SOON),
        (8 * 60 + 1, "剩 8 時 1 分", ClockLevel.CALM),
        (11 * 60 + 40, "剩 11 小時", ClockLevel.CALM),
        (47 * 60 + 59, "剩 47 小時", ClockLevel.CALM),
        (70 * 60, "剩 2 天", ClockLevel.CALM),
    ],
)
def test_clock_to_the_minute(minutes: int, text: str, level: ClockLevel) -> None:
    shown = clock_text(NOW + dt.timedelta(minutes=minutes), NOW)
    assert (shown.text, shown.level) == (text, level)


@pytest.mark.parametrize(
    ("day", "text", "level"),
    [
        (dt.date(2026, 4, 20), "逾期 6 天", ClockLevel.OVERDUE),
        (dt.date(2026, 4, 26), "今天到期", ClockLevel.URGENT),
        (dt.date(2026, 4, 29), "剩 3 天", ClockLevel.SOON),
        (dt.date(2026, 4, 30), "剩 4 天", ClockLevel.CALM),
        (dt.date(2026, 5, 10), "剩 14 天", ClockLevel.CALM),
        (dt.date(2026, 5, 11), "5月11日", ClockLevel.CALM),
        (dt.date(2027, 1, 5), "116年1月5日", ClockLevel.CALM),
    ],
)
def test_clock_in_days(day: dt.date, text: str, level: ClockLevel) -> None:
    shown = clock_text(day, NOW)
    assert (shown.text, shown.level) == (text, level)


def test_a_clock_says_the_exact_moment_in_local_time() -> None:
    shown = clock_text(dt.datetime(2026, 4, 26, 6, 43, tzinfo=dt.UTC), NOW)
    assert shown.exact == "115年4月26日（日） 14:43"
    assert shown.machine == "2026-04-26T14:43+08:00"
    assert clock_text(NOW, NOW, met=True).text == "已完成"


def test_a_clock_needs_time_zones() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock_text(NOW.replace(tzinfo=None), NOW)
    with pytest.raises(ValueError, match="time zone"):
        clock_text(dt.date(2026, 1, 1), NOW.replace(tzinfo=None))


@given(st.timedeltas(dt.timedelta(days=-400), dt.timedelta(days=400)))
def test_a_clock_never_promises_more_time_than_there_is(left: dt.timedelta) -> None:
    shown = clock_text(NOW + left, NOW)
    assert shown.text.startswith("逾期") == (left < dt.timedelta(0))
    assert shown.needs_attention == (left <= dt.timedelta(hours=1))


def test_dates_in_roc_years() -> None:
    day = dt.date(2026, 4, 25)
    assert [roc_day(day, style) for style in ("long", "week", "short", "month")] == [
        "115年4月25日",
        "115年4月25日（六）",
        "115/4/25",
        "115年4月",
    ]
    with pytest.raises(ValueError, match="unknown date style"):
        roc_day(day, "iso")


def test_filters_take_none_and_read_local_time() -> None:
    late = dt.datetime(2026, 4, 25, 17, 0, tzinfo=dt.UTC)
    template = Template(
        "{% load anwang %}{{ at|roc_date }}|{{ at|roc_datetime }}|{{ none|roc_date }}|{{ none|roc_datetime }}"
    )
    assert template.render(Context({"at": late, "none": None})) == "115年4月26日|115年4月26日 01:00||"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陳建宏", "陳○宏"),
        ("陳安", "陳○"),
        ("歐陽建宏", "歐○○宏"),
        ("Mary Ann", "M○○ A○○"),
        ("", ""),
        ("陳", "陳"),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert masks.mask_name(name) == masked


def test_numbers_are_masked() -> None:
    assert masks.mask_id("A123456789") == "A1*****789"
    assert masks.mask_id("A12345") == "******"
    assert masks.mask_phone("0912-345-678") == "0912-***-678"
    assert masks.mask_phone("039321234") == "03-***-234"
    assert masks.mask_phone("1234") == "****"


@given(st.text(max_size=12), st.text(max_size=12), st.booleans())
def test_differences_keep_every_character(left: str, right: str, aligned: bool) -> None:
    shown = compare_field("x", left, right, aligned=aligned)
    assert "".join(run.text for run in shown.left) == left
    assert "".join(run.text for run in shown.right) == right
    assert (shown.likeness is Likeness.SAME) == (left == right)
    if left and right:
        same_left = "".join(run.text for run in shown.left if not run.differs)
        assert same_left == "".join(run.text for run in shown.right if not run.differs)


def test_a_mistyped_digit_is_seen_where_it_is() -> None:
    shown = compare_field("身分證號", "A121212121", "A121212112", aligned=True)
    assert [(run.text, run.differs) for run in shown.right] == [("A1212121", False), ("12", True)]
    assert compare_field("電話", "", "0912").likeness is Likeness.MISSING
    assert compare_field("姓名", "王大明", "李小華").likeness is Likeness.DIFFERENT


def test_sorting_turns_round_and_keeps_the_filters() -> None:
    sort = Sort.parse("-due", ["due", "name"], "due", {"list": "cocase", "page": "3", "empty": ""})
    assert (sort.key, sort.descending) == ("due", True)
    assert sort.query_for("due") == "?list=cocase&sort=due"
    assert sort.query_for("name") == "?list=cocase&sort=name"
    assert Sort("due").query_for("due") == "?sort=-due"
    assert Sort.parse("'; drop", ["due"], "-due") == Sort("due", descending=True)


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 10, [1]),
        (1, 100, [1, 2, 3, 4]),
        (5, 225, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (8, 400, [1, None, 6, 7, 8, 9, 10, None, 16]),
    ],
)
def test_page_numbers(number: int, total: int, shown: list[int | None]) -> None:
    assert Pages(number, 25, total).numbers == shown


def test_pages_count_their_rows() -> None:
    pages = Pages(5, 25, 114, {"list": "x", "page": "5"})
    assert (pages.first, pages.last, pages.count) == (101, 114, 5)
    assert pages.next_query == ""
    assert pages.previous_query == "?list=x&page=4"
    assert Pages(1, 25, 0).first == 0


def test_a_table_escapes_text_and_says_its_order() -> None:
    table = Table(
        "名冊",
        [Column("姓名", "name"), Column("列", numeric=True)],
        [Row((Cell("<i>", href="/x"), "7"))],
        Sort("name"),
    )
    html = Template("{% load anwang %}{% table table %}").render(Context({"table": table}))
    assert "&lt;i&gt;" in html
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-name"' in html
    assert "<caption>名冊</caption>" in html
    assert ">7</td>" in html


def test_a_cell_without_a_text_is_empty() -> None:
    table = Table("名冊", [Column("姓名")], [Row((Cell("", sub="下面"),))])
    html = Template("{% load anwang %}{% table table %}").render(Context({"table": table}))
    assert "Cell(" not in html
    assert "下面" in html


def test_a_basis_is_said_in_full() -> None:
    basis = Basis("兒少高危機", "未滿 6 歲", "參三(六)1(3)", about="陳姓家戶")
    html = Template("{% load anwang %}{% why basis %}").render(Context({"basis": basis}))
    for text in ("依據", "：陳姓家戶", "未滿 6 歲", "兒少高危機", "參三(六)1(3)"):
        assert text in html


class _Form(forms.Form):
    name = forms.CharField(label="姓名", help_text="全名", error_messages={"required": "請寫姓名"})
    units = forms.MultipleChoiceField(
        label="單位",
        choices=[("h", "衛生局"), ("p", "警察局")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(label="種類", choices=[("a", "甲"), ("b", "乙")])


def test_django_forms_get_the_shells_fields() -> None:
    form = _Form({"name": "", "units": ["p"], "kind": "b"})
    name, units, kind = field_of(form["name"]), field_of(form["units"]), field_of(form["kind"])
    assert (name.kind, name.error, name.hint, name.described_by) == (
        "text",
        "請寫姓名",
        "全名",
        "field-name-hint field-name-error",
    )
    assert (units.kind, list(units.ticked), units.required) == ("checkboxes", ["p"], False)
    assert (kind.kind, kind.value, kind.focus_id) == ("select", "b", "field-kind")
    html = Template("{% load anwang %}{% form_errors form %}{% form_field form.name %}").render(
        Context({"form": form})
    )
    assert 'href="#field-name"' in html
    assert 'aria-invalid="true"' in html


def test_every_navigation_flag_has_its_permissions() -> None:
    assert {item.flag for item in NAV} | {"search"} == set(FLAG_PERMISSIONS)
    assert flags_of(frozenset()) == {"see_today", "see_programs"}
    assert flags_of(frozenset({"read_audit"})) == {"see_today", "see_programs", "see_views"}
    assert "see_lists" in flags_of(frozenset({"receipt_lists"}))


def test_permissions_named_here_exist() -> None:
    from anwang.agencies.rules import Permission

    named = set().union(*FLAG_PERMISSIONS.values())
    assert named <= {str(each) for each in Permission}


def test_the_server_error_page_needs_nothing() -> None:
    from anwang.web.errors import server_error

    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "系統出了問題" in answer.content.decode()


def test_built_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((FRONTEND / "MANIFEST.json").read_text(encoding="utf-8"))
    assert {name: about["file"] for name, about in manifest["assets"].items()} == built_names()
    for about in manifest["assets"].values():
        assert hashlib.sha256((STATIC / about["file"]).read_bytes()).hexdigest() == about["sha256"]
        assert about["licence"]
    expected = {about["file"] for about in manifest["assets"].values()}
    expected |= {f"{name}.gz" for name in expected} | {"assets.json"}
    assert {path.name for path in STATIC.iterdir()} == expected, "nothing stale is shipped"


def test_built_files_are_newer_than_their_sources() -> None:
    manifest = json.loads((FRONTEND / "MANIFEST.json").read_text(encoding="utf-8"))
    sources = {
        f"{folder}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("scss", "js")
        for path in (FRONTEND / folder).iterdir()
    }
    assert sources == manifest["sources"], "run: cd frontend && npm ci && npm run build"


def test_built_addresses_never_change_their_content() -> None:
    for name in built_names():
        assert IMMUTABLE.search(asset_url(name))
    with pytest.raises(KeyError):
        asset_url("missing.css")


@pytest.mark.parametrize("word", ["style=", "onclick", "hx-on", "javascript:", "http://", "<script>"])
def test_templates_hold_nothing_that_the_csp_refuses(word: str) -> None:
    folder = Path(__file__).parents[3] / "src" / "anwang" / "web" / "templates"
    allowed = 'xmlns="http://www.w3.org/2000/svg"'
    holding = [
        path.name
        for path in folder.rglob("*.html")
        if word in path.read_text(encoding="utf-8").replace(allowed, "")
    ]
    assert holding == []


@pytest.mark.django_db
def test_the_shell_knows_the_signed_in_member() -> None:
    from types import SimpleNamespace

    from anwang.platform.context import SYSTEM, apply

    request = RequestFactory().get("/")
    request.user = SimpleNamespace(name="王稽核", get_username=lambda: "wang")
    request.access = SimpleNamespace(unit_id=None, roles=("auditor",))
    apply(SYSTEM)
    shell = shell_context(request)["shell"]
    assert (shell.member_name, shell.unit_name) == ("王稽核", "")
    assert shell.flags == {"see_today", "see_programs", "see_views"}
    assert shell.idle_seconds == 1800


def test_a_visitor_gets_an_empty_shell() -> None:
    shell = shell_context(RequestFactory().get("/"))["shell"]
    assert not shell.member_name
    assert shell.nav_items == ()
