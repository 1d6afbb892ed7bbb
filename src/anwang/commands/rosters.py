"""`anwang roster load`: files in, one JSON object per file out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .errors import CommandError
from .failing import keep_failure, system_words
from .home import emit, opened, say

_HINT = "anwang roster load 檔案 --list 名冊代碼 --agency 機關代碼 --period 115-03"
_HINT_VERSION = "anwang roster load 檔案 --add（另一部分）或 --replace（取代先前的全部）"


def _given(given: argparse.Namespace) -> Any:
    from anwang.people.rosters.recognition import Given, Version
    from anwang.standard.codes import AgencyCode, RosterCode
    from anwang.standard.record import Period

    if given.agency and given.agency not in set(AgencyCode):
        raise CommandError(f"沒有「{given.agency}」這個局處。可用：{'、'.join(AgencyCode)}", 2)
    if given.roster and given.roster not in set(RosterCode):
        raise CommandError(f"沒有「{given.roster}」這種名冊。可用：{'、'.join(RosterCode)}", 2)
    try:
        period = Period.parse(given.period) if given.period else None
    except ValueError as error:
        raise CommandError(f"月份「{given.period}」看不懂，請寫成 115-03。", 2) from error
    version = Version.ADD if given.add else Version.REPLACE if given.replace else Version.RECOGNISE
    return Given(
        AgencyCode(given.agency) if given.agency else None,
        RosterCode(given.roster) if given.roster else None,
        period,
        version,
    )


def load(given: argparse.Namespace) -> int:
    wanted = _given(given)
    if given.refusals:
        try:
            given.refusals.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"無法建立資料夾「{given.refusals}」（{system_words(error)}）。") from error
    with opened(given.home) as home:
        results = [
            result for name in given.files for result in _load(name, wanted, given.refusals, home.path)
        ]
        emit(results)
    states = {result["state"] for result in results}
    if "failed" in states:
        return 1
    return 2 if "refused" in states else 0


def _load(name: str, wanted: Any, refusals: Path | None, home: Path) -> list[dict[str, Any]]:
    """One file, whatever becomes of it: the others of the same call are loaded all the same."""
    from django.utils import timezone

    from anwang.people.rosters.actions import Loader, load_file
    from anwang.platform.context import SYSTEM, acting

    path = Path(name)
    problem = _unreadable(path)
    if problem:
        return [{"file": name, "state": "refused", "message": problem}]
    say(f"載入 {path.name} …")
    now = timezone.now()
    try:
        receipts = load_file(
            path=path, file_name=path.name, given=wanted, loader=Loader(SYSTEM, "命令列"), now=now
        )
        with acting(SYSTEM):
            results = [_result(name, receipt, is_repeat=receipt.loaded_at < now) for receipt in receipts]
        for receipt in receipts:
            if refusals and receipt.refused:
                _write_refusals(receipt, refusals)
    except OSError as error:
        return [{"file": name, "state": "failed", "message": f"無法讀寫檔案（{system_words(error)}）。"}]
    except Exception as error:
        message = keep_failure(error, home)
        say(f"錯誤：{path.name}：{message}")
        return [{"file": name, "state": "failed", "message": message}]
    return results


def _unreadable(path: Path) -> str:
    """Why a path cannot be loaded, or nothing."""
    try:
        if path.is_dir():
            return "這是資料夾，不是檔案。"
        if not path.exists():
            return "找不到這個檔案。"
        if not path.is_file():
            return "這不是一般的檔案。"
        with path.open("rb"):
            return ""
    except OSError as error:
        return f"無法讀取這個檔案（{system_words(error)}）。"


def _result(name: str, receipt: Any, *, is_repeat: bool) -> dict[str, Any]:
    if receipt.state == receipt.State.REFUSED:
        refused = {"file": name, "state": "refused", "message": receipt.message, "receipt": receipt.number}
        missing = receipt.recognition.get("missing", ())
        if "version" in missing:
            return {**refused, "hint": _HINT_VERSION}
        return {**refused, "hint": _HINT} if missing else refused
    from anwang.people.rosters.queries import refused_rows
    from anwang.standard.record import Period

    return {
        "file": name,
        "state": "accepted",
        "repeated": is_repeat,
        "receipt": receipt.number,
        "agency": receipt.agency.code,
        "list": receipt.roster,
        "period": Period(receipt.period.year, receipt.period.month).roc,
        "accepted": receipt.accepted,
        "refused": receipt.refused,
        "added": receipt.added,
        "changed": receipt.changed,
        "withdrawn": receipt.withdrawn,
        "unchanged": receipt.unchanged,
        "sha256": receipt.sha256,
        "refused_rows": [
            {"line": row.line, "column": row.column, "reason": row.reason, "value": row.value}
            for row in refused_rows(receipt)
        ],
        "notes": receipt.message.splitlines(),
    }


def _write_refusals(receipt: Any, folder: Path) -> None:
    from django.utils import timezone

    from anwang.people.rosters.actions import Loader, refusals_of
    from anwang.people.rosters.refusals import refusals_file_name, write_refusals
    from anwang.platform.context import SYSTEM, acting

    now = timezone.now()
    with acting(SYSTEM):
        rows = refusals_of(receipt=receipt, by=Loader(SYSTEM, "命令列"), now=now)
    write_refusals(folder / refusals_file_name(receipt.file_name, timezone.localdate(now)), receipt, rows)
