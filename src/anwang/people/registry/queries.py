"""Reads of the registry. What comes back is what row security lets the acting unit see, and no more."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from anwang.standard.codes import OwnSource
from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json

from .models import SourceRecord


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A current record with its row number, its unit and the person it is about (None before the first matching)."""

    key: int
    unit_id: int
    person_id: int | None
    record: StandardRecord


OWN_SOURCES = [source.value for source in OwnSource]


def current_records(period: dt.date | None = None) -> list[KeptRecord]:
    """All current records in the order of their row numbers, reports and cases among them; with `period` only those of
    the rosters of that month."""
    sql = "select id, unit_id, person_id, content from registry_sourcerecord where withdrawn_at is null"
    arguments: list[Any] = []
    if period is not None:
        sql += " and period = %s and roster <> all(%s)"
        arguments += [period, OWN_SOURCES]
    with connection.cursor() as cursor:
        cursor.execute(sql + " order by id", arguments)
        return [
            KeptRecord(pk, unit_id, person_id, from_json(json.loads(content)))
            for pk, unit_id, person_id, content in cursor.fetchall()
        ]


def periods_with_records() -> list[dt.date]:
    """First days of the months whose rosters have current records, in order."""
    rosters = SourceRecord.objects.filter(withdrawn_at__isnull=True).exclude(roster__in=OWN_SOURCES)
    return sorted(rosters.values_list("period", flat=True).distinct())
