"""Every row of the table of screening, run."""

from __future__ import annotations

from typing import Any

import pytest

from anwang.policy import standard
from anwang.services.intake.vocabulary import Urgency

from .tables import cases, run


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["名稱"])
def test_case_of_the_handbook(case: dict[str, Any]) -> None:
    found = run(case)
    assert found.urgency.label == case["緊急"]
    assert [each.programme for each in found.programmes] == case["方案"]
    assert found.policy_version == standard().version
    if "分數" in case:
        assert found.points == case["分數"]
    if "原因" in case:
        assert found.reason == case["原因"]
    assert list(found.missing) == case.get("缺", [])


def test_names_are_told_apart_and_every_urgency_occurs() -> None:
    names = [case["名稱"] for case in cases()]
    assert len(names) == len(set(names))
    assert {case["緊急"] for case in cases()} == {each.label for each in Urgency}
