"""A form to JSON and back: how a version is kept beside the entries that were filled in with it. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .codes import About, FieldKind, FormKind
from .programme import Choice, Condition, Form, FormField, FormPart


def to_json(form: Form) -> dict[str, Any]:
    return asdict(form)


def from_json(content: dict[str, Any]) -> Form:
    """The form that `to_json` wrote, field by field the same (and so of the same version)."""
    return Form(
        **{
            **content,
            "kind": FormKind(content["kind"]),
            "about": About(content["about"]),
            "parts": tuple(_part(each) for each in content["parts"]),
        }
    )


def _part(content: dict[str, Any]) -> FormPart:
    return FormPart(
        **{
            **content,
            "fields": tuple(_field(each) for each in content["fields"]),
            "when": _conditions(content["when"]),
        }
    )


def _field(content: dict[str, Any]) -> FormField:
    return FormField(
        **{
            **content,
            "kind": FieldKind(content["kind"]),
            "choices": tuple(Choice(**each) for each in content["choices"]),
            "when": _conditions(content["when"]),
        }
    )


def _conditions(content: list[dict[str, Any]]) -> tuple[Condition, ...]:
    return tuple(Condition(**{**each, "values": tuple(each["values"])}) for each in content)
