"""However a bureau arranges its file, the same rows give the same records."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anwang.people.rosters.rows import read_rows
from anwang.standard.codes import RosterCode
from anwang.standard.fields import FieldId as F
from anwang.standard.headers import HEADERS
from anwang.standard.rosters import ROSTERS
from anwang.standard.text import fold_label

from .made import USUAL_HEADERS, csv_table, ods_table, recognise, rows_of, xlsx_table

TODAY = dt.date(2026, 4, 5)
# Spellings that by themselves mean two things (案主姓名 is also 對象 in some lists) cannot be tried blindly.
_TWO_MEANINGS = frozenset(
    fold_label(spelling)
    for field, spellings in HEADERS.items()
    for spelling in spellings
    for other, others in HEADERS.items()
    if other is not field and fold_label(spelling) in {fold_label(one) for one in others}
)


def spellings(roster: RosterCode, field: F) -> list[str]:
    own = ROSTERS[roster].field(field)
    common = [
        one for one in HEADERS.get(field, ()) if fold_label(one) and fold_label(one) not in _TWO_MEANINGS
    ]
    return [*(own.headers if own else ()), *common]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    roster=st.sampled_from(list(RosterCode)),
    seed=st.integers(0, 10_000),
    titles=st.lists(st.sampled_from(["宜蘭縣政府", "", "製表日期：115/4/8", "機密", "名冊"]), max_size=4),
    kind=st.sampled_from(["csv", "ods", "xlsx"]),
    own_words=st.booleans(),
    extra=st.booleans(),
)
def test_order_titles_and_spellings_do_not_matter(roster, seed, titles, kind, own_words, extra):
    headers, rows = rows_of(roster, count=25, seed=seed)
    plain = csv_table([headers, *rows], f"11503{roster.label}.csv")
    wanted = read_rows(plain, recognise(plain), today=TODAY)
    assert wanted.accepted == 25

    rng = random.Random(seed)
    order = list(range(len(headers)))
    rng.shuffle(order)
    written: list[str] = []
    for index in order:
        header = headers[index]
        field = USUAL_HEADERS[roster][header]
        choices = [one for one in spellings(roster, field) if fold_label(one) not in map(fold_label, written)]
        written.append(rng.choice(choices) if own_words and choices and field is not F.ROW_NUMBER else header)
    body = [[row[index] for index in order] for row in rows]
    rng.shuffle(body)
    table_rows = [[title] + [""] * (len(order) - 1) for title in titles] + [written, *body]
    if extra:
        table_rows.append(["合計 25 筆"])
        table_rows.append(["承辦人：甲"])
    name = f"11503{roster.label}.{kind}"
    table = {
        "csv": lambda: csv_table(table_rows, name),
        "ods": lambda: ods_table(table_rows, name),
        "xlsx": lambda: xlsx_table({"工作表1": table_rows}, name),
    }[kind]()
    found = recognise(table)
    assert found.roster is roster
    reading = read_rows(table, found, today=TODAY)
    assert reading.refused == 0
    assert sorted(reading.hashes) == sorted(wanted.hashes), written
