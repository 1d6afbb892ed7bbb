"""What tests of the month's lists do again and again: make, send, look. Plain functions that a test calls."""

from __future__ import annotations

from dataclasses import replace

from django.db import connection

from anwang.network.cocases.actions import MadeLists, make_lists, send_list
from anwang.network.cocases.models import ListEntry, ListSending
from anwang.platform.context import SYSTEM, AccessContext, Purpose, acting
from anwang.standard.record import Period
from tests.county import context

from .month import MARCH, moment


def officer() -> AccessContext:
    return replace(context("lists"), purpose=Purpose.MONTHLY_LISTS)


def make(period: Period = MARCH, day: int = 5) -> MadeLists:
    return make_lists(period=period, by=officer(), by_name="林承辦", now=moment(day))


def listed(period: Period = MARCH) -> dict[tuple[str, str], str]:
    """(list, name) to standing."""
    with acting(SYSTEM):
        return {
            (e.list_code, e.shown.get("name", "")): e.standing
            for e in ListEntry.objects.filter(period=period.first_day)
        }


def send_all(period: Period = MARCH, day: int = 6) -> None:
    with acting(officer()):
        for sending in list(ListSending.objects.filter(period=period.first_day)):
            send_list(sending_id=sending.pk, by=officer(), by_name="林承辦", now=moment(day))


def snapshot() -> list[tuple]:
    """Every row of the room and of the duties, as the database has it."""
    rows: list[tuple] = []
    with acting(SYSTEM), connection.cursor() as cursor:
        for table in ("cocases_listentry", "cocases_listsending", "cocases_sendingentry", "platform_deadline",
                      "registry_viewgrant", "registry_servicepresence"):  # fmt: skip
            cursor.execute(f'select * from "{table}" order by id')  # noqa: S608
            rows += [(table, *row) for row in cursor.fetchall()]
    return rows
