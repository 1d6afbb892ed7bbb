"""Rows of a sheet that are no records: blank rows, totals, footnotes, headers printed again, section headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from anwang.standard.text import fold_label, squeeze


class SkippedKind(StrEnum):
    BLANK = "blank"
    TOTAL = "total"
    FOOTNOTE = "footnote"
    REPEATED_HEADER = "repeated_header"
    SECTION = "section"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    SkippedKind.BLANK: "空白列",
    SkippedKind.TOTAL: "合計列",
    SkippedKind.FOOTNOTE: "註記列",
    SkippedKind.REPEATED_HEADER: "重複的標題列",
    SkippedKind.SECTION: "分段標題列",
}

_NUMBER = r"[\d,〇一二三四五六七八九十百千]*"
_UNIT = r"(?:筆|人|案|件|戶|名|位|人次|案次|列)?"
_TOTAL = re.compile(
    r"(?:(?:本頁|本月|本期|全部|全縣|男|女|以上)?(?:合計|總計|小計|共計|累計|總數|總筆數|總人數|總案數|筆數|總和|計|共)"
    rf"(?:筆數|人數|案數|件數|戶數|案件數)?(?:為|有)?[:()]*(?:共計|共|計)?{_NUMBER}{_UNIT}[)。.]*"
    r"|total(?:s|count|records)?[:=]?\d*|(?:subtotal|sum|count)[:=]?\d*"
    r"|[-=*—~]*(?:以下空白|以下無資料|以下無|以下略|資料結束|無資料|本月無(?:資料|個案|案件|新案|新增|通報|異動)*|查無資料|endofreport|end|eof)[-=*—~。.]*)",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(
    r"(?:承辦|製表|填表|填報|造冊|列印|印表|匯出|產製|製作|審核|覆核|複核|核章|單位主管|機關首長|主管|主任|科長|課長|股長|處長|局長|組長|"
    r"備註|備考|附註|附記|說明|註\d*[:、.]|註$|※|＊|資料來源|資料時間|資料日期|資料期間|查詢時間|查詢日期|查詢條件|報表|聯絡人[:]|聯絡電話[:]|"
    r"連絡電話[:]|第\d+頁|頁次|頁碼|page\d|page[:]|-\d+-$|注意|密件|機密|本資料|本名冊|本表|依個人資料|個資|\(?簽章|以上資料|(?:\d+[.、)])?(?:本表|資料|如有|依據))",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"[(\[【〔■●◎▲]?[\u4e00-\u9fff]{1,10}(?:鄉|鎮|市|區|中心|里|村|分局|派出所|分駐所|國小|國中)[)\]】〕]?(?:[(:]?(?:共|計)?\d*(?:人|筆|案|戶)?\)?)?"
)


def skipped_kind(
    texts: Sequence[str], header_cells: frozenset[str], titles: frozenset[str], person_columns: Sequence[int]
) -> SkippedKind | None:
    """Why a row is no record, or None when it must be read as one.

    `texts`: the cells as text. `header_cells`: the folded headers. `titles`: the squeezed title lines.
    `person_columns`: the columns of name, identity number and birth. When in doubt the row is read, and refused with
    its reason: a lost record is worse than a line too many in the refusals.
    """
    filled = [text for text in texts if text]
    if not filled:
        return SkippedKind.BLANK
    first = squeeze(filled[0])
    if len(filled) >= 3 and header_cells:
        same = sum(1 for text in filled if fold_label(text) in header_cells)
        if same * 10 >= len(filled) * 7 and same * 10 >= len(header_cells) * 5:
            return SkippedKind.REPEATED_HEADER
    if _TOTAL.fullmatch(first) and len(filled) <= max(4, len(texts) // 2):
        return SkippedKind.TOTAL
    if len(filled) <= 2 and any(_TOTAL.fullmatch(squeeze(text)) for text in filled) and not _is_code(first):
        return SkippedKind.TOTAL
    if len(filled) <= 6 and _FOOTNOTE.match(first) and _is_short_of_a_person(texts, person_columns):
        return SkippedKind.FOOTNOTE
    if len(filled) == 1:
        if first in titles:
            return SkippedKind.REPEATED_HEADER
        if _SECTION.fullmatch(first):
            return SkippedKind.SECTION
        if len(first) > 40 and not _is_code(first):
            return SkippedKind.FOOTNOTE
    return None


def _is_code(text: str) -> bool:
    """Looks like somebody's record number: nothing but Latin letters, digits and hyphens."""
    return (
        text.isascii()
        and any(char.isdigit() for char in text)
        and not text.lower().startswith(("total", "page"))
    )


def _is_short_of_a_person(texts: Sequence[str], person_columns: Sequence[int]) -> bool:
    """True when the columns of the person hold nothing that a person's row would (an ID or a date has digits)."""
    held = [texts[index] for index in person_columns if index < len(texts) and texts[index]]
    return not any(sum(char.isdigit() for char in text) >= 6 and len(text) <= 12 for text in held)
