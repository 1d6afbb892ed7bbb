"""What the county approved holds: its file in the home changes the clock of a receipt, and the lists say by which version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone

from anwang.network.cocases.actions import make_lists, send_list
from anwang.network.cocases.models import ListMonth, ListSending
from anwang.platform.context import SYSTEM, Purpose, acting
from anwang.platform.county_policy import FOLDER, policy_in_force
from anwang.policy.schema import PolicyError
from anwang.policy.store import standard
from tests.county import context, establish

from .month import HOMES, MARCH, PEOPLE, Registry, moment

pytestmark = pytest.mark.django_db
APPROVED = """\
county: 宜蘭縣
documents:
  - {code: 宜蘭-1, title: 宜蘭縣作業規定, number: 府社字第1號, effective_on: 2020-01-01}
overrides:
  - id: deadline.receipt.days
    citation: {document: 宜蘭-1, clause: 第3點}
    values: {2020-01-01: 9}
"""


@pytest.fixture
def county_file(tmp_path: Path, settings) -> Iterator[Callable[[str], None]]:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    (tmp_path / FOLDER).mkdir()

    def write(text: str) -> None:
        (tmp_path / FOLDER / "yilan.yaml").write_text(text, "utf-8")
        policy_in_force.cache_clear()

    yield write
    policy_in_force.cache_clear()


def test_a_county_file_in_the_home_changes_the_clock(county_file: Callable[[str], None]) -> None:
    county_file(APPROVED)
    establish("lists")
    Registry().load(MARCH, PEOPLE, HOMES)
    officer = replace(context("lists"), purpose=Purpose.MONTHLY_LISTS)
    make_lists(period=MARCH, by=officer, by_name="林承辦", now=moment(5))
    with acting(officer):
        sending = ListSending.objects.filter(list_code="cocase").first()
        assert sending is not None
        sent = send_list(sending_id=sending.pk, by=officer, by_name="林承辦", now=moment(6))
    assert sent.receipt_due_at is not None
    assert (timezone.localdate(sent.receipt_due_at) - moment(6).date()).days == 9
    with acting(SYSTEM):
        assert ListMonth.objects.get().policy_version not in ("", standard().version)


def test_a_county_file_that_is_wrong_is_said_with_its_line(county_file: Callable[[str], None]) -> None:
    county_file(APPROVED.replace("deadline.receipt.days", "deadline.none"))
    with pytest.raises(PolicyError, match=r"yilan\.yaml.*deadline\.none"):
        policy_in_force()
