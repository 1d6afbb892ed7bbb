"""The process of one dispatch (派案): from the desk to a unit, and that unit's answer.

The second return of a report is not a return like the first: it makes a dispute that the supervisors of both settle.
"""

from __future__ import annotations

from enum import StrEnum

from anwang.platform.transitions import Process, Transition


class DispatchState(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CALLED_BACK = "called_back"

    @property
    def label(self) -> str:
        return {
            _D.SENT: "待收案",
            _D.ACCEPTED: "已收案",
            _D.RETURNED: "已退派",
            _D.CALLED_BACK: "已收回",
        }[self]


_D = DispatchState
DISPATCH = Process(
    id="dispatch",
    subject="派案",
    initial=_D.SENT,
    states=tuple(DispatchState),
    transitions=(
        Transition("accept", "收案", (_D.SENT,), _D.ACCEPTED, "受派單位"),
        Transition("return", "退派", (_D.SENT,), _D.RETURNED, "受派單位", needs_reason=True),
        Transition("call_back", "收回", (_D.SENT,), _D.CALLED_BACK, "受理中心", needs_reason=True),
    ),
)


class DisputeState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        return {DisputeState.OPEN: "待裁定", DisputeState.SETTLED: "已裁定"}[self]


DISPUTE = Process(
    id="dispute",
    subject="主責爭議",
    initial=DisputeState.OPEN,
    states=tuple(DisputeState),
    transitions=(
        Transition(
            "settle", "裁定主責", (DisputeState.OPEN,), DisputeState.SETTLED, "雙方督導", needs_reason=True
        ),
    ),
)
