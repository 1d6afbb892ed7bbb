"""What a receipt keeps of cells and of changed rows. Pure."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.people.rosters.changes import differing_fields
from anwang.people.rosters.mending import how_to_mend
from anwang.people.rosters.refusals import cells_from_json, cells_to_json, refusals_file_name
from anwang.people.rosters.row_hash import row_hash
from anwang.standard.codes import AgencyCode, IdState, RosterCode, Sex
from anwang.standard.fields import FIELDS, FieldId
from anwang.standard.record import Address, IdNumber, PartialDate, Period, PersonName, Phone, StandardRecord

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")),
    st.dates(),
    st.datetimes(),
)


@given(st.lists(CELLS))
def test_cells_come_back_as_they_were(cells: list[object]) -> None:
    kept = json.loads(json.dumps(cells_to_json(cells)))  # type: ignore[arg-type]
    assert cells_from_json(kept) == tuple(cells)


def test_a_time_of_day_is_kept_as_text() -> None:
    assert cells_from_json(cells_to_json([dt.time(9, 30)])) == ("09:30:00",)


RECORD = StandardRecord(
    record_number="S001",
    agency=AgencyCode.HEALTH,
    roster=RosterCode.SUICIDE_REPORT,
    period=Period(2026, 3),
    line=2,
    name=PersonName("王小明", "王小明"),
    phones=(Phone("0912345678", "0912345678", True),),
    details={"suicide_cause": "憂鬱"},
    unknown={"備用": "x"},
)


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        ({"name": PersonName("王曉明", "王曉明")}, (FieldId.NAME,)),
        ({"id_number": IdNumber("A1", "A1", None, IdState.UNREADABLE)}, (FieldId.ID_NUMBER,)),
        ({"birth": PartialDate("70", 1981)}, (FieldId.BIRTH,)),
        ({"sex": Sex.MALE}, (FieldId.SEX,)),
        ({"phones": ()}, (FieldId.PHONE,)),
        ({"address": Address("宜蘭市")}, (FieldId.ADDRESS,)),
        ({"household_number": "G1"}, (FieldId.HOUSEHOLD_NUMBER,)),
        ({"relation_raw": "長子"}, (FieldId.RELATION,)),
        ({"reference_name": PersonName("王大", "王大")}, (FieldId.REFERENCE_NAME,)),
        ({"carer_name": PersonName("王大", "王大")}, (FieldId.CARER_NAME,)),
        ({"details": {"suicide_cause": "家庭", "note": "新"}}, (FieldId.SUICIDE_CAUSE, FieldId.NOTE)),
        ({"line": 9}, ()),
    ],
)
def test_the_fields_that_differ_are_named(change: dict[str, object], labels: tuple[FieldId, ...]) -> None:
    new = replace(RECORD, **change)  # type: ignore[arg-type]
    assert differing_fields(RECORD, new) == tuple(FIELDS[field].label for field in labels)
    assert (row_hash(RECORD) != row_hash(new)) == bool(labels), (
        "names a field exactly when the row counts as changed"
    )


def test_an_unknown_column_is_named_by_its_header() -> None:
    assert differing_fields(RECORD, replace(RECORD, unknown={"備用": "y", "新欄": "1"})) == ("備用", "新欄")


def test_every_refusal_says_what_to_do() -> None:
    assert "不同的編號" in how_to_mend(FieldId.RECORD_NUMBER, "S001")
    assert "補上" in how_to_mend(FieldId.RECORD_NUMBER, " ")
    assert how_to_mend(FieldId.BIRTH, "999/13/45") != how_to_mend(FieldId.NAME, "")
    assert all(how_to_mend(field, "x") for field in FieldId)


def test_the_file_that_goes_back_is_named_for_the_file_that_came() -> None:
    assert refusals_file_name("名冊.xlsx", dt.date(2026, 4, 2)) == "名冊_退回_1150402.ods"
