"""The past in a county whose rosters came first: the same people, everything findable, duties met or really open."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from django.db.models import Count, F, Max, Q

from anwang.agencies.models import Member
from anwang.commands.demo_month import live_month
from anwang.commands.demo_past import begin_of_past, live_the_past
from anwang.network.cocases.models import ListSending, SendingEntry
from anwang.people.linkage.running import run_linkage
from anwang.people.registry.models import SearchKey, ServicePresence, SourceRecord, Touchpoint, ViewGrant
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Decision
from anwang.platform.sealing import open_field
from anwang.services.cases.models import Case, CaseClosing, CaseMember, Plan, Visit
from anwang.services.cases.process import CaseState, ClosingState, PlanState, VisitState
from anwang.services.dispatch.desk_queries import desk_counts
from anwang.services.intake.models import Report, Reporter, ReportPerson
from anwang.services.intake.process import ReportState
from anwang.simulate.past.staff import COLLEAGUES
from anwang.simulate.past.writing import Written, write_deeds
from anwang.standard.codes import OwnSource

from .told import NOW, county, everybody, told

pytestmark = pytest.mark.django_db


def lived(folder: Path) -> tuple[Written, dict[str, int]]:
    """A month of rosters, linked; then the past."""
    everybody()
    month = county().month(county().first)
    live_month(month, folder, NOW - dt.timedelta(days=9), is_over=True)
    truth = dict(month.truth.person_of)
    return write_deeds(told().deeds, truth=truth, now=NOW), truth


def test_whoever_stands_on_a_roster_is_the_same_person(tmp_path: Path) -> None:
    written, truth = lived(tmp_path)
    with acting(SYSTEM):
        of_roster: dict[int, set[int]] = defaultdict(set)
        for number, person in SourceRecord.objects.exclude(roster__in=[*OwnSource]).values_list(
            "record_number", "person_id"
        ):
            if number in truth and person is not None:
                of_roster[truth[number]].add(person)
        persons = {person for _, person in written.person_of.items()}
        both = [sim for sim in written.person_of if sim in of_roster]
        assert len(both) > 60
        assert sum(written.person_of[sim] in of_roster[sim] for sim in both) / len(both) >= 0.98
        assert len(persons) == len(written.person_of)


def test_a_matching_tears_nobody_apart(tmp_path: Path) -> None:
    written, _ = lived(tmp_path)
    with acting(SYSTEM):
        before = dict(ReportPerson.objects.filter(record__isnull=False).values_list("record_id", "person_id"))
        before |= dict(CaseMember.objects.filter(record__isnull=False).values_list("record_id", "person_id"))
        sim_of = {person: sim for sim, person in written.person_of.items()}
        run_linkage(by=SYSTEM, by_name="測試", now=NOW + dt.timedelta(hours=1))
        after = dict(SourceRecord.objects.filter(pk__in=before).values_list("pk", "person_id"))
        people: dict[int, Counter[int]] = defaultdict(Counter)
        for record, person in after.items():
            assert person is not None
            people[sim_of[before[record]]][person] += 1
        whole = sum(found.most_common(1)[0][1] for found in people.values())
        assert whole / len(after) >= 0.98
        owners: dict[int, set[int]] = defaultdict(set)
        for sim, found in people.items():
            owners[found.most_common(1)[0][0]].add(sim)
        assert sum(len(each) == 1 for each in owners.values()) / len(owners) >= 0.98


def test_it_is_found_served_and_opened_as_if_kept_person_by_person(tmp_path: Path) -> None:
    written, _ = lived(tmp_path)
    with acting(SYSTEM):
        own = SourceRecord.objects.filter(roster__in=[*OwnSource])
        assert own.count() == written.rows["SourceRecord"]
        assert not own.filter(Q(person__isnull=True) | Q(household__isnull=True)).exists()
        assert not own.exclude(pk__in=SearchKey.objects.values("record_id")).exists()
        serving = Touchpoint.objects.filter(record__roster=OwnSource.CASE_FILE, closed_on__isnull=True)
        homes = {
            (touch.unit_id, home)
            for touch in serving.select_related("person")
            for home in touch.person.householdmembership_set.filter(until_on__isnull=True).values_list(
                "household_id", flat=True
            )
        }
        granted = set(ViewGrant.objects.filter(kind="own_service").values_list("unit_id", "household_id"))
        assert homes
        assert homes <= granted
        there = set(
            ServicePresence.objects.filter(until_on__isnull=True).values_list("unit_id", "household_id")
        )
        of_cases = Case.objects.exclude(state=CaseState.CLOSED).values_list("unit_id", "household_id")
        assert set(of_cases) <= there
        for reporter in Reporter.objects.all()[:10]:
            assert open_field(reporter, "sealed")["name"]


def test_every_re_report_names_the_services_before_it(tmp_path: Path) -> None:
    lived(tmp_path)
    with acting(SYSTEM):
        assert not Touchpoint.objects.filter(programme=OwnSource.CASE_FILE).exists()
        reasons = list(
            Decision.objects.filter(rule_id="re_report", outcome="re_report").values_list("reason", flat=True)
        )
    sentences = [each for reason in reasons for each in reason.split("。")]
    named = [each for each in sentences if "結案" in each or "起接受" in each]
    assert len(named) > 10
    assert not [each for each in named if re.search("的於 |起接受，", each)]
    assert any("計入指標 1-2" in each for each in sentences)
    assert any("計入指標 1-3" in each for each in sentences)


def test_the_lists_of_the_months_stay_as_they_were(tmp_path: Path) -> None:
    everybody()
    month = county().month(county().first)
    live_month(month, tmp_path, NOW - dt.timedelta(days=9), is_over=True)
    with acting(SYSTEM):
        lists = (list(ListSending.objects.order_by("pk").values()), SendingEntry.objects.count())
        write_deeds(told().deeds, truth=dict(month.truth.person_of), now=NOW)
        assert lists == (list(ListSending.objects.order_by("pk").values()), SendingEntry.objects.count())


def test_duties_were_met_at_their_moment_and_those_of_today_are_open(tmp_path: Path) -> None:
    written, _ = lived(tmp_path)
    with acting(SYSTEM):
        ours = Deadline.objects.filter(
            subject_kind__in=("report", "dispatch", "case", "investigation", "dispute")
        )
        met = ours.filter(met_at__isnull=False)
        late = met.filter(met_at__gt=F("due_at")).count() / met.count()
        assert 0 < late < 0.3
        assert not ours.filter(OPEN, opened_at__gt=NOW).exists()
        assert not ours.filter(met_at__gt=NOW).exists()
        # What is closed asks for nothing, and what goes on asks for something.
        closed = {str(pk) for pk in Case.objects.filter(state=CaseState.CLOSED).values_list("pk", flat=True)}
        assert not ours.filter(OPEN, subject_kind="case", subject_id__in=closed).exists()
        handled = {
            str(pk) for pk in Report.objects.filter(handled_at__isnull=False).values_list("pk", flat=True)
        }
        assert not ours.filter(
            OPEN, subject_kind="report", rule_id="intake.handle", subject_id__in=handled
        ).exists()
        overdue = ours.filter(OPEN, due_at__lt=NOW).count()
        assert 0 < overdue < ours.filter(OPEN).count() * 0.35
        # A duty of a case that is open belongs to somebody who works there now.
        workers = set(Member.objects.values_list("pk", flat=True))
        assert (
            set(ours.filter(OPEN, subject_kind="case").values_list("owner_member_id", flat=True)) <= workers
        )
    assert written.passed_over <= 2


def test_there_is_work_at_every_desk_now(tmp_path: Path) -> None:
    lived(tmp_path)
    with acting(SYSTEM):
        desk = Report.objects.order_by("pk").values_list("unit_id", flat=True)[0]
        counts = desk_counts(desk, NOW)
        assert set(counts.by_state) == {
            ReportState.RECEIVED, ReportState.SCREENED, ReportState.SENT, ReportState.RETURNED, ReportState.DISPUTED,
        }  # fmt: skip
        assert counts.overdue >= 1
        assert Plan.objects.filter(state=PlanState.SUBMITTED).count() >= 1
        assert CaseClosing.objects.filter(state=ClosingState.ASKED).count() >= 1
        planned = Visit.objects.filter(state=VisitState.PLANNED)
        assert planned.filter(planned_at__gt=NOW).exists()
        assert not planned.values("case").annotate(n=Count("pk")).filter(n__gt=1).exists()
        loads = Case.objects.exclude(state=CaseState.CLOSED).values("worker").annotate(n=Count("pk"))
        assert loads.aggregate(most=Max("n"))["most"] <= 40


def test_re_reports_are_marked_by_what_the_registry_knows(tmp_path: Path) -> None:
    written, _ = lived(tmp_path)
    again = {report.number: report.again_of for report in told().past.reports if report.again_of is not None}
    with acting(SYSTEM):
        marked = dict(Report.objects.values_list("pk", "re_report_of_id"))
    kept = [
        (written.report_of[number], written.report_of[of])
        for number, of in again.items()
        if number in written.report_of and of in written.report_of
    ]
    assert kept
    assert sum(marked[report] is not None for report, _ in kept) / len(kept) >= 0.9
    assert all(of is None or of < report for report, of in marked.items())


def test_the_demo_writes_it_once(tmp_path: Path) -> None:
    everybody()
    first = county().first
    live_month(county().month(first), tmp_path, NOW - dt.timedelta(days=9), is_over=True)
    begin = begin_of_past(first, 1)
    live_the_past(county(), [first], begin=begin, seed=115, now=NOW)
    with acting(SYSTEM):
        once = (Report.objects.count(), Case.objects.count(), Visit.objects.count(), Member.objects.count())
    assert min(once) > 10
    live_the_past(county(), [first], begin=begin, seed=115, now=NOW)
    with acting(SYSTEM):
        assert once == (
            Report.objects.count(),
            Case.objects.count(),
            Visit.objects.count(),
            Member.objects.count(),
        )
        colleagues = Member.objects.filter(username__regex=r"\.\d+$")
        assert colleagues.count() == sum(COLLEAGUES.values())
        assert not any(member.has_usable_password() for member in colleagues)
