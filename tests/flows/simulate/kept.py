"""All that a past left in the database, in a form in which two pasts are compared: without row numbers."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from django.db import models

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.services.cases.duties import CLOSING_APPROVAL, JOINED_CONTACT, NEW_REPORT
from anwang.services.cases.promised_rules import APPOINTMENT, GOAL
from anwang.simulate.past.book import TABLES

_NUMBERS = re.compile(r"\b([RCPH]-?)\d{5,}\b|/\d+/")
_NAMED = re.compile(r"^(?:R-)?\d+-(\d+)$")
# Duties whose sequence is a row's number: of the report, the closing, the goal, the visit.
_BY_ROW = frozenset({NEW_REPORT, CLOSING_APPROVAL, JOINED_CONTACT, GOAL, APPOINTMENT})
# Facts and details that are row numbers.
_KEYS = frozenset({
    "persons", "reports", "closing", "plan", "report", "visit", "contact", "not_opened", "first", "second", "records",
    "reply", "worker", "referred_unit", "to_unit", "lead", "row",
})  # fmt: skip


def kept() -> dict[str, list[dict[str, Any]]]:
    """Table to its rows, each without numbers of rows, in an order that does not depend on them."""
    found: dict[str, list[dict[str, Any]]] = {}
    with acting(SYSTEM):
        for model in (*TABLES, AuditEntry):
            rows = [_plain(row, model) for row in model._base_manager.order_by("pk").values()]
            found[model.__name__] = rows
    return found


def _plain(row: dict[str, Any], model: type[models.Model]) -> dict[str, Any]:
    """A row with what it points to only as there or not there, and numbers in texts taken out."""
    pointing = {field.attname for field in model._meta.concrete_fields if field.is_relation}
    result: dict[str, Any] = {}
    for name, value in row.items():
        if name in ("id", "sealed", "content_hash", "client_digest"):  # of numbers and of chance
            continue
        if name in pointing and name not in _STAFF:
            result[name] = value is not None
        elif (
            name == "subject_id"
            or (name == "outcome" and str(value).isdigit())
            or (name == "sequence" and row["rule_id"] in _BY_ROW)
        ):
            result[name] = "#"
        elif name == "record_number":
            result[name] = _NAMED.sub(r"#-\1", value)
        else:
            result[name] = _value(value)
    return result


_STAFF = frozenset({
    "unit_id", "to_unit_id", "worker_id", "supervisor_id", "by_id", "made_by_id", "recorded_by_id", "sent_by_id",
    "answered_by_id", "entered_by_id", "opened_by_id", "submitted_by_id", "asked_by_id", "settled_by_id", "agency_id",
    "referred_unit_id", "lead_unit_id", "received_by_id", "reporter_unit_id",
})  # fmt: skip


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _NUMBERS.sub("#", _NAMED.sub(r"#-\1", value))
    if isinstance(value, dict):
        return {key: "#" if key in _KEYS else _value(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_value(each) for each in value]
    return value


def differences(one: dict[str, list[dict[str, Any]]], other: dict[str, list[dict[str, Any]]]) -> list[str]:
    """In words what differs, table by table and column by column; empty when nothing does."""
    found = []
    for table in one:
        left, right = _only(one[table], other[table]), _only(other[table], one[table])
        if not left and not right:
            continue
        found.append(
            f"{table}: {len(one[table])} and {len(other[table])} rows, {len(left)} and {len(right)} differ"
        )
        for row in left[:5]:
            near = min(right, key=lambda each: len(_columns(row, each)), default={})
            found += [f"  {name}: {row.get(name)!r} | {near.get(name)!r}" for name in _columns(row, near)]
    return found


def _only(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[dict[str, Any]]:
    there = Counter(_key(row) for row in other)
    found = []
    for row in one:
        key = _key(row)
        if there[key]:
            there[key] -= 1
        else:
            found.append(row)
    return found


def _key(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, default=str, ensure_ascii=False)


def _columns(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [name for name in one if one[name] != other.get(name)]
