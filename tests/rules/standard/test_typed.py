"""What was typed of a person, partial and odd, becomes a standard record; nothing is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.codes import AgencyCode, IdState, OwnSource, Relation, Sex, source_code
from anwang.standard.record import Period, StandardRecord
from anwang.standard.serial import from_json, to_json
from anwang.standard.typed import typed_person

MAY = Period(2026, 5)


def typed(**facts: Any) -> StandardRecord:
    return typed_person(
        source=OwnSource.INTAKE_REPORT, number="R1-1", line=1, agency=AgencyCode.SOCIAL, period=MAY, **facts
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("75.8.9", (1986, 8, 9)),
        ("75", (1986, None, None)),
        ("約40歲", (1986, None, None)),
        ("３歲", (2023, None, None)),
        ("40多歲", (1986, None, None)),
        ("200歲", (None, None, None)),
        ("不知道", (None, None, None)),
        ("120.1.1", (None, 1, 1)),  # after the report: a slip in the year
    ],
)
def test_births(text: str, read: tuple[int | None, ...]) -> None:
    birth = typed(birth=text).birth
    assert birth is not None
    assert (birth.year, birth.month, birth.day) == read
    assert birth.raw


def test_four_digits_are_the_last_of_an_identity_number() -> None:
    number = typed(id_number="6789").id_number
    assert number is not None
    assert (number.text, number.state) == ("******6789", IdState.MASKED)


def test_sex_is_told_by_what_was_typed_else_by_the_number_else_by_the_relation() -> None:
    assert typed(sex="女", id_number="A123456789").sex is Sex.FEMALE
    assert typed(id_number="A123456789").sex is Sex.MALE
    assert typed(relation="母").sex is Sex.FEMALE
    assert typed().sex is None


def test_whoever_the_report_is_about_has_no_reference() -> None:
    assert typed(relation="本人", reference_name="王小明").reference_name is None
    child = typed(relation="長女", reference_name="王小明")
    assert child.relation is Relation.CHILD
    assert child.reference_name is not None


def test_two_persons_of_one_report_stand_in_one_listing_and_reports_do_not() -> None:
    numbers = ("R115-12-1", "R115-12-2", "R115-13-1")
    one, two, other = (
        typed_person(
            source=OwnSource.INTAKE_REPORT, number=n, line=1, agency=AgencyCode.SOCIAL, period=MAY
        ).listing
        for n in numbers
    )
    assert one == two != other


@given(*[st.text(max_size=12)] * 7)
def test_anything_can_be_typed_and_kept(
    name: str, id_number: str, birth: str, sex: str, phone: str, address: str, relation: str
) -> None:
    record = typed(
        name=name, id_number=id_number, birth=birth, sex=sex, phone=phone, address=address, relation=relation
    )
    assert from_json(to_json(record)) == record


def test_own_sources_are_no_rosters() -> None:
    assert source_code("intake_report") is OwnSource.INTAKE_REPORT
    assert not any(source.is_service for source in OwnSource)
    with pytest.raises(ValueError, match="not a valid"):
        source_code("gossip")


def test_a_local_number_is_of_the_county_whose_area_code_is_given() -> None:
    """No county is built in: without its code such a number stays as it was written."""
    assert [phone.digits for phone in typed(phone="9354321", area="03").phones] == ["039354321"]
    assert [phone.digits for phone in typed(phone="9354321").phones] == [""]
    assert [phone.digits for phone in typed(phone="04-22334455", area="03").phones] == ["0422334455"]
