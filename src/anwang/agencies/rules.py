"""Sign-in and permissions as pure decisions; the time is an argument.

Five failures lock an account for fifteen minutes (issue: lock-out after five failures); the idle time-out is thirty.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

MAX_FAILURES = 5
LOCK_MINUTES = 15


class Permission(StrEnum):
    """What a role may do; what rows it sees is row security's."""

    LOAD_ROSTERS = "load_rosters"
    LINK = "link"
    REVIEW_PAIRS = "review_pairs"
    MAKE_LISTS = "make_lists"
    SEND_LISTS = "send_lists"
    RECEIPT_LISTS = "receipt_lists"
    OPEN_HOUSEHOLDS = "open_households"
    READ_AUDIT = "read_audit"
    VERIFY_AUDIT = "verify_audit"
    MANAGE_MEMBERS = "manage_members"
    ENTER_REPORTS = "enter_reports"  # 通報受理
    SCREEN_REPORTS = "screen_reports"  # 篩案、派案、未開案
    OPEN_REPORTER = "open_reporter"  # 通報人身分, with a reason
    READ_SAMPLES = "read_samples"  # 抽案複閱
    ACCEPT_DISPATCHES = "accept_dispatches"  # 收案、退派
    SETTLE_DISPUTES = "settle_disputes"  # 主責爭議
    WORK_CASES = "work_cases"  # 調查、個案
    APPROVE_PLANS = "approve_plans"  # 督導核定
    SEE_UNIT_LOAD = "see_unit_load"  # 單位逾期與案量
    MANAGE_CALENDAR = "manage_calendar"  # 縣內停班日
    MANAGE_SYSTEMS = "manage_systems"  # 介接系統的權杖


_P = Permission
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "social_worker": frozenset(
        {_P.OPEN_HOUSEHOLDS, _P.RECEIPT_LISTS, _P.ENTER_REPORTS, _P.ACCEPT_DISPATCHES, _P.WORK_CASES}
    ),
    # A supervisor reads the log of the own unit only: row security bounds the rows.
    "supervisor": frozenset(
        {
            _P.OPEN_HOUSEHOLDS,
            _P.RECEIPT_LISTS,
            _P.READ_AUDIT,
            _P.ENTER_REPORTS,
            _P.ACCEPT_DISPATCHES,
            _P.SETTLE_DISPUTES,
            _P.READ_SAMPLES,
            _P.WORK_CASES,
            _P.APPROVE_PLANS,
            _P.SEE_UNIT_LOAD,
        }
    ),
    "dispatcher": frozenset(
        {_P.OPEN_HOUSEHOLDS, _P.RECEIPT_LISTS, _P.ENTER_REPORTS, _P.SCREEN_REPORTS, _P.OPEN_REPORTER}
    ),
    "meeting_clerk": frozenset({_P.OPEN_HOUSEHOLDS}),
    "liaison": frozenset(
        {
            _P.LOAD_ROSTERS,
            _P.OPEN_HOUSEHOLDS,
            _P.RECEIPT_LISTS,
            _P.ENTER_REPORTS,
            _P.ACCEPT_DISPATCHES,
            _P.WORK_CASES,
        }
    ),
    "indicator_officer": frozenset({_P.MAKE_LISTS, _P.SEND_LISTS}),
    "data_engineer": frozenset({_P.LOAD_ROSTERS, _P.LINK, _P.REVIEW_PAIRS, _P.MAKE_LISTS, _P.SEND_LISTS}),
    "auditor": frozenset({_P.READ_AUDIT, _P.VERIFY_AUDIT}),
    "administrator": frozenset({_P.MANAGE_MEMBERS, _P.MANAGE_CALENDAR, _P.MANAGE_SYSTEMS}),
}


def permissions_of(roles: tuple[str, ...]) -> frozenset[Permission]:
    return frozenset().union(*(ROLE_PERMISSIONS.get(role, frozenset()) for role in roles))


@dataclass(frozen=True, slots=True)
class SignInState:
    failed: int
    locked_until: dt.datetime | None


def is_locked(state: SignInState, now: dt.datetime) -> bool:
    return state.locked_until is not None and now < state.locked_until


def after_failure(state: SignInState, now: dt.datetime) -> SignInState:
    """Count one failure; the fifth locks. A lock that has run out starts the count anew."""
    base = 0 if state.locked_until is not None and now >= state.locked_until else state.failed
    failed = base + 1
    locked = now + dt.timedelta(minutes=LOCK_MINUTES) if failed >= MAX_FAILURES else None
    return SignInState(failed, locked)


# A sign of life is noted at most this often: it need not be written with each of many pages.
SEEN_EVERY = dt.timedelta(minutes=1)


def is_news(last_seen: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a sign of life at `now` is to be noted."""
    return last_seen is None or now - last_seen >= SEEN_EVERY


def is_idle(last_seen: dt.datetime, now: dt.datetime, minutes: int) -> bool:
    """Whether nobody has been at work for so many minutes: after the last sign of life, which may be later than the one
    noted, and never before."""
    return now - last_seen > dt.timedelta(minutes=minutes) + SEEN_EVERY
