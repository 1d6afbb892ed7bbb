"""The process of one delivery (送達): an event on its way to one receiver."""

from __future__ import annotations

from enum import StrEnum

from anwang.platform.transitions import Process, Transition


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"

    @property
    def label(self) -> str:
        return {_D.WAITING: "待送", _D.DELIVERED: "已送達", _D.GIVEN_UP: "放棄"}[self]


_D = DeliveryState
DELIVERY = Process(
    id="delivery",
    subject="這則通知",
    initial=_D.WAITING,
    states=tuple(DeliveryState),
    transitions=(
        Transition("deliver", "送達", (_D.WAITING,), _D.DELIVERED, "系統"),
        Transition("give_up", "多次失敗，放棄", (_D.WAITING,), _D.GIVEN_UP, "系統"),
        Transition("send_again", "重送", (_D.DELIVERED, _D.GIVEN_UP), _D.WAITING, "系統管理"),
    ),
)
