"""`anwang roster load`: files in, one JSON object per file out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .errors import CommandError
from .home import emit, opened, say

_HINT = "anwang roster load 檔案 --list 名冊代碼 --agency 機關代碼 --period 115-03"


def _given(given: argparse.Namespace) -> Any:
    from anwang.people.rosters.recognition import Given
    from anwang.standard.codes import AgencyCode, RosterCode
    from anwang.standard.record import Period

    try:
        return Given(
            AgencyCode(given.agency) if given.agency else None,
            RosterCode(given.roster) if given.roster else None,
            Period.parse(given.period) if given.period else None,
        )
    except ValueError as error:
        raise CommandError(
            f"{error}。局處：{'、'.join(AgencyCode)}；名冊：{'、'.join(RosterCode)}；月份如 115-03", 2
        ) from error


def load(given: argparse.Namespace) -> int:
    wanted = _given(given)
    with opened(given.home):
        from django.utils import timezone

        from anwang.people.rosters.actions import Loader, load_file
        from anwang.platform.context import SYSTEM, acting

        loader = Loader(SYSTEM, "命令列")
        results = []
        for name in given.files:
            path = Path(name)
            if not path.is_file():
                results.append({"file": name, "state": "refused", "message": "找不到這個檔案。"})
                continue
            say(f"載入 {path.name} …")
            for receipt in load_file(
                path=path, file_name=path.name, given=wanted, loader=loader, now=timezone.now()
            ):
                with acting(SYSTEM):
                    results.append(_result(name, receipt))
                if given.refusals and receipt.refused:
                    _write_refusals(receipt, given.refusals)
        emit(results)
    return 2 if any(result["state"] == "refused" for result in results) else 0


def _result(name: str, receipt: Any) -> dict[str, Any]:
    if receipt.state == receipt.State.REFUSED:
        refused = {"file": name, "state": "refused", "message": receipt.message, "receipt": receipt.number}
        return {**refused, "hint": _HINT} if receipt.recognition.get("missing") else refused
    from anwang.people.rosters.queries import refused_rows
    from anwang.standard.record import Period

    return {
        "file": name,
        "state": "accepted",
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
    folder.mkdir(parents=True, exist_ok=True)
    with acting(SYSTEM):
        rows = refusals_of(receipt=receipt, by=Loader(SYSTEM, "命令列"), now=now)
    write_refusals(folder / refusals_file_name(receipt.file_name, now.date()), receipt, rows)
