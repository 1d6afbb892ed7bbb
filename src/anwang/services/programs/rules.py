"""Who takes a programme: the choice of the responsible unit, pure. The facts come from `queries`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .codes import JurisdictionRule
from .programme import Programme


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A unit as the choice sees it. `townships`: codes and names of those that it serves on the day."""

    id: int
    name: str
    agency: str
    kind: str
    townships: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Responsibility:
    """The unit that takes the service, or None; the reason (zh-TW) either way, and the units a person may choose from."""

    unit: UnitFact | None
    reason: str
    candidates: tuple[UnitFact, ...] = ()


def responsible_unit(programme: Programme, township: str, units: Sequence[UnitFact]) -> Responsibility:
    """Which of `units` takes `programme` for somebody living in `township` (code or name, "" when unknown).

    Bureaus and kinds of unit are tried in the programme's order: the first that has a unit at all decides.
    """
    fitting = _fitting(programme, units)
    if not fitting:
        return Responsibility(None, f"本縣沒有可以承辦「{programme.label}」的單位，請系統管理先設定。")
    if programme.jurisdiction is JurisdictionRule.COUNTY_WIDE:
        return _county_wide(programme, township, fitting)
    if not township:
        return Responsibility(None, "居住的鄉鎮市不明，不能決定由哪個單位服務；請先查明住址。", fitting)
    serving = tuple(unit for unit in fitting if township in unit.townships)
    if not serving:
        return Responsibility(
            None, f"沒有單位服務「{township}」；可能在縣外，請確認住址或轉由居住地縣市。", fitting
        )
    if len(serving) > 1:
        return Responsibility(
            None, f"有 {len(serving)} 個單位都服務「{township}」，請由派案人員指定。", serving
        )
    return Responsibility(serving[0], f"「{township}」由{serving[0].name}服務。", serving)


def _fitting(programme: Programme, units: Sequence[UnitFact]) -> tuple[UnitFact, ...]:
    for agency in programme.agencies:
        for kind in programme.unit_kinds:
            found = tuple(unit for unit in units if unit.agency == agency and unit.kind == kind)
            if found:
                return found
    return ()


def _county_wide(programme: Programme, township: str, fitting: tuple[UnitFact, ...]) -> Responsibility:
    """One unit takes the county; where there are several, the one that serves the township."""
    if len(fitting) > 1:
        serving = tuple(unit for unit in fitting if township and township in unit.townships)
        if len(serving) != 1:
            return Responsibility(
                None, f"有 {len(fitting)} 個單位承辦「{programme.label}」，請由派案人員指定。", fitting
            )
        fitting = serving
    return Responsibility(fitting[0], f"「{programme.label}」由{fitting[0].name}承辦。", fitting)
