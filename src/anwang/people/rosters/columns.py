"""Which column is which standard field: what it is called first, what stands in it second, each with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from anwang.standard.codes import RosterCode
from anwang.standard.fields import FIELDS, FieldId, FieldType
from anwang.standard.rosters import ROSTERS, match_header, names_household
from anwang.standard.vocabularies import VOCABULARIES
from anwang.standard.whose import Whose, is_event_day, is_office_day, whose

from .completing import complete_choices
from .content import ColumnContent
from .content_naming import SURE, TEST_LABELS, TESTS, code_share, named_by_content
from .recognition import ColumnChoice

_F = FieldId
_LEAST = 0.25  # a choice below this is no choice
_STRANGE = 0.15  # less for a coded field that the list does not usually have
_ANOTHERS = 0.4  # less for what is another's, or another address, but may stand where nothing else does
_SPELLING = 0.69  # a header's score from which it is a whole known spelling
_PLAIN_NAME = "姓名"
_OWN = (Whose.OWN,)
_OF_WHOM: dict[FieldId, tuple[Whose, ...]] = {
    **dict.fromkeys((_F.NAME, _F.ID_NUMBER, _F.SEX, _F.ADDRESS, _F.REGISTER_ADDRESS), _OWN),
    _F.PHONE: (Whose.OWN, Whose.CARER),
    _F.RELATION: (Whose.OWN, Whose.REFERENCE),
    _F.REFERENCE_NAME: (Whose.OWN, Whose.REFERENCE),
    _F.REFERENCE_ID_NUMBER: (Whose.REFERENCE,),
    _F.CARER_NAME: (Whose.OWN, Whose.CARER, Whose.FAMILY),
    _F.CARER_ID_NUMBER: (Whose.CARER,),
    _F.CARER_PHONE: (Whose.CARER,),
    _F.CARER_RELATION: (Whose.OWN, Whose.CARER),
    _F.RECORD_NUMBER: (Whose.OWN, Whose.STAFF),
    _F.POLICE_UNIT: _OWN,
}


def chosen_columns(
    headers: Sequence[str], contents: Sequence[ColumnContent], roster: RosterCode
) -> tuple[ColumnChoice, ...]:
    """A choice for every column, reading the headers as those of `roster`. Unknown columns get field None."""
    options: list[tuple[float, int, FieldId, str]] = []
    has_plain_name = _PLAIN_NAME in headers
    for index, (header, content) in enumerate(zip(headers, contents, strict=True)):
        for field, (score, reason) in _options(header, content, roster).items():
            if field is _F.NAME and has_plain_name and header != _PLAIN_NAME:
                # 申請人 beside 姓名 is who came to the counter: the row, and its identity number, is of 姓名.
                score -= _ANOTHERS
            options.append((score, -index, field, reason))
    options.sort(key=lambda option: (option[0], option[1]), reverse=True)
    chosen: dict[int, ColumnChoice] = {}
    taken: set[FieldId] = set()
    for score, negative_index, field, reason in options:
        index = -negative_index
        if score < _LEAST or index in chosen or (field in taken and not FIELDS[field].repeatable):
            continue
        chosen[index] = ColumnChoice(index, headers[index], field, round(min(score, 1.0), 3), reason)
        taken.add(field)
    complete_choices(chosen, headers, contents, roster)
    return tuple(
        chosen.get(index)
        or ColumnChoice(
            index, header, None, 0.0, "標準沒有對應的欄位，原樣保留" if header else "沒有標題，原樣保留"
        )
        for index, header in enumerate(headers)
        if index in chosen or header or contents[index].filled
    )


def _options(header: str, content: ColumnContent, roster: RosterCode) -> dict[FieldId, tuple[float, str]]:
    found: dict[FieldId, tuple[float, str]] = {}
    expected = ROSTERS[roster].expected
    for match in match_header(header, roster):
        is_spelling = match.score >= _SPELLING
        if not _may_be(match.field, header, content, is_spelling):
            continue
        support, seen = _support(match.field, content)
        if match.field in VOCABULARIES and match.field not in expected:
            # 「目前狀態」 is how one list calls its state: in another list it is that list's own state, if it has one.
            if not is_spelling:
                continue
            support -= _STRANGE
        if match.field is _F.NAME and whose(header) is Whose.REFERENCE:
            support -= _ANOTHERS  # 案主姓名 is the person's own name only where no other column is
        if match.field is _F.ADDRESS and "籍" in header and roster is not RosterCode.HOUSEHOLD_REGISTER:
            support -= _ANOTHERS  # where somebody is registered is the address only where no other is given
        how = "標題是已知的寫法" if is_spelling else "標題含有關鍵詞"
        found[match.field] = (match.score + support, f"{how}「{header}」{seen}")
    named = max((score for score, _ in found.values()), default=0.0)
    # 「ID」 may be the case number of one system and the identity number of another: a check digit decides.
    if (named < 0.5 or content.share("id") >= SURE) and content.filled >= 2:
        for field, score, reason in named_by_content(content, roster):
            if score > found.get(field, (0.0, ""))[0] and _may_be(field, header, content, is_spelling=False):
                found[field] = (score, f"標題「{header}」未知，但{reason}")
    return found


def _may_be(field: FieldId, header: str, content: ColumnContent, is_spelling: bool) -> bool:
    """Not when the header says that it is somebody else's, or a day that is no birth, however its cells look."""
    if field is _F.BIRTH:
        return whose(header) is Whose.OWN and (
            is_spelling or not (is_event_day(header) or is_office_day(header))
        )
    if FIELDS[field].type is FieldType.DATE:
        is_text = content.filled >= 3 and content.share("date") < 0.2
        return not is_office_day(header) and (is_spelling or not is_text)  # 輟學原因 is no day
    if field in VOCABULARIES and not is_spelling and content.share("date") >= SURE:
        return False  # 復學日期 is no state
    if field is _F.ID_NUMBER and names_household(header):
        return False  # a household numbered by its head's identity number
    allowed = _OF_WHOM.get(field)
    if allowed is None or whose(header) in allowed:
        return True
    # 案主姓名 is the person's own name in lists without relations, 家長電話 the telephone of a pupil's list.
    return is_spelling and whose(header) is not Whose.STAFF


def _support(field: FieldId, content: ColumnContent) -> tuple[float, str]:
    """What the cells say about the header's claim: (added to the score, words for the reason)."""
    if content.filled == 0:
        return -0.02, "（整欄空白）"
    if field is _F.RECORD_NUMBER:
        return _record_number_support(content)
    if field is _F.ROW_NUMBER:
        return (0.1, "，內容是連續的序號") if content.is_running else (-0.4, "，但內容不是連續的序號")
    if field is _F.HOUSEHOLD_NUMBER and content.share("id") >= 0.5:
        return -0.35, "，但內容是統一編號"
    if field in VOCABULARIES:
        share = code_share(field, content.sample)
        return 0.15 * share - 0.05, f"，{share:.0%} 的內容是標準用語"
    test = TESTS.get(FIELDS[field].type)
    if test is None:
        return 0.0, ""
    share = content.share(test)
    if field is _F.ID_NUMBER and share < 0.2 and content.share("id_form") >= 0.6:
        return 0.0, "，內容有統一編號的樣子，但檢查碼多不符"
    rival = max(
        (content.share(other) for other in ("id", "phone", "address", "sex") if other != test), default=0.0
    )
    if share < 0.2 and content.filled >= 3 and (rival >= SURE or field in (_F.ID_NUMBER, _F.PHONE, _F.SEX)):
        return -0.6, f"，但只有 {share:.0%} 的內容像{TEST_LABELS[test]}"
    if share < 0.2 and content.filled >= 3:
        return -0.25, f"，但只有 {share:.0%} 的內容像{TEST_LABELS[test]}"
    return 0.1 * share, f"，{share:.0%} 的內容相符"


def _record_number_support(content: ColumnContent) -> tuple[float, str]:
    if content.is_running:
        return -0.35, "，但內容只是連續的序號"
    support = 0.3 * (content.unique - 0.9) / 0.1 if content.unique >= 0.8 else -0.5
    if content.share("id") > 0.5 or content.share("address") > 0.3:
        support -= 1.0
    return support, f"，{content.unique:.0%} 的值不重複"
