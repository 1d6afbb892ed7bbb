"""Every row of the Chinese tables, run."""

from __future__ import annotations

from typing import Any

import pytest

from anwang.policy import standard

from .handbook import FOLDER, PAGES
from .tables import YES_NO, Table, decide, tables

CASES = [
    pytest.param(table, case, id=f"{table.title}：{case['名稱']}")
    for table in tables()
    for case in table.cases
]


@pytest.mark.parametrize(("table", "case"), CASES)
def test_case_of_the_handbook(table: Table, case: dict[str, Any]) -> None:
    decision = decide(table, case)
    if case["結果"] == "無":
        assert decision is None
        return
    assert decision is not None
    assert decision.outcome.label == case["結果"]
    assert decision.citation.document == "001"
    assert decision.policy_version == standard().version
    assert decision.record_keys
    assert decision.reason
    if "確定" in case:
        assert decision.certain is YES_NO[case["確定"]]
    if "標記" in case:
        assert list(decision.marks) == case["標記"]
    if "原因" in case:
        assert decision.reason == case["原因"]
    for sentence in case.get("缺", ()):
        assert sentence in decision.missing
    if decision.certain is False:
        assert decision.missing


def test_case_names_are_told_apart() -> None:
    for table in tables():
        names = [case["名稱"] for case in table.cases]
        assert len(names) == len(set(names)), table.file


def test_each_table_has_listed_and_not_listed_cases() -> None:
    for table in tables():
        outcomes = {case["結果"] for case in table.cases}
        assert "列入" in outcomes, table.file
        assert outcomes & {"不列入", "無"}, table.file


@pytest.mark.parametrize("name", PAGES)
def test_handbook_page_is_fresh(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), (
        "請執行 python -m tests.spec.handbook"
    )
