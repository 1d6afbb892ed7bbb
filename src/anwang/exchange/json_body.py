"""Reading the JSON that another system sent, strictly: what two readers could read in two ways is refused. Pure."""

from __future__ import annotations

import json
from typing import Any, NoReturn

MAX_DEPTH = 12
MAX_NODES = 20_000


class BadBody(ValueError):
    """The body cannot be read; the text is for the sender (zh-TW). `pointer` is where (RFC 6901), "" for the whole."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object (RFC 8259, UTF-8). Raises BadBody: no JSON, a name twice, NaN, text that no database keeps, too deep."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadBody("內容要是 UTF-8 的 JSON。") from None
    if _depth(text) > MAX_DEPTH:
        raise BadBody(f"內容的層次超過 {MAX_DEPTH} 層。")
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_integer)
    except BadBody:
        raise
    except (ValueError, RecursionError):
        raise BadBody("內容不是合格的 JSON。") from None
    if not isinstance(found, dict):
        raise BadBody("內容要是一個 JSON 物件（{…}）。")
    _check_texts(found)
    return found


def _depth(text: str) -> int:
    """How deep brackets nest, counted before anything is built."""
    deepest = depth = 0
    in_text = escaped = False
    for c in text:
        if in_text:
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                in_text = False
        elif c == '"':
            in_text = True
        elif c in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif c in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadBody("同一層有重複的欄位名稱。")
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadBody(f"{name} 不是 JSON 的數字。")


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > 18:
        raise BadBody("數字太長。")
    return int(text)


def _check_texts(value: Any) -> None:
    """No NUL (PostgreSQL keeps none) and no half characters anywhere, and not more parts than a report can have."""
    waiting: list[tuple[str, Any]] = [("", value)]
    seen = 0
    while waiting:
        pointer, each = waiting.pop()
        seen += 1
        if seen > MAX_NODES:
            raise BadBody("內容的項目太多。")
        if isinstance(each, str):
            _check_text(each, pointer)
        elif isinstance(each, dict):
            for name, inner in each.items():
                _check_text(name, pointer)
                waiting.append((f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", inner))
        elif isinstance(each, list):
            waiting.extend((f"{pointer}/{at}", inner) for at, inner in enumerate(each))


def _check_text(text: str, pointer: str) -> None:
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise BadBody("文字裡有不能儲存的字元（NUL 或不成對的代理字元）。", pointer)
