"""What the members did, deed by deed, as the rooms' actions take it. Frozen; persons by the simulation's numbers.

The same deeds can be done by the real actions (tests do) or written down in bulk (`write.py`): so the two are compared.
`report` and `case` are the simulation's numbers. Who does a deed follows from it (`staff.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.visit_rules import VisitRecord
from anwang.services.cases.vocabulary import GoalState, VisitPlace
from anwang.services.dispatch.rules import NotOpenedReason, ReturnReason
from anwang.services.intake.investigation_rules import Conclusion
from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm
from anwang.services.programs.forms import Typed


@dataclass(frozen=True, slots=True)
class Deed:
    """`at`: when it was done and written down."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class OfReport(Deed):
    report: int


@dataclass(frozen=True, slots=True)
class OfCase(Deed):
    case: int


@dataclass(frozen=True, slots=True)
class Submitted(OfReport):
    """A report was entered. `persons`: whom each row is about (None: somebody the county does not know)."""

    form: ReportForm
    persons: tuple[tuple[int | None, PersonForm], ...]
    reporter: ReporterForm


@dataclass(frozen=True, slots=True)
class Screened(OfReport):
    """Screened for a programme, as urgent as the rule suggests; `reason` where the rule names another programme."""

    programme: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sent(OfReport):
    """Sent to the unit that is in charge; with a `reason` to another one of its kind."""

    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Accepted(OfReport):
    pass


@dataclass(frozen=True, slots=True)
class Returned(OfReport):
    reason: ReturnReason
    text: str


@dataclass(frozen=True, slots=True)
class Settled(OfReport):
    """The desk's supervisor settles the dispute: the unit in charge leads."""

    text: str


@dataclass(frozen=True, slots=True)
class NotOpened(OfReport):
    """Not opened; referred to the centre of the family's township (`to_centre`), else to a service outside."""

    reason: NotOpenedReason
    text: str
    to_centre: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class ReferralReceived(OfReport):
    pass


@dataclass(frozen=True, slots=True)
class InvestigatorNamed(OfReport):
    pass


@dataclass(frozen=True, slots=True)
class FirstContact(OfReport):
    contact_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Concluded(OfReport):
    conclusion: Conclusion


@dataclass(frozen=True, slots=True)
class Replied(OfReport):
    """The desk told the reporter, who had asked for it."""


@dataclass(frozen=True, slots=True)
class Noticed(OfReport):
    """The job looked for new reports about open cases."""


@dataclass(frozen=True, slots=True)
class ReportSeen(OfReport):
    """Whoever has a case of the family took note of the report; who took the report lets it go on in the case."""

    text: str


@dataclass(frozen=True, slots=True)
class CaseOpened(OfCase):
    report: int | None
    programme: str
    township: str
    reason: str
    members: tuple[tuple[int, NewMember], ...]


@dataclass(frozen=True, slots=True)
class VisitPlanned(OfCase):
    place: VisitPlace
    planned_at: dt.datetime
    purpose: str


@dataclass(frozen=True, slots=True)
class VisitRecorded(OfCase):
    """The visit that is planned was made or not; `record.next_at` plans the next one."""

    record: VisitRecord


@dataclass(frozen=True, slots=True)
class Assessed(OfCase):
    """`persons`: answers about the client where the form is about a person. `reason` where the rule finds another level."""

    assessed_on: dt.date
    household: Typed
    client: Typed
    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class Goal:
    goal: str
    services: str
    due_on: dt.date
    need: str


@dataclass(frozen=True, slots=True)
class PlanSubmitted(OfCase):
    """A version of the plan; the open goals of the version before go on, beside those of `goals` that are new."""

    goals: tuple[Goal, ...]
    summary: str
    until_on: dt.date


@dataclass(frozen=True, slots=True)
class PlanAnswered(OfCase):
    """Approved, or returned with what to mend."""

    returned_for: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed(OfCase):
    """How the open goals of the plan in force stand, by what they say; `otherwise` of those not named."""

    states: Mapping[str, GoalState]
    otherwise: GoalState
    text: str


@dataclass(frozen=True, slots=True)
class ClosingAsked(OfCase):
    reason: str
    summary: str
    text: str = ""
    referred_to: str = ""
    aftercare: str = ""


@dataclass(frozen=True, slots=True)
class ClosingGranted(OfCase):
    """The supervisor closes what was asked, or, where checks fail that may be passed over, closes all the same."""

    asked: ClosingAsked
    overrule: str
    text: str = field(default="")
