"""The processes of a case, as tables: the case itself, its plans, its visits, its transfers and its closing.

A plan, a visit, a transfer and a closing end once: what came after is a further row (a new version, another visit).
"""

from __future__ import annotations

from enum import StrEnum

from anwang.platform.transitions import Process, Transition

_WORKER, _SUPERVISOR, _RECEIVER = "主責社工", "督導", "接手的社工或督導"


class CaseState(StrEnum):
    """OPEN until somebody has met the family, then ACTIVE; REOPENED is OPEN again after a closing."""

    OPEN = "open"
    ACTIVE = "active"
    CLOSING = "closing"
    CLOSED = "closed"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        return {
            _C.OPEN: "已開案，待首次接觸",
            _C.ACTIVE: "服務中",
            _C.CLOSING: "已提結案，待核定",
            _C.CLOSED: "已結案",
            _C.REOPENED: "重新開案，待接觸",
        }[self]


_C = CaseState
_GOING_ON = (_C.OPEN, _C.ACTIVE, _C.REOPENED)
WORKED_ON = (*_GOING_ON, _C.CLOSING)
"""The states in which the case counts as somebody's work."""

CASE = Process(
    id="case",
    subject="個案",
    initial=_C.OPEN,
    states=tuple(CaseState),
    transitions=(
        Transition("start", "首次接觸", (_C.OPEN, _C.REOPENED), _C.ACTIVE, _WORKER),
        Transition("ask_closing", "提結案", _GOING_ON, _C.CLOSING, _WORKER, needs_reason=True),
        Transition("take_back_closing", "收回結案", (_C.CLOSING,), _C.ACTIVE, _WORKER),
        Transition(
            "return_closing", "退回結案，繼續服務", (_C.CLOSING,), _C.ACTIVE, _SUPERVISOR, needs_reason=True
        ),
        Transition("close", "核定結案", WORKED_ON, _C.CLOSED, _SUPERVISOR),
        Transition("reopen", "重新開案", (_C.CLOSED,), _C.REOPENED, "社工或督導", needs_reason=True),
    ),
)


class PlanState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return {
            _P.DRAFT: "撰寫中",
            _P.SUBMITTED: "送督導，待核定",
            _P.APPROVED: "已核定",
            _P.RETURNED: "督導退回",
        }[self]


_P = PlanState
PLAN = Process(
    id="plan",
    subject="處遇計畫",
    initial=_P.DRAFT,
    states=tuple(PlanState),
    transitions=(
        Transition("submit", "送督導", (_P.DRAFT,), _P.SUBMITTED, _WORKER),
        Transition("take_back", "收回修改", (_P.SUBMITTED,), _P.DRAFT, _WORKER),
        Transition("approve", "核定", (_P.SUBMITTED,), _P.APPROVED, _SUPERVISOR),
        Transition("return", "退回", (_P.SUBMITTED,), _P.RETURNED, _SUPERVISOR, needs_reason=True),
    ),
)


class VisitState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    NOT_MET = "not_met"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            _V.PLANNED: "預定",
            _V.DONE: "已訪",
            _V.NOT_MET: "未遇",
            _V.CANCELLED: "取消",
        }[self]


_V = VisitState
VISIT = Process(
    id="visit",
    subject="訪視",
    initial=_V.PLANNED,
    states=tuple(VisitState),
    transitions=(
        Transition("meet", "記為已訪", (_V.PLANNED,), _V.DONE, _WORKER),
        Transition("miss", "記為未遇", (_V.PLANNED,), _V.NOT_MET, _WORKER),
        Transition("cancel", "取消", (_V.PLANNED,), _V.CANCELLED, _WORKER, needs_reason=True),
    ),
)


class TransferState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CALLED_BACK = "called_back"

    @property
    def label(self) -> str:
        return {
            _T.OFFERED: "待接手",
            _T.ACCEPTED: "已接手",
            _T.DECLINED: "未接",
            _T.CALLED_BACK: "已收回",
        }[self]


_T = TransferState
TRANSFER = Process(
    id="transfer",
    subject="移轉",
    initial=_T.OFFERED,
    states=tuple(TransferState),
    transitions=(
        Transition("accept", "接手", (_T.OFFERED,), _T.ACCEPTED, _RECEIVER),
        Transition("decline", "不接", (_T.OFFERED,), _T.DECLINED, _RECEIVER, needs_reason=True),
        Transition("call_back", "收回", (_T.OFFERED,), _T.CALLED_BACK, "移出的單位", needs_reason=True),
    ),
)


class ClosingState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> str:
        return {
            _X.ASKED: "待核定",
            _X.GRANTED: "已核定",
            _X.RETURNED: "督導退回",
            _X.TAKEN_BACK: "已收回",
        }[self]


_X = ClosingState
CLOSING = Process(
    id="case_closing",
    subject="結案",
    initial=_X.ASKED,
    states=tuple(ClosingState),
    transitions=(
        Transition("grant", "核定結案", (_X.ASKED,), _X.GRANTED, _SUPERVISOR),
        Transition("return", "退回", (_X.ASKED,), _X.RETURNED, _SUPERVISOR, needs_reason=True),
        Transition("take_back", "收回", (_X.ASKED,), _X.TAKEN_BACK, _WORKER),
    ),
)

PROCESSES = (CASE, PLAN, VISIT, TRANSFER, CLOSING)
