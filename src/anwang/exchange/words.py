"""What is wrong with a value, in zh-TW, by the kind of error that the checker names. Pure.

The value itself is never repeated: it may be somebody's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "missing": "必填。",
    "extra_forbidden": "沒有這個欄位；請核對名稱，拼錯的欄位不會被收下。",
    "string_type": "要是文字。",
    "int_parsing": "要是整數。",
    "int_type": "要是整數。",
    "int_from_float": "要是整數。",
    "bool_type": "要是 true 或 false。",
    "list_type": "要是清單（[…]）。",
    "dict_type": "要是物件（{…}）。",
    "model_type": "要是物件（{…}）。",
    "model_attributes_type": "要是物件（{…}）。",
    "enum": "不在代碼表中；代碼見 GET /api/v1/code-lists。",
    "timezone_aware": "時間要有時區，例如 2026-03-01T14:30:00+08:00。",
    "datetime_parsing": "要是時間，例如 2026-03-01T14:30:00+08:00（網址中的 + 請寫成 %2B）。",
    "datetime_from_date_parsing": "要是時間，例如 2026-03-01T14:30:00+08:00（網址中的 + 請寫成 %2B）。",
    "datetime_type": "要是時間，例如 2026-03-01T14:30:00+08:00。",
    "string_pattern_mismatch": "格式不對。",
}


def words_of(kind: str, context: Mapping[str, Any]) -> str:
    """`kind` and `context` as pydantic gives them."""
    if kind == "string_too_long":
        return f"請在 {context.get('max_length')} 個字以內。"
    if kind == "string_too_short":
        return f"至少 {context.get('min_length')} 個字。"
    if kind == "too_long":
        return f"最多 {context.get('max_length')} 項。"
    if kind == "too_short":
        return f"至少 {context.get('min_length')} 項。"
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        return f"要{'不小於' if 'ge' in context else '不大於'} {bound}。"
    return _WORDS.get(kind, "格式不對。")
