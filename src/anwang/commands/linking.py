"""`anwang link` and the exports of what it found."""

from __future__ import annotations

import argparse
import csv
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from anwang.platform.left_drafts import left_drafts

from .errors import CommandError
from .failing import system_words
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
        run = run_linkage(
            by=SYSTEM,
            by_name="命令列",
            now=timezone.now(),
            train=given.train,
            again=given.again,
            progress=say,
        )
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


def write_whole(path: Path, text: str) -> None:
    """The whole file or none: a kill half-way leaves no half export. What is no plain file (a pipe) is written to."""
    draft: Path | None = None
    try:
        path = path.resolve()
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_text(text, "utf-8")
            return
        for left in left_drafts(path):
            left.unlink(missing_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.new")
        draft.write_text(text, "utf-8")
        os.replace(draft, path)
    except OSError as error:
        if draft is not None:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        raise CommandError(f"無法寫入「{path}」（{system_words(error)}）。") from error


def _must_have_records(period: Any, *, lists: bool) -> None:
    """An export of a month that was never loaded, matched or listed would read as "nobody is at risk": refuse it.

    Call as the system.
    """
    from anwang.network.cocases.models import ListMonth
    from anwang.people.registry.models import SourceRecord

    current = SourceRecord.objects.filter(period=period.first_day, withdrawn_at__isnull=True)
    if not current.exists():
        raise CommandError(f"沒有 {period.roc} 的名冊，沒有可以匯出的資料。請先執行：anwang roster load")
    unlinked = current.filter(person__isnull=True).count()
    if lists and not ListMonth.objects.filter(period=period.first_day, made_at__isnull=False).exists():
        raise CommandError(f"{period.roc} 的名單還沒有產製。請先執行：anwang link")
    if unlinked:
        say(f"注意：{period.roc} 有 {unlinked} 筆紀錄在上次比對之後才載入，還沒有歸戶。請執行：anwang link")


def export_links(given: argparse.Namespace) -> int:
    period = _period(given.period)
    with opened(given.home):
        import io

        from django.utils import timezone

        from anwang.people.registry.exporting import links_of
        from anwang.platform import audit
        from anwang.platform.context import SYSTEM, acting

        with acting(SYSTEM):
            _must_have_records(period, lists=False)
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
        write_whole(given.out, text.getvalue())
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
            _must_have_records(period, lists=True)
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
        write_whole(given.out, json.dumps(lists, ensure_ascii=False, indent=1))
        emit({"period": period.roc, **counts, "out": str(given.out)})
    return 0
