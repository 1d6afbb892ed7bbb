"""The writes of the lists, by deed: making, sending and receipting, giving back and answering, overruling."""

from __future__ import annotations

from .errors import SendingError
from .giving_back import Answered, answer_returns, return_entries
from .making import MadeLists, make_lists, request_lists
from .overruling import leave_out, take_back
from .sending import note_list, receipt_list, remind_overdue, send_list

__all__ = [
    "Answered",
    "MadeLists",
    "SendingError",
    "answer_returns",
    "leave_out",
    "make_lists",
    "note_list",
    "receipt_list",
    "remind_overdue",
    "request_lists",
    "return_entries",
    "send_list",
    "take_back",
]
