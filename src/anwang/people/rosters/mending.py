"""What the sender should do about a refused row. Pure."""

from __future__ import annotations

from anwang.standard.fields import FieldId

_MEND = {
    FieldId.NAME: "補上姓名或統一編號其中之一；若不是個案，刪除這一列。",
    FieldId.BIRTH: "核對出生日期，例如 115/3/1 或 1150301；不知道日期時可以只寫年，或留白。",
}
_DUPLICATE = "兩列是同一案時刪除一列；是不同案時改用不同的編號。"
_NO_NUMBER = "補上這一列的編號；若不是個案，刪除這一列。"


def how_to_mend(field: str, value: str) -> str:
    """One sentence (zh-TW) for a row refused because of `field` (a FieldId) with the value received."""
    if field == FieldId.RECORD_NUMBER:
        return _DUPLICATE if value.strip() else _NO_NUMBER
    return _MEND.get(FieldId(field), "核對這一欄，改正後重新送出。")
