"""`anwang bench intake`: its county is one in which members can work, and every action is measured and kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anwang.commands.bench import busy_county
from anwang.commands.bench.busy_county import Size, seat
from anwang.commands.bench.busy_members import ACTIONS, SHARES, members, only
from anwang.commands.bench.crowd import crowd, fill
from anwang.commands.bench.intake import Found, measure, table, words
from anwang.commands.bench.sessions import Answer, Times
from anwang.commands.errors import CommandError
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Draft
from anwang.services.cases.models import Case, Visit
from anwang.services.intake.models import Report, ReportReader
from tests import county

SIZE = Size(persons=400, duties=300, open_reports=40, past_reports=30, cases=26)
SEED = 11
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def morning() -> busy_county.Morning:
    county.establish()
    known = list(crowd(SIZE.persons, SEED))
    fill(known, SEED)
    busy_county._staff(40)
    busy_county._fill_rest(known, SIZE, SEED)
    busy_county._passwords(county.PASSWORD)
    return busy_county._look(known, SEED)


def test_every_action_is_answered_measured_and_kept(  # type: ignore[no-untyped-def]
    morning: busy_county.Morning, live_server
) -> None:
    with acting(SYSTEM):
        assert Deadline.objects.filter(OPEN).count() == SIZE.duties
        assert Report.objects.filter(handled_at__isnull=True).count() == SIZE.open_reports
        sent = ReportReader.objects.count()
        assert 20 < sent < 40, "three in four of the past, one in ten of the open reports"
        assert Case.objects.count() == SIZE.cases
        reports, visits = Report.objects.count(), Visit.objects.count()
    address = live_server.url.replace("localhost", "127.0.0.1")
    found = measure(address, morning, county.PASSWORD, 20, 2, 0.2, SEED)
    for times in (found.alone, found.together, found.flat_out):
        assert times.instead == {}
    assert set(found.alone.milliseconds) == set(ACTIONS)
    assert len(found.together.milliseconds["登入"]) == 20
    with acting(SYSTEM):
        # Warming up keeps as well, and is not counted: at least as many as were measured.
        sent_in = sum(
            len(times.milliseconds.get("送出通報", []))
            for times in (found.alone, found.together, found.flat_out)
        )
        assert Report.objects.count() - reports >= sent_in > 0
        assert Visit.objects.count() > visits
        assert Draft.objects.filter(form__startswith="report-new-").exists()
        newest = Report.objects.order_by("-pk")[0]
        assert newest.persons.filter(person__isnull=False).exists()
    shown = table(found)
    assert len(shown.splitlines()) == 2 + len(ACTIONS)
    assert {line.count("|") for line in shown.splitlines()} == {14}
    said = words(found, morning, 20, 0.2, 0.5)
    assert "400 persons" in said[0]
    assert "0 errors" in said[2]


def test_a_home_with_other_people_is_left_alone(morning: busy_county.Morning) -> None:
    first = next(iter(crowd(SIZE.persons, SEED)))
    busy_county._check_same(first)
    with pytest.raises(CommandError, match="空的資料夾"):
        busy_county._check_same(replace(first, id_number="A123456789"))


def test_two_hundred_seats_hold_every_role_at_every_unit(morning: busy_county.Morning) -> None:
    seats = [seat(number) for number in range(200)]
    assert len({each.username for each in seats}) == 200
    roles = {role: [each.unit for each in seats if each.role == role] for role in SHARES}
    assert {role: len(units) for role, units in roles.items()} == {
        "dispatcher": 20,
        "social_worker": 130,
        "supervisor": 20,
        "liaison": 30,
    }
    assert set(roles["social_worker"]) == {*busy_county.CENTRES, "protection"}
    assert set(roles["supervisor"]) == set(busy_county.CENTRES)
    staff = members(morning, 200)
    assert {visit.label for member in staff for visit in member.visits} == set(ACTIONS)
    assert only(staff[0], "記訪視") is None, "the desk visits nobody"


def test_what_came_instead_of_an_answer_is_told_apart() -> None:
    times = Times()
    for answer in (None, Answer(403, "", b"", 5.0), Answer(403, "", b"", 5.0), Answer(200, "", b"", 7.0)):
        times.add("page", answer, 200)
    assert (times.failed, times.answered) == (3, 1)
    assert times.instead == {("page", 0): 1, ("page", 403): 2}
    assert "| — |" in table(Found())
