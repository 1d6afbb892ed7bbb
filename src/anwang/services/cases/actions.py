"""The writes of a case, by deed. Each is one transaction as the acting member, with its row in the log."""

from __future__ import annotations

from .assessing import GivenAssessment, assess
from .closing import (
    NotClosable,
    ask_closing,
    close_in_spite,
    grant_closing,
    reopen_case,
    return_closing,
    take_back_closing,
)
from .contacting import record_contact
from .filling import fill_form
from .frame import NoSuchCase, NotAccepted
from .joining import join_report
from .new_reports import note_new_reports, see_report
from .opening import open_case
from .people import add_member, correct_member
from .planning import (
    ChangedMeanwhile,
    approve_plan,
    begin_plan,
    return_plan,
    review_plan,
    save_plan,
    submit_plan,
    take_back_plan,
)
from .promising import hand_on_promises, promise_older
from .sent_again import RecordedBefore
from .service_clocks import finish_clock, start_clock
from .serving import name_older_services
from .supporting import add_supporting, end_supporting
from .transferring import (
    accept_transfer,
    assign_worker,
    call_back_transfer,
    decline_transfer,
    offer_transfer,
)
from .visiting import cancel_visit, correct_visit, plan_visit, record_visit

__all__ = [
    "ChangedMeanwhile",
    "GivenAssessment",
    "NoSuchCase",
    "NotAccepted",
    "NotClosable",
    "RecordedBefore",
    "accept_transfer",
    "add_member",
    "add_supporting",
    "approve_plan",
    "ask_closing",
    "assess",
    "assign_worker",
    "begin_plan",
    "call_back_transfer",
    "cancel_visit",
    "close_in_spite",
    "correct_member",
    "correct_visit",
    "decline_transfer",
    "end_supporting",
    "fill_form",
    "finish_clock",
    "grant_closing",
    "hand_on_promises",
    "join_report",
    "name_older_services",
    "note_new_reports",
    "offer_transfer",
    "open_case",
    "plan_visit",
    "promise_older",
    "record_contact",
    "record_visit",
    "reopen_case",
    "return_closing",
    "return_plan",
    "review_plan",
    "save_plan",
    "see_report",
    "start_clock",
    "submit_plan",
    "take_back_closing",
    "take_back_plan",
]
