"""`anwang link` and the exports of what it found."""

from __future__ import annotations

import argparse
import csv
import json
import os
from pathlib import Path
from typing import Any

from .errors import CommandError
from .home import emit, opened, say


def link(given: argparse.Namespace) -> int:
    with opened(given.home):
        from django.utils import timezone

        from anwang.network.cocases.making import make_lists
        from anwang.people.linkage.running import run_linkage
        from anwang.people.registry.queries import periods_with_records
        from anwang.platform.context import SYSTEM, acting
        from anwang.standard.record import Period

        say("比對與歸戶 …")
        run = run_linkage(by=SYSTEM, by_name="命令列", now=timezone.now(), train=given.train, progress=say)
        with acting(SYSTEM):
            periods = [Period(day.year, day.month) for day in periods_with_records()]
        lists = {}
        for period in periods:
            say(f"產製 {period.roc} 名單 …")
            lists[period.roc] = make_lists(
                period=period, by=SYSTEM, by_name="命令列", now=timezone.now()
            ).counts
        emit(
            {
                "records": run.records,
                "persons": run.persons,
                "households": run.households,
                "review_pairs": run.review_pairs,
                "lists": lists,
            }
        )
    return 0


def _period(text: str) -> Any:
    from anwang.standard.record import Period

    try:
        return Period.parse(text)
    except ValueError as error:
        raise CommandError(f"月份「{text}」看不懂，請寫成 115-03。", 2) from error


def _write(path: Path, text: str) -> None:
    """The whole file or none: a kill half-way leaves no half export."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.write_text(text, "utf-8")
        os.replace(draft, path)
    except OSError as error:
        raise CommandError(f"無法寫入「{path}」（{error.strerror}）。") from error


def export_links(given: argparse.Namespace) -> int:
    period = _period(given.period)
    with opened(given.home):
        import io

        from django.utils import timezone

        from anwang.people.registry.exporting import links_of
        from anwang.platform import audit
        from anwang.platform.context import SYSTEM, acting

        with acting(SYSTEM):
            rows = links_of(period)
            audit.record(
                context=SYSTEM,
                at=timezone.now(),
                action=audit.Action.EXPORTED_LINKS,
                subject_kind="period",
                subject_id=period.roc,
                member_name="命令列",
                detail={"rows": len(rows)},
            )
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["record_id", "person_id", "household_id"])
        writer.writerows(rows)
        _write(given.out, text.getvalue())
        emit({"period": period.roc, "rows": len(rows), "out": str(given.out)})
    return 0


def export_lists(given: argparse.Namespace) -> int:
    period = _period(given.period)
    with opened(given.home):
        from django.utils import timezone

        from anwang.network.cocases.exporting import lists_json
        from anwang.platform import audit
        from anwang.platform.context import SYSTEM, acting

        with acting(SYSTEM):
            lists = lists_json(period)
            counts = {name: len(items) for name, items in lists.items()}
            audit.record(
                context=SYSTEM,
                at=timezone.now(),
                action=audit.Action.EXPORTED_LIST,
                subject_kind="period",
                subject_id=period.roc,
                member_name="命令列",
                detail=counts,
            )
        _write(given.out, json.dumps(lists, ensure_ascii=False, indent=1))
        emit({"period": period.roc, **counts, "out": str(given.out)})
    return 0
