"""The office's side of a month, for tests of what happens around a sending."""

from __future__ import annotations

from dataclasses import replace

from anwang.network.cocases import queries
from anwang.network.cocases.actions import make_lists, send_list
from anwang.network.cocases.models import ListSending, SendingEntry
from anwang.network.cocases.queries import SendingLine
from anwang.platform.context import SYSTEM, AccessContext, Purpose, acting
from anwang.standard.record import Period
from tests.county import context

from .month import MARCH, moment


def officer() -> AccessContext:
    return replace(context("lists"), purpose=Purpose.MONTHLY_LISTS)


def make(day: int, period: Period = MARCH, month: int = 4) -> None:
    make_lists(period=period, by=officer(), by_name="林承辦", now=moment(day, month))


def sending_to(unit: str, list_code: str, period: Period = MARCH) -> int:
    with acting(SYSTEM):
        return ListSending.objects.get(unit__code=unit, list_code=list_code, period=period.first_day).pk


def send(unit: str, list_code: str, day: int = 6) -> int:
    number = sending_to(unit, list_code)
    with acting(officer()):
        send_list(sending_id=number, by=officer(), by_name="林承辦", now=moment(day))
    return number


def line_of(number: int, day: int) -> SendingLine:
    with acting(officer()):
        line = queries.sending(number, moment(day))
    assert line is not None
    return line


def copies_of(number: int) -> list[SendingEntry]:
    with acting(SYSTEM):
        return list(SendingEntry.objects.filter(sending_id=number).order_by("pk"))
