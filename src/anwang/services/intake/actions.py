"""What can be done with a report, in one place; each deed lives in a module of its own."""

from .adding import add_to_report, decide_match, withdraw_person
from .correcting import correct_report
from .errors import AlreadySubmitted, FieldConflict, ReportConflict, ReportError
from .opening import open_attachment, open_report, open_reporter, take_back_attachment
from .replying import record_reply
from .submitting import intake_unit, submit_report

__all__ = [
    "AlreadySubmitted",
    "FieldConflict",
    "ReportConflict",
    "ReportError",
    "add_to_report",
    "correct_report",
    "decide_match",
    "intake_unit",
    "open_attachment",
    "open_report",
    "open_reporter",
    "record_reply",
    "submit_report",
    "take_back_attachment",
    "withdraw_person",
]
