"""Everything in a sheet that speaks for one of the nine lists: what its columns are called and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from anwang.standard.codes import RosterCode
from anwang.standard.fields import FieldId
from anwang.standard.rosters import match_header, names_household
from anwang.standard.signs import FURTHER_FACTOR, HEADER_SIGNS, RECORD_FACTOR, RECORD_HEADER, VALUE_SIGNS
from anwang.standard.text import fold_label
from anwang.standard.vocabularies import read_amount

from .content import ColumnContent, year_of

_R = RosterCode
_CHILD = 8  # years; a child of the outreach list has not been at school for long
_PUPIL = 20


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of evidence: what it is worth for which list, and the words for a person; `column` -1: of the sheet."""

    name: str
    points: dict[RosterCode, float]
    reason: str
    column: int = -1


@dataclass(slots=True)
class Evidence:
    """What speaks for one list, summed; the reasons in the order of their weight; the columns that speak for it (-1: what
    several of them give together)."""

    points: float = 0.0
    reasons: list[str] = field(default_factory=list)
    columns: set[int] = field(default_factory=set)


def evidence_of(headers: Sequence[str], contents: Sequence[ColumnContent]) -> dict[RosterCode, Evidence]:
    """The signs of all columns, added up for each list; of signs with the same name the strongest counts.

    A column's further signs count less than its strongest: one strange column (就業情形 in a list of suicide reports)
    must not outweigh several of the list's own.
    """
    best: dict[tuple[RosterCode, str], tuple[float, Sign]] = {}
    for sign in (*_of_columns(headers, contents), *_of_sheet(headers, contents)):
        for roster, points in sign.points.items():
            if (roster, sign.name) not in best or abs(points) > abs(best[roster, sign.name][0]):
                best[roster, sign.name] = (points, sign)
    found = {roster: Evidence() for roster in RosterCode}
    counted: set[tuple[RosterCode, int]] = set()
    for (roster, _), (points, sign) in sorted(best.items(), key=lambda item: -item[1][0]):
        is_further = sign.column >= 0 and (roster, sign.column) in counted
        counted.add((roster, sign.column))
        found[roster].points += points * (FURTHER_FACTOR if is_further and points > 0 else 1.0)
        if points >= 0.5:
            found[roster].columns.add(sign.column)
        if points >= 0.5 and sign.reason not in found[roster].reasons:
            found[roster].reasons.append(sign.reason)
    return found


def _of_columns(headers: Sequence[str], contents: Sequence[ColumnContent]) -> Iterator[Sign]:
    for column, (header, content) in enumerate(zip(headers, contents, strict=True)):
        folded = fold_label(header)
        is_number = bool(RECORD_HEADER.search(folded)) and not names_household(header)
        for sign in HEADER_SIGNS:
            if sign.pattern.search(folded) and not (sign.unless and sign.unless.search(folded)):
                factor = RECORD_FACTOR if is_number else 1.0
                points = {roster: value * factor for roster, value in sign.points.items()}
                yield Sign(f"欄名 {sign.name}", points, f"有「{header}」欄", column)
        if content.filled < 2 or max(map(content.share, ("id", "phone", "address", "date"))) > 0.5:
            continue
        values = [fold_label(text) for text in content.sample]
        for value_sign in VALUE_SIGNS:
            if value_sign.unless and value_sign.unless.search(folded):
                continue
            if value_sign.under and not value_sign.under.search(folded):
                continue
            if sum(1 for text in values if value_sign.pattern.search(text)) >= value_sign.share * len(values):
                name = f"「{header}」欄" if header else "沒有標題的欄"
                yield Sign(
                    f"內容 {value_sign.name}", value_sign.points, f"{name}的內容像{value_sign.name}", column
                )
        if _holds_amounts(content):
            yield Sign("內容 金額", {_R.EMERGENCY_RELIEF: 2.0}, f"「{header}」欄的內容是金額", column)


def _of_sheet(headers: Sequence[str], contents: Sequence[ColumnContent]) -> Iterator[Sign]:
    """Signs that only several columns together give: shared household numbers, one's own name as the client's, ages."""
    shared = [(h, c) for h, c in zip(headers, contents, strict=True) if _is_shared_number(h, c)]
    has_heads = any(
        c.sample and sum(t.startswith("戶長") for t in c.sample) >= 0.08 * len(c.sample) for c in contents
    )
    relations = any(c.filled >= 2 and c.share("relation") >= 0.6 for c in contents)
    if shared and relations:
        header = next((h for h, _ in shared if names_household(h)), shared[0][0])
        is_called = names_household(header)
        points = {_R.HOUSEHOLD_REGISTER: 1.5 + 3.0 * has_heads if is_called else 0.6 + 1.4 * has_heads}
        yield Sign("共用的戶號", points, f"「{header}」欄同號的數列有稱謂，像同一戶的人")
    names = [
        (h, c)
        for h, c in zip(headers, contents, strict=True)
        if c.filled >= 3 and c.share("name") >= 0.8 and not c.share("relation") >= 0.8
    ]
    if relations and len(names) >= 2:
        common = max(
            len(set(a.sample) & set(b.sample)) / len(set(b.sample))
            for (_, a), (_, b) in ((one, two) for one in names for two in names if one is not two)
        )
        if common >= 0.3:
            yield Sign(
                "本人也是案主",
                {_R.VULNERABLE_FAMILY: 1.0, _R.HOUSEHOLD_REGISTER: 0.4},
                "另一欄姓名是同一家的人，另有關係欄",
            )
    yield from _of_ages(headers, contents)


def _of_ages(headers: Sequence[str], contents: Sequence[ColumnContent]) -> Iterator[Sign]:
    births: list[int] = []
    others: list[int] = []
    for header, content in zip(headers, contents, strict=True):
        if content.share("date") < 0.6 or content.filled < 3:
            continue
        matches = match_header(header)
        years = [year for text in content.sample if (year := year_of(text)) and 1890 <= year <= 2100]
        if matches and matches[0].field is FieldId.BIRTH:
            births += years
        else:
            others += years
    if len(births) < 3:
        return
    births.sort()
    early, late = births[len(births) // 10], births[-1 - len(births) // 10]
    if not others or max(others) < late:
        if late - early <= _CHILD and late >= 2010:
            yield Sign("年齡", {_R.CHILD_OUTREACH: 0.8}, "出生日期都在幾年之內")
        return
    now = max(others)
    if now - early <= _CHILD:
        yield Sign("年齡", {_R.CHILD_OUTREACH: 1.8, _R.SCHOOL_DROPOUT: -0.5}, "都是幼兒的出生日期")
    elif now - early <= _PUPIL and now - late >= 4:
        yield Sign("年齡", {_R.SCHOOL_DROPOUT: 0.8, _R.CHILD_OUTREACH: -0.5}, "都是學齡的出生日期")
    elif now - births[len(births) // 2] > _PUPIL:
        yield Sign("年齡", {_R.CHILD_OUTREACH: -1.2, _R.SCHOOL_DROPOUT: -0.8}, "多是成人的出生日期")


def _is_shared_number(header: str, content: ColumnContent) -> bool:
    """Several rows bear the same number, as the members of a household do."""
    if content.filled < 3 or content.unique > 0.97 or max(map(content.share, ("date", "phone", "sex"))) > 0.4:
        return False
    if content.share("id") > 0.5:  # the head's identity number may stand for the household
        return names_household(header)
    return content.share("code") >= 0.8 and _longest(content) >= 3


def _longest(content: ColumnContent) -> int:
    return max(map(len, content.sample), default=0)


def _holds_amounts(content: ColumnContent) -> bool:
    amounts = [read_amount(text) for text in content.sample]
    round_ones = [a for a in amounts if a is not None and a % 100 == 0 and a <= 1_000_000]
    return len(round_ones) >= 0.9 * len(amounts) and max(round_ones, default=0) >= 1000
