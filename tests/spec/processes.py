"""The handbook page of all processes: a diagram and a table of each, drawn from the tables that the code runs on.

A room adds its `Process` to `PROCESSES`; `tests/spec/test_processes.py` fails when one is missing or the page is stale.
"""

from __future__ import annotations

from typing import Any

from anwang.exchange.process import DELIVERY
from anwang.platform.transitions import Process
from anwang.services.cases.process import PROCESSES as CASE_PROCESSES
from anwang.services.dispatch.process import DISPATCH, DISPUTE
from anwang.services.intake.process import INVESTIGATION, REPORT

PROCESSES: tuple[Process[Any], ...] = (REPORT, DISPATCH, DISPUTE, INVESTIGATION, *CASE_PROCESSES, DELIVERY)


def page(processes: tuple[Process[Any], ...] = PROCESSES) -> str:
    """All processes in the order given."""
    lines = [
        "# 作業流程",
        "",
        "本頁由各作業的狀態表產生（`platform/transitions.py` 的 `Process`），請改狀態表，不要改本頁。",
        "圖與表同出一源：圖看全貌，表看在哪個狀態、誰可以做什麼、要不要附理由。",
        "",
    ]
    if not processes:
        lines += ["目前還沒有登記的流程。", ""]
    for process in processes:
        final = "、".join(state.label for state in process.final) or "沒有"
        lines += [
            f"## {process.subject}",
            "",
            f"代號 `{process.id}`；開始時「{process.initial.label}」；到此為止：{final}。",
            "",
            "```mermaid",
            process.diagram(),
            "```",
            "",
            process.table(),
            "",
        ]
    return "\n".join(lines)
