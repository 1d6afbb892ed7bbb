"""Two records side by side, and the weights that the matching gave: what 比對覆核 shows of a pair. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anwang.standard.codes import IdState
from anwang.standard.record import PartialDate, StandardRecord
from anwang.web.charts import Contribution
from anwang.web.clocks import roc_day
from anwang.web.comparison import ComparedField, compare_field

# Compared position by position: in these a shifted match would hide a mistyped digit.
_ALIGNED = frozenset({"id_number", "birth", "phone", "household_number"})
_FIELDS = (
    ("name", "姓名"),
    ("id_number", "統一編號"),
    ("birth", "出生日期"),
    ("sex", "性別"),
    ("phone", "電話"),
    ("address", "住址"),
    ("household_number", "戶號"),
    ("relation", "稱謂"),
    ("reference_name", "案主或戶長"),
    ("carer_name", "主要照顧者"),
)
# The linkage's name of a comparison, where it is about one field.
_COMPARED = {
    "name": "name",
    "identity": "id_number",
    "birth": "birth",
    "sex": "sex",
    "role": "relation",
    "place": "address",
    "reference": "reference_name",
}
_STATES = {IdState.CHECK_FAILED: "檢查碼不符", IdState.MASKED: "有遮罩"}


def birth_words(birth: PartialDate | None) -> str:
    """`102年3月14日`, as much of it as is known; what could not be read stays as it was written."""
    if birth is None:
        return ""
    if birth.date:
        return roc_day(birth.date)
    if not birth.year:
        return birth.raw.strip()
    return f"{birth.year - 1911}年" + (f"{birth.month}月" if birth.month else "")


def shown(record: StandardRecord) -> dict[str, str]:
    """What of a record helps to tell one person from another; nothing of what they are served for."""
    return {
        "name": record.name.raw.strip(),
        "id_number": record.id_number.text or record.id_number.raw if record.id_number else "",
        "birth": birth_words(record.birth),
        "sex": record.sex.label if record.sex else "",
        "phone": "、".join(phone.digits or phone.raw for phone in record.phones),
        "address": record.address.raw.strip() if record.address else "",
        "household_number": record.household_number,
        "relation": record.relation_raw,
        "reference_name": record.reference_name.text if record.reference_name else "",
        "carer_name": record.carer_name.text if record.carer_name else "",
    }


def compared(
    a: StandardRecord, b: StandardRecord, contributions: Sequence[Mapping[str, Any]] = ()
) -> list[ComparedField]:
    """The fields that at least one of the records has; the matching's own words stand under the verdict."""
    left, right = shown(a), shown(b)
    words = {_COMPARED.get(each["comparison"], ""): each["finding"] for each in contributions}
    rows = []
    for field, label in _FIELDS:
        if not left[field] and not right[field]:
            continue
        notes = [words.get(field, "")]
        if field == "id_number":
            notes += [_STATES.get(each.id_number.state, "") for each in (a, b) if each.id_number]
        note = "；".join(dict.fromkeys(note for note in notes if note))
        rows.append(compare_field(label, left[field], right[field], note=note, aligned=field in _ALIGNED))
    return rows


def contribution_rows(contributions: Iterable[Mapping[str, Any]]) -> list[Contribution]:
    """`ReviewPair.contributions` for the chart: the prior, where everybody begins, then the heaviest first.

    Each is `{"comparison", "label", "finding", "bits", "strength"}` (`linkage.result.Contribution`): `bits` is the
    base-2 logarithm of the Bayes factor, above 0 for one person.
    """
    ordered = sorted(
        contributions, key=lambda each: (each["comparison"] != "prior", -abs(float(each["bits"])))
    )
    return [Contribution(each["label"], float(each["bits"]), each["finding"]) for each in ordered]
