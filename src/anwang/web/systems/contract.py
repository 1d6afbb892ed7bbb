"""The API's contract as one plain page, for who connects a system. It is made from the contract itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anwang.exchange.api import openapi


@dataclass(frozen=True, slots=True)
class Line:
    """A field or parameter: its name, what goes in, whether it must be there, what it means."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    id: str
    summary: str
    text: str
    parameters: list[Line]
    body: str
    answers: list[tuple[str, str, str]]


@require_GET
def contract(request: HttpRequest) -> HttpResponse:
    """No sign-in: it says how to ask, and nothing of anybody."""
    found = openapi()
    shapes = [
        (name, shape.get("description", ""), shape.get("enum", []), list(_fields(shape)))
        for name, shape in sorted(found["components"]["schemas"].items())
    ]
    return render(
        request, "systems/contract.html", {"operations": list(_operations(found)), "shapes": shapes}
    )


def _operations(found: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in found["paths"].items():
        for method, it in methods.items():
            content = it.get("requestBody", {}).get("content", {})
            yield Operation(
                method.upper(),
                path,
                it["operationId"],
                it["summary"],
                it.get("description", ""),
                [
                    Line(each["name"], _kind(each["schema"]), each["required"], each.get("description", ""))
                    for each in it.get("parameters", [])
                ],
                next((_kind(each["schema"]) for each in content.values()), ""),
                [
                    (
                        str(status),
                        answer["description"],
                        next((_kind(each["schema"]) for each in answer.get("content", {}).values()), ""),
                    )
                    for status, answer in sorted(it["responses"].items(), key=lambda pair: str(pair[0]))
                ],
            )


def _fields(shape: dict[str, Any]) -> Iterator[Line]:
    required = set(shape.get("required", ()))
    for name, each in shape.get("properties", {}).items():
        yield Line(name, _kind(each), name in required, each.get("description", ""))


def _kind(schema: dict[str, Any]) -> str:
    """What goes in, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "allOf"):
        if several in schema:
            return " 或 ".join(_kind(each) for each in schema[several])
    if schema.get("type") == "array":
        least, most = schema.get("minItems"), schema.get("maxItems")
        bounds = f"，{least or 0}–{most} 項" if most else ""
        return f"清單（{_kind(schema['items'])}{bounds}）"
    words = {
        "string": "文字", "integer": "整數", "boolean": "true 或 false", "null": "null", "number": "數字",
    }  # fmt: skip
    text = "時間" if schema.get("format") == "date-time" else words.get(str(schema.get("type")), "")
    most = schema.get("maxLength")
    return f"{text}，{most} 字以內" if most else text
