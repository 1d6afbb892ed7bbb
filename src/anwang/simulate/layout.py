"""One bureau's form for one roster: columns, words, date spellings and file kind, drawn once per county."""

from __future__ import annotations

import random
from dataclasses import dataclass

from anwang.standard.codes import RosterCode
from anwang.standard.record import Period

from . import wording
from .profile import Files
from .writing import DATE_STYLES, EXCEL_STYLES


@dataclass(frozen=True, slots=True)
class Layout:
    """`columns`: (field, header) from left to right; a field `extra` is a column the standard does not know."""

    roster: RosterCode
    columns: tuple[tuple[str, str], ...]
    plain_words: bool  # relation words as in the samples
    values: dict[str, dict[str, str]]  # field → canonical value → the bureau's word
    sex_words: tuple[str, str]
    birth_style: str
    date_style: str
    kind: str  # xlsx, ods, csv (UTF-8 with mark) or big5
    stem: str
    titles: tuple[str, ...]
    total: str | None
    blank_rows: float
    record_style: str

    def header(self, field: str) -> str | None:
        return next((header for name, header in self.columns if name == field), None)

    def record_number(self, period: Period, number: int) -> str:
        prefix = wording.PREFIX[self.roster]
        return self.record_style.format(prefix=prefix, roc=f"{period.year - 1911}{period.month:02d}",
                                        year=period.year - 1911, number=number)  # fmt: skip

    def file_name(self, period: Period) -> str:
        suffix = "csv" if self.kind == "big5" else self.kind
        return f"{_filled(self.stem, self.roster, period)}.{suffix}"

    def title_rows(self, period: Period) -> list[str]:
        return [_filled(title, self.roster, period) for title in self.titles]


def _filled(text: str, roster: RosterCode, period: Period) -> str:
    year = period.year - 1911
    return text.format(agency=roster.agency.label, label=roster.label, roc=period.roc, ym=f"{year}{period.month:02d}",
                       year=year, month=period.month)  # fmt: skip


_RECORD_STYLES = ("{prefix}{roc}{number:06d}", "{prefix}-{roc}-{number:06d}", "{roc}{prefix}{number:06d}")


def draw_layouts(rng: random.Random, files: Files) -> dict[RosterCode, Layout]:
    make = _as_samples if files.wording == "samples" else _drawn
    return {roster: make(rng, files, roster) for roster in RosterCode}


def _as_samples(rng: random.Random, files: Files, roster: RosterCode) -> Layout:
    kind, stem, titles, total = wording.SAMPLE_FILES[roster]
    births, dates = wording.SAMPLE_DATES[roster]
    sex = ("1", "2") if roster is RosterCode.POLICE_VISIT else ("男", "女")
    return Layout(roster, wording.SAMPLE_COLUMNS[roster], True, {}, sex, births, dates, kind, stem, titles,
                  wording.TOTALS[0] if total else None, files.blank_rows, "{prefix}{roc}{number:05d}")  # fmt: skip


def _drawn(rng: random.Random, files: Files, roster: RosterCode) -> Layout:
    other = files.wording == "other"  # the first word of each pool; `pool` draws
    kind = rng.choice(files.kinds)
    columns: list[tuple[str, str]] = []
    used: set[str] = set()
    fields = [field for field, _ in wording.SAMPLE_COLUMNS[roster]]
    if roster is RosterCode.VULNERABLE_FAMILY and rng.random() < files.family_status_column:
        fields.append("family_state")
    for field, sample in zip(fields, [h for _, h in wording.SAMPLE_COLUMNS[roster]] + [""], strict=False):
        pool = wording.OTHER_HEADERS.get((field, roster)) or wording.OTHER_HEADERS[field]
        options = [w for w in pool if w not in used]
        if not other and sample:
            options.append(sample)
        header = options[0] if other else rng.choice(options)
        used.add(header)
        columns.append((field, header))
    if not other and rng.random() < 0.5:  # any column order
        head, tail = columns[:2], columns[2:]
        rng.shuffle(tail)
        columns = head + tail
    if rng.random() < files.extra_columns:
        extra = rng.choice([w for w in wording.EXTRA_COLUMNS if w not in used])
        columns.insert(rng.randint(2, len(columns)), ("extra", extra))
    values = {
        field: {word: (words[0] if other else rng.choice((*words, word))) for word, words in table.items()}
        for field, table in wording.OTHER_VALUES.items()
    }
    styles = [s for s in DATE_STYLES if s not in EXCEL_STYLES or kind == "xlsx"]
    titles = rng.sample(wording.TITLES, rng.randint(*files.titles))
    total = rng.choice(wording.TOTALS) if rng.random() < files.total_row else None
    return Layout(roster, tuple(columns), rng.random() < 0.4, values, rng.choice(wording.SEX_WORDS), rng.choice(styles),
                  rng.choice(styles), kind, rng.choice(wording.FILE_STEMS), tuple(titles), total, files.blank_rows,
                  rng.choice(_RECORD_STYLES))  # fmt: skip
