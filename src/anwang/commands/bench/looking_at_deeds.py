"""What the daily deeds left, looked at after a kill: every way in which reports, dispatches, cases, their duties, their
log and what other systems are told could contradict one another. Works on the open home, as the system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any


def deed_problems() -> list[str]:
    """Codes of contradictions; empty in a sound home."""
    found: list[str] = []

    def check(sound: bool, code: str) -> None:
        if not sound:
            found.append(code)

    facts = _Facts()
    _duties(facts, check)
    for report in facts.reports:
        _report(report, facts, check)
    for case in facts.cases:
        _case(case, facts, check)
    return found


class _Facts:
    """Everything that is looked at, read once, all at one moment."""

    def __init__(self) -> None:
        from anwang.exchange.models import Submission
        from anwang.platform.clock_models import Deadline
        from anwang.platform.models import AuditEntry, Decision, OutboxEvent
        from anwang.services.cases.models import Case, CaseClosing, CaseMember, Visit
        from anwang.services.dispatch.models import Dispatch, Dispute, NotOpened
        from anwang.services.intake.models import (
            Report,
            ReportAttachment,
            Reporter,
            ReportPerson,
            ReportReader,
            Screening,
        )

        self.reports = list(Report.objects.order_by("pk"))
        self.cases = list(Case.objects.order_by("pk"))
        self.duties = _by(Deadline.objects.all(), lambda d: (d.subject_kind, d.subject_id))
        self.events = _by(OutboxEvent.objects.order_by("sequence"), lambda e: (e.subject_kind, e.subject_id))
        self.decisions = Counter(Decision.objects.values_list("subject_kind", "subject_id", "rule_id"))
        self.log = Counter(AuditEntry.objects.values_list("action", "subject_kind", "subject_id"))
        self.visits_logged = Counter(
            entry["visit"]
            for entry in AuditEntry.objects.filter(action="changed_case").values_list("detail", flat=True)
            if entry.get("deed") == "record_visit"
        )
        self.persons = _by(ReportPerson.objects.all(), lambda p: p.report_id)
        self.reporters = Counter(Reporter.objects.values_list("report_id", flat=True))
        self.files = _by(ReportAttachment.objects.all(), lambda f: f.report_id)
        self.readers = {
            (r.report_id, r.unit_id) for r in ReportReader.objects.filter(until__isnull=True, kind="sent")
        }
        self.screenings = Counter(Screening.objects.values_list("report_id", flat=True))
        self.dispatches = _by(Dispatch.objects.order_by("round"), lambda d: d.report_id)
        self.disputes = _by(Dispute.objects.select_related("first", "second"), lambda d: d.report_id)
        self.not_opened = _by(NotOpened.objects.all(), lambda n: n.report_id)
        self.submissions = Counter(Submission.objects.values_list("report_id", flat=True))
        self.visits = _by(Visit.objects.all(), lambda v: v.case_id)
        self.members = Counter(CaseMember.objects.values_list("case_id", flat=True))
        self.closings = _by(CaseClosing.objects.all(), lambda c: c.case_id)

    def open_duties(self, kind: str, number: int, rule: str = "") -> list[Any]:
        return [
            duty
            for duty in self.duties[kind, str(number)]
            if duty.met_at is None and duty.withdrawn_at is None and duty.rule_id.startswith(rule)
        ]


class _Groups(dict[Any, list[Any]]):
    def __missing__(self, key: Any) -> list[Any]:
        return []


def _by(rows: Iterable[Any], key: Any) -> _Groups:
    found = _Groups()
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _duties(facts: _Facts, check: Any) -> None:
    """One open duty of each rule for each subject and unit; of promises one for each."""
    waiting = Counter(
        (*subject, duty.rule_id, duty.unit_id, duty.sequence if duty.is_promise else 0)
        for subject, duties in facts.duties.items()
        for duty in duties
        if duty.met_at is None and duty.withdrawn_at is None
    )
    check(max(waiting.values(), default=1) == 1, "two_open_duties")
    subjects = {"report": {r.pk for r in facts.reports}, "case": {c.pk for c in facts.cases}}
    for kind, known in subjects.items():
        told = {int(number) for each, number in facts.duties if each == kind}
        check(told <= known, f"duty_of_no_{kind}")
    check({int(n) for kind, n in facts.events if kind == "report"} <= subjects["report"], "event_of_nothing")


def _report(report: Any, facts: _Facts, check: Any) -> None:
    from anwang.platform.sealing import SealingError
    from anwang.services.dispatch.duties import ANSWER, FIRST_CONTACT, SETTLE, TAKE_OVER
    from anwang.services.intake.re_reports import RULE as RE_REPORT
    from anwang.services.intake.rules import HANDLE_RULE
    from anwang.services.intake.screening_rules import RULE as SCREENING

    number, state = report.pk, report.state
    sent, last = facts.dispatches[number], (facts.dispatches[number] or [None])[-1]
    not_opened, disputes = facts.not_opened[number], facts.disputes[number]
    answered = sum(each.answered_at is not None for each in sent)
    events = facts.events["report", str(number)]
    check([event.sequence for event in events] == list(range(1, len(events) + 1)), "events_not_in_order")
    changes = 1 + facts.screenings[number] + len(sent) + answered + len(not_opened)
    check(len(events) == changes, "events_and_changes_differ")
    check(bool(events) and events[-1].data.get("state") == state, "last_event_says_other_state")
    running = facts.open_duties("report", number, HANDLE_RULE)
    all_handling = [duty for duty in facts.duties["report", str(number)] if duty.rule_id == HANDLE_RULE]
    check(len(all_handling) == 1 and len(running) == (report.handled_at is None), "24_hours")
    check((report.handled_at is None) == (state not in ("accepted", "not_opened")), "handled_or_not")
    expected = {
        "received": last is None and not facts.screenings[number],
        "screened": last is None and facts.screenings[number] == 1,
        "sent": last is not None and last.state == "sent",
        "accepted": last is not None and last.state == "accepted",
        "returned": last is not None and last.state == "returned" and not disputes,
        "disputed": last is not None and last.state == "returned" and len(disputes) == 1,
        "not_opened": len(not_opened) == 1,
    }
    check(expected.get(state, False), f"state_{state}_without_its_rows")
    check(facts.log["entered_report", "report", str(number)] == 1, "log_of_the_report")
    check(facts.log["screened_report", "report", str(number)] == facts.screenings[number], "log_of_screening")
    check(facts.decisions["report", str(number), SCREENING] >= facts.screenings[number], "screening_not_explained")  # fmt: skip
    check(facts.decisions["report", str(number), RE_REPORT] == 1, "re_report_not_explained")
    check(bool(facts.persons[number]) and facts.reporters[number] == 1, "report_without_its_people")
    check(facts.submissions[number] == (report.channel == "api"), "delivery_of_the_report")
    for file in facts.files[number]:
        try:
            check(_holds(file), "file_is_another")
        except SealingError:
            check(False, "file_does_not_open")
        check(facts.log["added_attachment", "report", str(number)] == len(facts.files[number]), "log_of_the_file")  # fmt: skip
    for each in sent:
        check(facts.log["sent_dispatch", "dispatch", str(each.pk)] == 1, "log_of_the_dispatch")
        check(len(facts.open_duties("dispatch", each.pk, ANSWER)) == (each.state == "sent"), "duty_to_answer")
        reads = (number, each.to_unit_id) in facts.readers
        check(reads == (each.state in ("sent", "accepted")), "unit_reads_what_it_has")
        for done in ("accepted", "returned"):
            logged = facts.log[f"{done}_dispatch", "dispatch", str(each.pk)]
            check(logged == (each.state == done), f"log_of_{done}")
    contact = [d for d in facts.duties["report", str(number)] if d.rule_id == FIRST_CONTACT]
    check(len(contact) == (state == "accepted"), "duty_to_contact")
    for each in disputes:
        units = {each.first.to_unit_id, each.second.to_unit_id}
        settle = facts.open_duties("dispute", each.pk, SETTLE)
        check({duty.unit_id for duty in settle} == units, "duty_to_settle")
    for each in not_opened:
        check(facts.log["not_opened_report", "report", str(number)] == 1, "log_of_not_opening")
        check(len(facts.open_duties("not_opened", each.pk, TAKE_OVER)) == 1, "duty_to_take_over")


def _holds(file: Any) -> bool:
    import hashlib

    from anwang.platform.sealing import open_field

    return hashlib.sha256(open_field(file, "content", as_bytes=True)).hexdigest() == file.sha256


def _case(case: Any, facts: _Facts, check: Any) -> None:
    from anwang.services.cases.promised_rules import APPOINTMENT
    from anwang.services.dispatch.duties import FIRST_CONTACT

    number = str(case.pk)
    check(facts.log["opened_case", "case", number] == 1, "log_of_the_case")
    check(facts.members[case.pk] == 2 and case.client_id is not None, "case_without_its_people")
    waiting = facts.open_duties("case", case.pk)
    check(bool(waiting) == (case.closed_at is None), "duties_of_the_case")
    check(not facts.open_duties("report", case.report_id, FIRST_CONTACT), "contact_asked_twice")
    visits = facts.visits[case.pk]
    promised = {duty.sequence for duty in waiting if duty.rule_id == APPOINTMENT}
    planned = {v.pk for v in visits if v.state == "planned"} if case.closed_at is None else set()
    check(promised == planned, "duty_of_the_planned_visit")
    done = [visit for visit in visits if visit.state == "done"]
    check(all(facts.visits_logged[visit.pk] == 1 for visit in done), "log_of_the_visit")
    check(len(visits) == 2 * len(done), "visit_without_the_next")
    check(bool(done) == (case.started_at is not None), "begun_without_visit")
    closings = facts.closings[case.pk]
    check(len(closings) == (case.closed_at is not None), "closing_of_the_case")
    check((case.state == "closed") == (case.closed_at is not None), "closed_or_not")
    check(facts.log["closed_case", "case", number] == len(closings), "log_of_closing")
