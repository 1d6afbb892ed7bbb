"""The tables of the room: the case and its frame (`case_models.py`), and what is written in it (`records.py`)."""

from __future__ import annotations

from .case_models import (
    Case,
    CaseClosing,
    CaseMember,
    Reopening,
    ReportJoined,
    ReportSeen,
    SupportingAgency,
    Transfer,
)
from .records import (
    Assessment,
    ContactNote,
    GoalProgress,
    Plan,
    PlanGoal,
    PlanReview,
    Visit,
)

__all__ = [
    "Assessment",
    "Case",
    "CaseClosing",
    "CaseMember",
    "ContactNote",
    "GoalProgress",
    "Plan",
    "PlanGoal",
    "PlanReview",
    "Reopening",
    "ReportJoined",
    "ReportSeen",
    "SupportingAgency",
    "Transfer",
    "Visit",
]
