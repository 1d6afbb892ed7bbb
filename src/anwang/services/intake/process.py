"""The process of a report (通報) and of an investigation (調查), as tables.

The report's state is moved by the room that does the deed: screening here, sending and accepting in `services/dispatch`.
Its 24-hour clock stops only in ACCEPTED or NOT_OPENED (003 貳二(2/2)).
"""

from __future__ import annotations

from enum import StrEnum

from anwang.platform.transitions import Process, Transition


class ReportState(StrEnum):
    RECEIVED = "received"
    SCREENED = "screened"
    SENT = "sent"
    RETURNED = "returned"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    NOT_OPENED = "not_opened"

    @property
    def label(self) -> str:
        return _REPORT_LABELS[self]


_S = ReportState
_REPORT_LABELS = {
    _S.RECEIVED: "待篩案",
    _S.SCREENED: "待派案",
    _S.SENT: "已派，待收案",
    _S.RETURNED: "退派，待改派",
    _S.DISPUTED: "主責爭議",
    _S.ACCEPTED: "已收案",
    _S.NOT_OPENED: "未開案",
}
STOPS_THE_CLOCK = (_S.ACCEPTED, _S.NOT_OPENED)
_DESK, _RECEIVER, _SUPERVISORS = "受理中心", "受派單位", "雙方督導"

REPORT = Process(
    id="report",
    subject="通報",
    initial=_S.RECEIVED,
    states=tuple(ReportState),
    transitions=(
        Transition("screen", "篩案", (_S.RECEIVED, _S.SCREENED, _S.RETURNED), _S.SCREENED, _DESK),
        Transition("send", "派案", (_S.SCREENED, _S.RETURNED), _S.SENT, _DESK),
        Transition("call_back", "收回改派", (_S.SENT,), _S.SCREENED, _DESK, needs_reason=True),
        Transition("accept", "收案", (_S.SENT,), _S.ACCEPTED, _RECEIVER),
        Transition("return", "退派", (_S.SENT,), _S.RETURNED, _RECEIVER, needs_reason=True),
        Transition("escalate", "二次退派，升級", (_S.SENT,), _S.DISPUTED, "系統"),
        Transition("settle", "裁定主責", (_S.DISPUTED,), _S.ACCEPTED, _SUPERVISORS, needs_reason=True),
        Transition(
            "not_open",
            "不開案並轉介",
            (_S.RECEIVED, _S.SCREENED, _S.RETURNED, _S.DISPUTED),
            _S.NOT_OPENED,
            _DESK,
            needs_reason=True,
        ),
        Transition("reopen", "複閱後改派", (_S.NOT_OPENED,), _S.SCREENED, "受理中心督導", needs_reason=True),
        Transition("send_on", "調查後改派", (_S.ACCEPTED,), _S.SCREENED, "調查單位", needs_reason=True),
    ),
)


class InvestigationState(StrEnum):
    OPEN = "open"
    SUBSTANTIATED = "substantiated"
    NOT_SUBSTANTIATED = "not_substantiated"

    @property
    def label(self) -> str:
        return {
            _I.OPEN: "調查中",
            _I.SUBSTANTIATED: "成案",
            _I.NOT_SUBSTANTIATED: "不成案",
        }[self]


_I = InvestigationState
INVESTIGATION = Process(
    id="investigation",
    subject="調查",
    initial=_I.OPEN,
    states=tuple(InvestigationState),
    transitions=(
        Transition("substantiate", "成案", (_I.OPEN,), _I.SUBSTANTIATED, "調查社工", needs_reason=True),
        Transition(
            "not_substantiate", "不成案", (_I.OPEN,), _I.NOT_SUBSTANTIATED, "調查社工", needs_reason=True
        ),
        Transition(
            "reopen", "重新調查", (_I.SUBSTANTIATED, _I.NOT_SUBSTANTIATED), _I.OPEN, "督導", needs_reason=True
        ),
    ),
)
