"""Which column is which standard field: what it is called first, what stands in it second, each with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from anwang.standard.codes import RosterCode
from anwang.standard.fields import FIELDS, FieldId
from anwang.standard.rosters import ROSTERS, match_header
from anwang.standard.vocabularies import VOCABULARIES

from .content import ColumnContent
from .content_naming import SURE, TEST_LABELS, TESTS, code_share, named_by_content
from .recognition import ColumnChoice

_F = FieldId
_LEAST = 0.25  # a choice below this is no choice
_STRANGE = 0.15  # less for a coded field that the list does not usually have


def chosen_columns(
    headers: Sequence[str], contents: Sequence[ColumnContent], roster: RosterCode
) -> tuple[ColumnChoice, ...]:
    """A choice for every column, reading the headers as those of `roster`. Unknown columns get field None."""
    options: list[tuple[float, int, FieldId, str]] = []
    for index, (header, content) in enumerate(zip(headers, contents, strict=True)):
        for field, (score, reason) in _options(header, content, roster).items():
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
    _with_record_number(chosen, headers, contents)
    _with_address(chosen, roster)
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
        support, seen = _support(match.field, content)
        if match.field in VOCABULARIES and match.field not in expected:
            # 「目前狀態」 is how one list calls its state: in another list it is that list's own state, if it has one.
            support -= _STRANGE
        how = "標題是已知的寫法" if match.score >= 0.69 else "標題含有關鍵詞"
        found[match.field] = (match.score + support, f"{how}「{header}」{seen}")
    named = max((score for score, _ in found.values()), default=0.0)
    # 「ID」 may be the case number of one system and the identity number of another: a check digit decides.
    if (named < 0.5 or content.share("id") >= SURE) and content.filled >= 2:
        for field, score, reason in named_by_content(content, roster):
            if score > found.get(field, (0.0, ""))[0]:
                found[field] = (score, f"標題「{header}」未知，但{reason}")
    return found


def _support(field: FieldId, content: ColumnContent) -> tuple[float, str]:
    """What the cells say about the header's claim: (added to the score, words for the reason)."""
    if content.filled == 0:
        return -0.02, "（整欄空白）"
    if field is _F.RECORD_NUMBER:
        return _record_number_support(content)
    if field is _F.ROW_NUMBER:
        return (0.1, "，內容是連續的序號") if content.is_running else (-0.4, "，但內容不是連續的序號")
    if field in VOCABULARIES:
        share = code_share(field, content.sample)
        return 0.15 * share - 0.05, f"，{share:.0%} 的內容是標準用語"
    test = TESTS.get(FIELDS[field].type)
    if test is None:
        return 0.0, ""
    share = content.share(test)
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


def _with_record_number(
    chosen: dict[int, ColumnChoice], headers: Sequence[str], contents: Sequence[ColumnContent]
) -> None:
    """When no column was named record number: the one with unique codes, else the running number (noted as such)."""
    if any(choice.field is _F.RECORD_NUMBER for choice in chosen.values()):
        return
    best: tuple[float, int] | None = None
    for index, content in enumerate(contents):
        choice = chosen.get(index)
        if choice is not None and choice.field not in (_F.ROW_NUMBER, None):
            continue
        if (
            content.fill < 0.9
            or content.unique < 0.98
            or content.share("code") < 0.8
            or content.share("id") > 0.3
        ):
            continue
        if content.share("date") > 0.5 and not content.is_running:
            continue
        score = 0.5 - 0.2 * content.is_running - 0.005 * index
        if best is None or score > best[0]:
            best = (score, index)
    if best is not None:
        score, index = best
        kind = (
            "沒有其他編號欄，以連續的序號當作案號"
            if contents[index].is_running
            else "每列都有且不重複，當作案號"
        )
        chosen[index] = ColumnChoice(
            index, headers[index], _F.RECORD_NUMBER, round(score, 3), f"標題「{headers[index]}」，{kind}"
        )


def _with_address(chosen: dict[int, ColumnChoice], roster: RosterCode) -> None:
    """A list whose only address is the registered one has that as its address."""
    fields = {choice.field: index for index, choice in chosen.items()}
    if _F.REGISTER_ADDRESS in fields and _F.ADDRESS not in fields:
        index = fields[_F.REGISTER_ADDRESS]
        old = chosen[index]
        chosen[index] = ColumnChoice(
            index, old.header, _F.ADDRESS, old.score, f"{old.reason}；名冊只有這一個地址"
        )
