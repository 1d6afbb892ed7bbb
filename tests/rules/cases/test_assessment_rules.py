"""Assessments over time, and the ages that they go by."""

from __future__ import annotations

import pytest

from anwang.services.cases.ages_rules import age_on, has_children
from anwang.services.cases.assessment_rules import compare_items, in_words, scored_items, share_of
from anwang.services.programs.codes import FormKind
from anwang.standard.record import PartialDate

from .test_case_rules import FAMILY, TODAY, item

FORM = FAMILY.forms_for(FormKind.ASSESSMENT)[0]


def test_only_the_scales_count_and_the_level_is_decided_beside() -> None:
    content = {
        "economy": "none",
        "care": "fine",
        "risk_level": "high",
        "self_harm": "no",
        "work": "gone",
        "strengths": "好",
    }
    found = scored_items(FORM, content)
    assert [(each.id, each.score, each.worst) for each in found] == [("economy", 3, 3), ("care", 0, 3)]
    assert share_of(found) == 50
    assert share_of([]) is None
    words = in_words(FORM, {"economy": "none", "self_harm": "no"}, "全家")
    assert [part["part"] for part in words] == ["家庭需求與優勢", "評估結果"]


def test_assessments_are_compared_item_by_item_even_when_the_form_changed() -> None:
    first = [item("economy", 2), item("care", 1)]
    second = [item("economy", 1), item("care", 3), item("school", 1)]
    found = {each.label: each for each in compare_items([first, second])}
    assert (found["economy"].direction, found["care"].direction, found["school"].direction) == (
        "better",
        "worse",
        "",
    )
    assert found["school"].points == (None, (1, "1"))
    assert compare_items([first])[0].direction == ""
    assert compare_items([first, first])[0].direction == ""


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (None, None),
        (PartialDate("不明"), None),
        (PartialDate("", 2020, 4, 20), 6),
        (PartialDate("", 2020, 4, 21), 5),
        (PartialDate("", 2020), 5),
        (PartialDate("", 2026, 4), 0),
    ],
)
def test_ages(birth: PartialDate | None, age: int | None) -> None:
    assert age_on(birth, TODAY) == age


def test_children_are_those_known_to_be_under_eighteen() -> None:
    from anwang.standard.codes import AgencyCode, OwnSource
    from anwang.standard.record import Period
    from anwang.standard.typed import typed_person

    def born(birth: str):  # type: ignore[no-untyped-def]
        return typed_person(
            source=OwnSource.CASE_FILE, number="1-1", line=1, agency=AgencyCode.SOCIAL,
            period=Period(2026, 4), name="甲", birth=birth,
        )  # fmt: skip

    assert has_children([born("98/4/21")], TODAY)
    assert not has_children([born("97/4/20"), born("")], TODAY)
