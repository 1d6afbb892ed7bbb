"""Assessments over time, and the ages that they go by."""

from __future__ import annotations

from anwang.services.cases.ages_rules import has_children
from anwang.services.cases.assessment_rules import compare_items, in_words, scored_items, share_of
from anwang.services.programs.codes import FormKind

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
    # Said as 18, they are 18, though the year alone would allow 17.
    assert not has_children([born("18歲"), born("33歲")], TODAY)
    assert has_children([born("17歲")], TODAY)
    assert has_children([born("約18歲")], TODAY)
