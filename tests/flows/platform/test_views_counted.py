"""What counts as seeing somebody: every act that shows a person, once for each person and day."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.platform import audit
from anwang.platform.audit_queries import days_of_views
from anwang.platform.context import SYSTEM, acting
from anwang.platform.due_rules import TAIPEI
from anwang.platform.models import AuditEntry
from anwang.platform.unusual_rules import DayOfViews
from tests import county

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 24, 9, 30, tzinfo=TAIPEI)
Action = AuditEntry.Action


def noted(action: Action, *subjects: audit.Subject) -> None:
    by = county.context("intake")
    with acting(by):
        audit.record_each(subjects, context=by, at=NOW, action=action, member_name="許派案")


@pytest.mark.parametrize(
    "action",
    [
        Action.LOOKED_UP,
        Action.OPENED_REPORT,
        Action.OPENED_DISPATCH,
        Action.READ_INVESTIGATION,
        Action.READ_CASE,
        Action.OPENED_PERSON,
        Action.OPENED_HOUSEHOLD,
    ],
)
def test_whoever_leafs_through_the_county_is_counted_by_the_persons_shown(action: Action) -> None:
    county.establish("intake")
    by = county.context("intake")
    noted(action, *audit.with_persons("report", 7, [3, 4, None, 3]))
    noted(action, ("person", 4), ("household", 9))
    noted(Action.CHANGED_REPORT, ("person", 5))
    with acting(SYSTEM):
        found = days_of_views(NOW - dt.timedelta(days=1))
    assert found == [DayOfViews(by.member_id or 0, NOW.date(), 3)]


def test_an_act_on_several_is_one_row_for_each() -> None:
    county.establish("intake")
    noted(Action.OPENED_REPORT, *audit.with_persons("report", 7, [4, None, 3]))
    noted(Action.OPENED_REPORT)
    with acting(SYSTEM):
        rows = AuditEntry.objects.order_by("pk").values_list("subject_kind", "subject_id", "detail")
        assert list(rows) == [("report", "7", {}), ("person", "3", {}), ("person", "4", {})]
