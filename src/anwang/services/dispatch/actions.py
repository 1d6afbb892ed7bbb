"""The writes of dispatch, by deed: sending, answering, settling, not opening, handing over, sampling."""

from __future__ import annotations

from .answering import accept, return_dispatch
from .contacting import record_family_contact
from .disputing import settle_dispute
from .handing_over import hand_over, take_over
from .holding import DispatchError, NobodyOnDuty
from .not_opening import not_open, receive_referral, reopen, send_on
from .sampling import draw_sample, read_sample
from .sending import call_back, dispatch_as_suggested, screen_and_send, send

__all__ = [
    "DispatchError",
    "NobodyOnDuty",
    "accept",
    "call_back",
    "dispatch_as_suggested",
    "draw_sample",
    "hand_over",
    "not_open",
    "read_sample",
    "receive_referral",
    "record_family_contact",
    "reopen",
    "return_dispatch",
    "screen_and_send",
    "send",
    "send_on",
    "settle_dispute",
    "take_over",
]
