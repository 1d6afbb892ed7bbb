"""What a file is: which list of which agency and month, where its header is and what its columns mean.

Nothing is decided silently. Where the evidence does not carry a choice, the file is refused with what the sender
must say (`RecognitionUnsure`); where a sender said it, that holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from anwang.platform.files.refused import FileRefused
from anwang.platform.files.sheet import Table
from anwang.standard.codes import AgencyCode
from anwang.standard.dates import Unreadable, read_date
from anwang.standard.fields import FIELDS, FieldId, FieldType
from anwang.standard.record import Period
from anwang.standard.rosters import AGENCY_WORDS
from anwang.standard.text import fold_label

from .candidates import Candidate, file_stem, found_candidates
from .listing import ListScore, is_sure
from .period import (
    SURE_PERIOD,
    PeriodEvidence,
    chosen_period,
    commonest_month,
    month_alone,
    month_of_sheet,
    periods_in,
)
from .recognition import Given, Recognition, RecognitionUnsure, SheetRecognition

_NOTHING = Given()


def recognise_all(table: Table, given: Given = _NOTHING) -> tuple[Recognition, ...]:
    """Every roster in the file: one for each pair of list and month; sheets of the same pair belong together.

    Hidden sheets and sheets without people (說明, 代碼表) are left out with a note. Raises FileRefused when no sheet is a
    table of people, RecognitionUnsure when list or month is not sure.
    """
    notes: list[str] = []
    candidates = found_candidates(table, notes)
    if not candidates:
        raise FileRefused(
            "no_table", "找不到名冊的標題列（例如：案號、姓名、身分證字號、出生日期）。請確認是否送錯檔案。"
        )
    settled = [(candidate, _settled_list(candidate, given, len(candidates))) for candidate in candidates]
    kept = [(candidate, score) for candidate, score in settled if score is not None]
    if not kept:
        raise _unsure_list(candidates[0])
    notes += [f"工作表「{c.sheet.name}」不像名冊，未讀取。" for c, score in settled if score is None]
    groups: dict[tuple[str, Period], list[tuple[Candidate, ListScore, PeriodEvidence]]] = {}
    for candidate, score in kept:
        evidence = _settled_period(table, candidate, score, given)
        groups.setdefault((score.roster.value, evidence.period), []).append((candidate, score, evidence))
    return tuple(_recognition(table, members, given, tuple(notes)) for members in groups.values())


def _settled_list(candidate: Candidate, given: Given, candidates: int) -> ListScore | None:
    """The list of a sheet; None when it is no roster beside others that are. Raises RecognitionUnsure."""
    names_people = any(
        {c.field for c in score.columns} & {FieldId.NAME, FieldId.ID_NUMBER} for score in candidate.scores[:3]
    )
    if not names_people:
        return None
    if given.roster is not None:
        return next(score for score in candidate.scores if score.roster is given.roster)
    scores = candidate.scores
    if given.agency is not None:
        of_agency = [score for score in scores if score.roster.agency is given.agency]
        # An agency may send another's list only if it says so; by itself it sends its own.
        scores = tuple(of_agency) or scores
        if len(scores) == 1:
            return scores[0]
    if is_sure(scores):
        return scores[0]
    if candidates > 1 and scores[0].points < 1.0:
        return None
    raise _unsure_list(candidate)


def _unsure_list(candidate: Candidate) -> RecognitionUnsure:
    rivals = tuple(score.roster for score in candidate.scores[:2])
    listed = "或".join(f"{roster.label}（{roster.value}）" for roster in rivals)
    return RecognitionUnsure(
        f"無法確定這是哪一份名冊，可能是{listed}。請指定名冊與機關。",
        missing=("list", "agency"),
        rivals=rivals,
    )


def _settled_period(table: Table, candidate: Candidate, score: ListScore, given: Given) -> PeriodEvidence:
    if given.period is not None:
        return PeriodEvidence(given.period, 1.0, "由送檔者指定")
    stem = file_stem(table.name)
    evidence = list(periods_in(stem, "檔名"))
    for title in candidate.layout.titles:
        evidence += periods_in(title, "標題")
    column = next((c for c in score.columns if c.field is FieldId.PERIOD), None)
    if column is not None:
        sample = candidate.contents[column.index].sample
        if sample and len(set(sample)) == 1:
            evidence += periods_in(f"資料月份 {sample[0]}", f"欄位「{column.header}」")
    if candidate.sheet.name != stem:
        own = periods_in(candidate.sheet.name, "工作表名稱")
        year = next((item.period.year for item in evidence), None)
        month = month_of_sheet(candidate.sheet.name, year)
        if not own and month is not None and year is not None:
            own = (PeriodEvidence(Period(year, month), 0.9, f"工作表名稱「{candidate.sheet.name}」"),)
        if own and len(table.sheets) > 1:
            evidence = list(own)  # the months of a year, a sheet each: the file's own name cannot say it
        else:
            evidence += own
    best, against = chosen_period(evidence)
    if against and best is not None:
        said = "、".join(f"{item.reason} 是 {item.period.roc}" for item in (best, *against[:2]))
        raise RecognitionUnsure(f"檔名與內容標示的月份不一致（{said}）。請指定月份。", missing=("period",))
    if best is not None and best.strength >= SURE_PERIOD:
        return best
    guess = commonest_month(_event_days(candidate, score))
    if best is None and guess is not None:
        named = [("檔名", stem), *(("標題", title) for title in candidate.layout.titles)]
        if (alone := month_alone(named, guess.period)) is not None:
            return alone
    if best is not None and best.strength >= 0.5:
        # A full day in a name (名冊1150405) may be of the month or of the day the list was made.
        if guess is None:
            return best
        if guess.period == best.period:
            return PeriodEvidence(best.period, SURE_PERIOD, f"{best.reason}，與事件日期相符")
        raise RecognitionUnsure(
            f"{best.reason} 是 {best.period.roc}，但事件日期多在 {guess.period.roc}。請指定月份。",
            missing=("period",),
        )
    if guess is not None and (best is None or best.period in (guess.period, guess.period.next())):
        # 製表日期 alone is weak; together with the days inside it is enough, and the days name the month.
        return guess
    raise RecognitionUnsure("檔名、標題與內容都沒有標示資料月份。請指定月份。", missing=("period",))


def _event_days(candidate: Candidate, score: ListScore) -> list[tuple[int, int]]:
    days = []
    for column in score.columns:
        if (
            column.field is not None
            and FIELDS[column.field].type is FieldType.DATE
            and column.field is not FieldId.BIRTH
        ):
            days += [
                day for text in candidate.contents[column.index].sample if (day := _year_and_month(text))
            ]
    return days


def _year_and_month(text: str) -> tuple[int, int] | None:
    try:
        date = read_date(text)
    except Unreadable:
        return None
    return (date.year, date.month) if date is not None and date.year and date.month else None


def _recognition(
    table: Table,
    members: Sequence[tuple[Candidate, ListScore, PeriodEvidence]],
    given: Given,
    notes: tuple[str, ...],
) -> Recognition:
    _, score, evidence = members[0]
    roster = score.roster
    agency, agency_reason = _agency(table, roster.agency, members, given)
    reason = "由送檔者指定" if given.roster is not None else "；".join(score.reasons) or "欄位相符"
    sheets = []
    for candidate, own, _ in members:
        columns = own.columns
        _check_columns(candidate, {column.field for column in columns})
        layout = candidate.layout
        sheets.append(
            SheetRecognition(
                candidate.index,
                candidate.sheet.name,
                tuple(row + 1 for row in layout.header_rows),
                layout.first_row + 1,
                layout.titles,
                columns,
            )
        )
    is_guess = evidence.strength < SURE_PERIOD
    if is_guess:
        notes += (f"資料月份 {evidence.period.roc} 是推測的，請確認。",)
    other = next((s.roster for s in members[0][0].scores if s.is_named and s.roster is not roster), None)
    if other is not None and not score.is_named and given.roster is None:
        notes += (f"檔名或標題像{other.label}，但欄位是{roster.label}，已依欄位讀取，請確認。",)
    if agency is not roster.agency:
        notes += (f"這份名冊通常由{roster.agency.label}送出，這次是{agency.label}。",)
    return Recognition(
        agency=agency,
        agency_reason=agency_reason,
        roster=roster,
        roster_reason=reason,
        period=evidence.period,
        period_score=round(evidence.strength, 3),
        period_reason=evidence.reason,
        is_period_guess=is_guess,
        sheets=tuple(sheets),
        notes=table.notes + notes,
    )


def _agency(
    table: Table,
    usual: AgencyCode,
    members: Sequence[tuple[Candidate, ListScore, PeriodEvidence]],
    given: Given,
) -> tuple[AgencyCode, str]:
    if given.agency is not None:
        return given.agency, "由送檔者指定"
    texts = [
        file_stem(table.name),
        *(title for candidate, _, _ in members for title in candidate.layout.titles),
    ]
    text = fold_label(" ".join(texts))
    if any(fold_label(word) in text for word in AGENCY_WORDS[usual]):
        return usual, "檔名或標題寫明機關"
    return usual, "依名冊的主管機關"


def _check_columns(candidate: Candidate, fields: set[FieldId | None]) -> None:
    missing = [FIELDS[field].label for field in (FieldId.RECORD_NUMBER,) if field not in fields]
    if not fields & {FieldId.NAME, FieldId.ID_NUMBER}:
        missing.append("姓名或統一編號")
    if missing:
        raise RecognitionUnsure(
            f"工作表「{candidate.sheet.name}」找不到{'、'.join(missing)}的欄位，整份無法讀取。請在標題列寫明後再送。",
            missing=("columns",),
        )
