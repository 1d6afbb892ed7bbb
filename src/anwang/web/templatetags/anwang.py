"""Template tags and filters of the shell: `{% load anwang %}`.

Filters: `roc_date[:style]`, `roc_datetime`, `mask_name`, `mask_id`, `mask_phone`.
Tags: `asset`, `modules`, `clock`, `why`, `th`, `table`, `field`, `form_field`, `error_summary`, `form_errors`, `filter_bar`, `tabs`, `pages`,
`chart`, `page_link`, `compare`, `started_from`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from anwang.platform.merging import ROW_BASE, ROW_REVISION
from anwang.standard import masks
from anwang.web.assets import asset_url, module_names
from anwang.web.charts.figure import Chart
from anwang.web.clocks import clock_text, roc_day
from anwang.web.comparison import ComparedField
from anwang.web.components import Basis, Field, Filter, Pages, Sort, Tab, Table
from anwang.web.forms import field_of
from anwang.web.shell import link

register = template.Library()

register.filter("mask_name", masks.mask_name)
register.filter("mask_id", masks.mask_id)
register.filter("mask_phone", masks.mask_phone)


@register.filter
def roc_date(value: dt.date | dt.datetime | None, style: str = "long") -> str:
    """民國 date: `long` 115年4月25日, `week`, `short` 115/4/25, `month`. A datetime is read in local time. None is ""."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return roc_day(value, style)


@register.filter
def roc_datetime(value: dt.datetime | None, style: str = "long") -> str:
    """民國 date and local time: 115年4月26日 14:05. None is ""."""
    if value is None or value == "":
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{roc_day(local.date(), style)} {local:%H:%M}"


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built static file: `{% asset "anwang.css" %}`."""
    return asset_url(name)


@register.simple_tag
def modules() -> list[str]:
    """Addresses of the ES modules, to be fetched at once with `app.js`."""
    return [asset_url(name) for name in module_names()]


@register.simple_tag
def page_link(url_name: str) -> str:
    """The address of a named page, or "" when it is not routed (a room that is not there yet)."""
    return link(url_name)


@register.inclusion_tag("components/clock.html")
def clock(
    due_at: dt.datetime | dt.date, now: dt.datetime | None = None, *, met: bool = False
) -> dict[str, Any]:
    """A deadline in words with its level: `{% clock row.due_at now %}`; without `now` the time is this moment."""
    moment = timezone.localtime(now) if now else timezone.localtime()
    return {"clock": clock_text(due_at, moment, met=met)}


@register.inclusion_tag("components/why.html")
def why(basis: Basis, label: str = "依據") -> dict[str, Any]:
    """「依據」, unfolding to rule, reason and citation: `{% why row.basis %}`."""
    return {"basis": basis, "label": label}


@register.inclusion_tag("components/th.html")
def th(label: str, key: str = "", sort: Sort | None = None, *, numeric: bool = False) -> dict[str, Any]:
    """A column header, sortable when it has a key and the list a `Sort`."""
    sorted_here = sort is not None and bool(key) and sort.key == key
    order = ("descending" if sort.descending else "ascending") if sort and sorted_here else ""
    return {
        "label": label,
        "numeric": numeric,
        "order": order,
        "href": sort.query_for(key) if sort and key else "",
    }


@register.inclusion_tag("components/table.html")
def table(value: Table, empty: str = "") -> dict[str, Any]:
    """A whole table from a `Table`; `empty` is said instead when it has no rows."""
    rows = [(row, list(zip(value.columns, row.cells, strict=True))) for row in value.rows]
    return {"table": value, "rows": rows, "empty": empty}


@register.inclusion_tag("components/field.html")
def field(value: Field) -> dict[str, Any]:
    """A form field with label, hint and error."""
    return {"field": value}


@register.inclusion_tag("components/error_summary.html")
def error_summary(fields: Sequence[Field] = (), extra: Sequence[str] = ()) -> dict[str, Any]:
    """What to mend, at the top of the page, each linked to its field. Nothing when there is nothing."""
    return {"fields": [each for each in fields if each.error], "extra": extra}


@register.inclusion_tag("components/field.html")
def form_field(
    bound: BoundField, autocomplete: str = "", width: int = 0, autofocus: bool = False
) -> dict[str, Any]:
    """A field of a Django form: `{% form_field form.current autocomplete="current-password" %}`."""
    return {"field": field_of(bound, autocomplete=autocomplete, width=width, autofocus=autofocus)}


@register.inclusion_tag("components/error_summary.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """The error summary of a Django form."""
    fields = [field_of(bound) for bound in form]
    return {"fields": [each for each in fields if each.error], "extra": list(form.non_field_errors())}


@register.inclusion_tag("components/filter_bar.html")
def filter_bar(
    filters: Sequence[Filter], keep: dict[str, str] | None = None, found: int | None = None
) -> dict[str, Any]:
    """A GET form of filters; `keep` holds other query values; `found` is how many rows are shown."""
    return {"filters": filters, "keep": keep or {}, "found": found}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """Views of the same thing, as links."""
    return {"tabs": items, "label": label}


@register.inclusion_tag("components/pages.html")
def pages(value: Pages) -> dict[str, Any]:
    """Pagination. Shows only the count when everything fits one page."""
    numbers = [(number, value.query_for(number) if number else "") for number in value.numbers]
    return {"pages": value, "numbers": numbers}


@register.inclusion_tag("components/chart.html")
def chart(value: Chart) -> dict[str, Any]:
    """A chart with the same data as a table."""
    return {"chart": value}


@register.simple_tag
def started_from(revision: int, values: Mapping[str, Sequence[str]]) -> SafeString:
    """Hidden fields that say which revision of a record its form was opened from, and what it showed (conflicts.py)."""
    return format_html(
        '<input type="hidden" name="{}" value="{}"><input type="hidden" name="{}" value="{}">',
        ROW_REVISION,
        revision,
        ROW_BASE,
        json.dumps({name: list(each) for name, each in values.items()}, ensure_ascii=False),
    )


@register.inclusion_tag("components/compare.html")
def compare(
    fields: Sequence[ComparedField], left: str = "甲", right: str = "乙", caption: str = "兩筆紀錄"
) -> dict[str, Any]:
    """Two records side by side; differing characters are marked."""
    return {"fields": fields, "left": left, "right": right, "caption": caption}
