"""What a stated purpose must say."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.people.registry.rules import LegalBasis, basis_problem, open_until, reason_problem


@pytest.mark.parametrize(
    "text", ["", "看看", "一二三四五六七八九", "　 一 二 三 ", "啊啊啊啊啊啊啊啊啊啊啊啊", "字" * 161]
)
def test_too_short_too_long_or_no_sentence_is_refused(text: str) -> None:
    assert reason_problem(text)


@pytest.mark.parametrize("text", ["轉入個案確認服務單位", "與衛生局聯絡，確認這一家目前由誰服務"])
def test_a_sentence_will_do(text: str) -> None:
    assert reason_problem(text) == ""


def test_a_basis_is_one_of_the_law() -> None:
    assert basis_problem("") == basis_problem("because") != ""
    for basis in LegalBasis:
        assert basis_problem(basis) == ""
        assert basis.label
        assert basis.citation.startswith("個人資料保護法第16條")


def test_it_opens_for_thirty_days() -> None:
    assert open_until(dt.date(2026, 2, 1)) == dt.date(2026, 3, 3)
