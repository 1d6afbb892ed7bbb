"""Words and small tables that the pages of reports share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from anwang.platform.models import Decision
from anwang.services.intake.fields import label_of
from anwang.services.intake.models import Report, ReportChange
from anwang.services.intake.process import STOPS_THE_CLOCK, ReportState
from anwang.services.intake.re_reports import ReReportOutcome
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole
from anwang.standard.codes import Sex
from anwang.standard.report_answers import Danger, MandatedKind, Need
from anwang.web.clocks import clock_text
from anwang.web.components import Basis, tag

_TONES = {
    ReportState.RECEIVED: "act",
    ReportState.SCREENED: "act",
    ReportState.RETURNED: "amber",
    ReportState.DISPUTED: "red",
}


def state_tag(report: Report) -> SafeString:
    state = ReportState(report.state)
    return tag(state.label, _TONES.get(state, ""))


def clock_cell(report: Report, now: dt.datetime) -> SafeString:
    """What is left of the 24 hours, or that it stopped."""
    met = report.state in STOPS_THE_CLOCK
    return mark_safe(  # noqa: S308 - a rendered component
        render_to_string("components/clock.html", {"clock": clock_text(report.due_at, now, met=met)}).strip()
    )


def re_report_basis(decision: Decision | None) -> Basis | None:
    """The rule behind 再通報, for 「依據」; None where there is nothing to say or it is not for the reader."""
    if decision is None:
        return None
    return Basis(
        "再通報：同一人或同一戶先前的通報與服務",
        decision.reason,
        decision.citation,
        about=ReReportOutcome(decision.outcome).label,
    )


def labels(codes: Sequence[str], kind: type[Danger] | type[Need]) -> list[str]:
    """Codes of a list in words; a code that there no longer is stays as it was written."""
    known = {each.value: each.label for each in kind}
    return [known.get(code, code) for code in codes]


_CODES: dict[str, Any] = {
    "channel": Channel,
    "reporter_kind": ReporterKind,
    "mandated_kind": MandatedKind,
    "role": ReportRole,
    "dangers": Danger,
    "needs": Need,
    "sex": Sex,
}


def value_words(field: str, value: object) -> str:
    """A value of a field as readers see it; "（空白）" for none."""
    name = field.rpartition("-")[2]
    kind = _CODES.get(name)
    given = value if isinstance(value, list) else [value]
    known = {each.value: each.label for each in kind} if kind else {}
    return (
        "、".join(known.get(str(each), str(each)) for each in given if each not in (None, "")) or "（空白）"
    )


def change_words(change: ReportChange) -> tuple[str, str]:
    """A row of the history: what was done, and what to show of it."""
    if change.field == "addition":
        return "補充", str(change.after)
    kind, _, rest = change.field.partition("-")
    number, _, name = rest.partition("-")
    if kind == "person" and not name:
        added = change.before is None
        return ("加入第 " if added else "移除第 ") + f"{number} 人", ""
    if kind == "person" and name == "who":
        return f"第 {number} 人{change.reason}", ""
    before, after = value_words(change.field, change.before), value_words(change.field, change.after)
    return f"更正{label_of(change.field)}", f"{before} → {after}"
