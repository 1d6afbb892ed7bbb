"""Choices that only the whole header shows: a number when none is named, the only address, the only day of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from anwang.standard.codes import RosterCode
from anwang.standard.fields import FIELDS, FieldId, FieldType
from anwang.standard.rosters import ROSTERS
from anwang.standard.whose import Whose, is_office_day, whose

from .content import ColumnContent
from .recognition import ColumnChoice

_F = FieldId
Chosen = dict[int, ColumnChoice]
_OF_CHILDREN = (RosterCode.CHILD_OUTREACH, RosterCode.SCHOOL_DROPOUT)


def complete_choices(
    chosen: Chosen, headers: Sequence[str], contents: Sequence[ColumnContent], roster: RosterCode
) -> None:
    """Fills in `chosen` what no column by itself decides."""
    _with_record_number(chosen, headers, contents)
    _with_household_number(chosen, roster)
    _with_name(chosen)
    _with_address(chosen, roster)
    _with_phones(chosen)
    _with_event_day(chosen, headers, contents, roster)
    _with_carer_relation(chosen, roster)


def _with_record_number(chosen: Chosen, headers: Sequence[str], contents: Sequence[ColumnContent]) -> None:
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


def _with_household_number(chosen: Chosen, roster: RosterCode) -> None:
    """A register that tells its households apart by the head's identity number only."""
    fields = {choice.field: index for index, choice in chosen.items()}
    if (
        roster is RosterCode.HOUSEHOLD_REGISTER
        and _F.REFERENCE_ID_NUMBER in fields
        and _F.HOUSEHOLD_NUMBER not in fields
    ):
        _change(
            chosen, fields[_F.REFERENCE_ID_NUMBER], _F.HOUSEHOLD_NUMBER, "沒有戶號，戶長編號相同者為同一戶"
        )


def _with_name(chosen: Chosen) -> None:
    """The only name of a file, called 案主, is the name of its persons."""
    fields = {choice.field: index for index, choice in chosen.items()}
    if _F.REFERENCE_NAME in fields and not {_F.NAME, _F.RELATION} & set(fields):
        index = fields[_F.REFERENCE_NAME]
        if "案" in chosen[index].header:
            _change(chosen, index, _F.NAME, "名冊只有這一個姓名")


def _with_address(chosen: Chosen, roster: RosterCode) -> None:
    """A list whose only address is the registered one has that as its address."""
    fields = {choice.field: index for index, choice in chosen.items()}
    if _F.REGISTER_ADDRESS in fields and _F.ADDRESS not in fields:
        _change(chosen, fields[_F.REGISTER_ADDRESS], _F.ADDRESS, "名冊只有這一個地址")


def _with_phones(chosen: Chosen) -> None:
    """A carer's telephone reaches a child that has none of its own; beside the child's own it is the carer's."""
    phones = [index for index, choice in chosen.items() if choice.field is _F.PHONE]
    of_others = [index for index in phones if whose(chosen[index].header) is not Whose.OWN]
    if len(of_others) == len(phones):
        return
    for index in sorted(of_others):
        is_first = all(choice.field is not _F.CARER_PHONE for choice in chosen.values())
        if whose(chosen[index].header) is Whose.CARER and is_first:
            _change(chosen, index, _F.CARER_PHONE, "另有本人的電話")
        else:
            _change(chosen, index, None, "是別人的電話，另有本人的，原樣保留")


def _with_event_day(
    chosen: Chosen, headers: Sequence[str], contents: Sequence[ColumnContent], roster: RosterCode
) -> None:
    """The only day of events in a file is the day of its list, whatever the bureau calls it (受理日期 of a report)."""
    own = next(
        (f for f in ROSTERS[roster].expected if FIELDS[f].type is FieldType.DATE and f is not _F.BIRTH), None
    )
    if own is None or any(choice.field is own for choice in chosen.values()):
        return
    days = [
        index
        for index, header in enumerate(headers)
        if contents[index].filled
        and contents[index].share("date") >= 0.6
        and not is_office_day(header)
        and (
            (choice := chosen.get(index)) is None
            or (
                choice.field is not None
                and FIELDS[choice.field].type is FieldType.DATE
                and choice.field is not _F.CLOSED_ON
            )
        )
    ]
    if len(days) == 1:
        index = days[0]
        known = chosen.get(index) or ColumnChoice(
            index, headers[index], None, 0.3, f"標題「{headers[index]}」"
        )
        chosen[index] = known
        _change(chosen, index, own, "名冊只有這一個事件日期")


def _with_carer_relation(chosen: Chosen, roster: RosterCode) -> None:
    """In a list of children the relation beside the carer's name says what the carer is to the child."""
    fields = {choice.field: index for index, choice in chosen.items()}
    if (
        roster in _OF_CHILDREN
        and {_F.RELATION, _F.CARER_NAME} <= set(fields)
        and _F.CARER_RELATION not in fields
        and _F.REFERENCE_NAME not in fields
    ):
        _change(chosen, fields[_F.RELATION], _F.CARER_RELATION, "兒童名冊的關係欄指照顧者")


def _change(chosen: Chosen, index: int, field: FieldId | None, reason: str) -> None:
    old = chosen[index]
    chosen[index] = replace(
        old, field=field, score=old.score if field else 0.0, reason=f"{old.reason}；{reason}"
    )
