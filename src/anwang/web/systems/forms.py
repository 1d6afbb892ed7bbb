"""The fields that the forms of 介接系統 share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import QueryDict

from anwang.exchange.models import ConnectedSystem
from anwang.exchange.rules import Scope
from anwang.web.components import Choice, Field
from anwang.web.members.forms import unit_choices
from anwang.web.reading import row_number

NAMES = ("name", "unit", "contact", "networks", "calls_per_minute")


def typed_of(post: QueryDict) -> dict[str, str]:
    return {name: post.get(name, "").strip() for name in NAMES}


def typed_from(system: ConnectedSystem) -> dict[str, str]:
    """What stands in the form before anything is changed."""
    return {
        "name": system.name,
        "unit": str(system.unit_id),
        "contact": system.contact,
        "networks": "\n".join(system.networks),
        "calls_per_minute": str(system.calls_per_minute),
    }


def system_fields(
    typed: Mapping[str, str], scopes: Sequence[str], problems: Mapping[str, str], *, with_unit: bool
) -> list[Field]:
    unit = Field(
        "unit", "以哪個單位的名義通報", kind="select", value=typed["unit"], choices=unit_choices(),
        error=problems.get("unit", ""), hint="之後不能改；通報會記成這個單位通報的。",
    )  # fmt: skip
    return [
        Field("name", "系統名稱", value=typed["name"], width=30, autocomplete="off", error=problems.get("name", ""),
              hint="例如「警政 113 系統」。"),
        *([unit] if with_unit else []),
        Field("scopes", "可以做的事", kind="checkboxes", values=scopes, error=problems.get("scopes", ""),
              choices=[Choice(scope.value, scope.label, scope.value) for scope in Scope]),
        Field("contact", "對方的聯絡人", value=typed["contact"], width=40, required=False, autocomplete="off",
              error=problems.get("contact", ""), hint="姓名與電話，出問題時找得到人。"),
        Field("networks", "只能從這些網路呼叫", kind="textarea", rows=3, value=typed["networks"], required=False,
              error=problems.get("networks", ""), hint="一行一個，例如 203.0.113.0/24；留白表示不限。"),
        Field("calls_per_minute", "每支權杖每分鐘可呼叫幾次", kind="number", value=typed["calls_per_minute"], width=8,
              required=False, inputmode="numeric", error=problems.get("calls_per_minute", ""), hint="留白用系統預設。"),
    ]  # fmt: skip


def calls_of(text: str) -> int | None:
    """The number that was typed; None for nothing; 0, which no form takes, for what is no number."""
    if not text:
        return None
    return row_number(text) or 0
