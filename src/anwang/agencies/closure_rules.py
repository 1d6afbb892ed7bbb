"""What may be entered as a closure (停班), as a pure decision. The messages are for the user (zh-TW)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

FURTHEST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Closed:
    """A closure as the rules see it. No township: the whole county."""

    on: dt.date
    part: str
    townships: frozenset[str] = frozenset()

    @property
    def is_county_wide(self) -> bool:
        return not self.townships


def closure_problem(
    wanted: Closed, reason: str, today: dt.date, known: Collection[str], standing: Sequence[Closed]
) -> tuple[str, str]:
    """The field that must be mended and what to do about it; both "" when it may be entered.

    A closure is declared days ahead or entered after the storm; a day more than a year away is a slip.
    `known` are the county's township codes, `standing` the closures of that day that were not withdrawn.
    """
    if abs(wanted.on - today) > FURTHEST:
        return "on", "這一天離今天超過一年，請確認年份。"
    if not reason.strip():
        return "reason", "請輸入事由，例如：康芮颱風。"
    if len(reason) > 120:
        return "reason", "事由請在 120 字以內。"
    if not wanted.townships <= set(known):
        return "townships", "有不認得的鄉鎮市，請重新勾選。"
    for each in standing:
        covers = each.is_county_wide or (wanted.townships and wanted.townships <= each.townships)
        if each.on == wanted.on and each.part in ("whole_day", wanted.part) and covers:
            return "on", "這一天已經登錄停班了。要更正，請先撤回原來那一筆，再重新登錄。"
    return "", ""
