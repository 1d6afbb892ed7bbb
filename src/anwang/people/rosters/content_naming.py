"""Columns whose header nobody knows, named by what stands in them: strong forms first, the list's own fields after.

A name found so never outweighs a known header: its score stays below every known spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from anwang.standard.codes import RosterCode
from anwang.standard.fields import FIELDS, FieldId, FieldType
from anwang.standard.rosters import ROSTERS
from anwang.standard.surnames import COMPOUND_SURNAMES, SURNAMES
from anwang.standard.townships import CENTRES
from anwang.standard.vocabularies import VOCABULARIES, read_amount, read_code

from .content import ColumnContent, year_of

_F = FieldId
SURE = 0.8  # share of cells from which content alone names a column
_SURE_OF_ID = 0.6  # mistyped numbers fail the check, and nothing else passes it so often

# The test of `content` that a field's cells pass, by the type of the field.
TESTS = {
    FieldType.ID_NUMBER: "id",
    FieldType.BIRTH: "date",
    FieldType.DATE: "date",
    FieldType.PHONE: "phone",
    FieldType.ADDRESS: "address",
    FieldType.NAME: "name",
    FieldType.SEX: "sex",
    FieldType.RELATION: "relation",
}
TEST_LABELS = {
    "id": "身分證統一編號",
    "date": "日期",
    "phone": "電話",
    "address": "地址",
    "name": "姓名",
    "sex": "性別",
    "relation": "稱謂",
}


# Content that is distinctive in any list, and how much it counts.
_ANYWHERE = {
    _F.ID_NUMBER: 0.7,
    _F.SEX: 0.6,
    _F.ADDRESS: 0.6,
    _F.PHONE: 0.58,
    _F.NAME: 0.5,
    _F.BIRTH: 0.5,
    _F.RELATION: 0.42,
}
# Fields of text with words of their own; looked for only in a list that has the field.
_WORDS = {
    _F.SCHOOL: re.compile(r"國小|國中|高中|高職|小學|中學|大學|附小|附中|學校$"),
    _F.POLICE_UNIT: re.compile(r"分駐所|派出所|分局|警察|偵查隊|駐在所"),
    _F.WELFARE_CENTER: re.compile(rf"中心$|^社福|^(?:{'|'.join(CENTRES)})(?:區|站|社福)?$"),
}
_SECOND_NAME = 0.42
_RECENT_YEARS = 5  # pupils' births span more


def named_by_content(content: ColumnContent, roster: RosterCode) -> Iterator[tuple[FieldId, float, str]]:
    """Fields that the column may be in a list of kind `roster`: (field, score, reason in zh-TW)."""
    for field, weight in _ANYWHERE.items():
        test = TESTS[FIELDS[field].type]
        share = content.share(test)
        if share >= (_SURE_OF_ID if field is _F.ID_NUMBER else SURE) and _is_likely(field, content, roster):
            # Of two columns of names the one that clearly repeats less is the person's own, else the first.
            extra = 0.05 if field is _F.NAME and content.unique > 0.6 else 0.0
            yield field, weight * share + extra, f"有 {share:.0%} 的內容像{TEST_LABELS[test]}"
    if content.is_running and content.filled >= 3:
        yield _F.ROW_NUMBER, 0.6, "內容是連續的序號"
    for field in ROSTERS[roster].expected:
        share = _own_share(field, content)
        if share >= SURE:
            yield (
                field,
                (0.5 if field in VOCABULARIES else 0.45) * share,
                f"有 {share:.0%} 的內容像{FIELDS[field].label}",
            )
        elif field in (_F.CARER_NAME, _F.REFERENCE_NAME) and _holds_names(content):
            yield field, _SECOND_NAME * content.share("name"), "內容是另一欄姓名"


def _holds_names(content: ColumnContent) -> bool:
    """Names of people, some perhaps of several rows; a category of two or three words looks like names too."""
    return (
        content.share("name") >= SURE
        and _are_surnamed(content)
        and (content.unique >= 0.15 or content.filled < 8)
    )


def _are_surnamed(content: ColumnContent) -> bool:
    surnamed = sum(1 for text in content.sample if text[:1] in SURNAMES or text[:2] in COMPOUND_SURNAMES)
    return surnamed >= 0.5 * len(content.sample)


def _own_share(field: FieldId, content: ColumnContent) -> float:
    """The share of cells that look like a field of the list's own; 0 when its form says nothing."""
    if not content.sample:
        return 0.0
    if field in VOCABULARIES:
        return code_share(field, content.sample)
    if field in _WORDS:
        return sum(1 for text in content.sample if _WORDS[field].search(text)) / len(content.sample)
    if FIELDS[field].type is FieldType.DATE:
        return content.share("date") if _is_recent(content.sample) else 0.0
    if FIELDS[field].type is FieldType.AMOUNT:
        return (
            sum(map(_is_round_amount, content.sample)) / len(content.sample)
            if content.share("date") < 0.5
            else 0.0
        )
    if (
        field is _F.HOUSEHOLD_NUMBER
        and 0.15 < content.unique < 0.97
        and max(map(content.share, ("id", "date", "phone"))) < 0.3
    ):
        return content.share("code")
    return 0.0


def _is_round_amount(text: str) -> bool:
    amount = read_amount(text)
    return amount is not None and amount % 100 == 0 and amount <= 1_000_000


def _is_likely(field: FieldId, content: ColumnContent, roster: RosterCode) -> bool:
    """Guards against a test that other columns pass too."""
    if field is _F.NAME:  # the sender's words for a status repeat, names hardly do
        return content.unique > 0.4 or (content.filled < 8 and _are_surnamed(content))
    if field is _F.BIRTH:  # births spread over decades; days of service lie within a few years
        has_days = any(FIELDS[other].type is FieldType.DATE for other in ROSTERS[roster].expected)
        return not (has_days and _is_recent(content.sample))
    if field is _F.PHONE:
        return content.share("date") < 0.5 and content.share("id") < 0.1
    return True


@lru_cache(maxsize=1024)
def code_share(field: FieldId, sample: tuple[str, ...]) -> float:
    """The share of words that the code list of `field` knows."""
    return sum(1 for text in sample if read_code(field, text) is not None) / len(sample) if sample else 0.0


@lru_cache(maxsize=256)
def _is_recent(sample: tuple[str, ...]) -> bool:
    """Most days lie within a few years of the latest one."""
    years = sorted(year for year in map(year_of, sample) if year)
    return bool(years) and years[-1] - years[len(years) // 5] <= _RECENT_YEARS and len(years) >= 3
