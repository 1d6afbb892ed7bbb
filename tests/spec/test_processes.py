"""Every process of the code stands in the handbook, and the page says what the table says."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import anwang
from anwang.platform.transitions import Process
from tests.rules.platform.test_transitions import DISPATCH

from .processes import PROCESSES, page

ROOT = Path(anwang.__file__).parent
_MADE = re.compile(r"^\w+(: [^=]+)? = Process(\[\w+\])?\(", re.MULTILINE)


def in_the_code() -> dict[str, Process]:  # type: ignore[type-arg]
    """Every `Process` that stands at the top of a module, by its id."""
    found = {}
    for file in ROOT.rglob("*.py"):
        if _MADE.search(file.read_text(encoding="utf-8")):
            name = ".".join(("anwang", *file.relative_to(ROOT).with_suffix("").parts))
            module = importlib.import_module(name)
            found |= {each.id: each for each in vars(module).values() if isinstance(each, Process)}
    return found


def test_every_process_stands_in_the_handbook_once() -> None:
    listed = [each.id for each in PROCESSES]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(in_the_code()), "add it to PROCESSES in tests/spec/processes.py"


def test_the_search_finds_what_a_room_writes() -> None:
    for line in ("REPORT = Process(\n", "REPORT: Process[State] = Process(\n", "REPORT = Process[State](\n"):
        assert _MADE.search(f"import x\n\n{line}")
    assert not _MADE.search("class Process(Generic[S]):\n")


def test_a_page_has_the_diagram_and_the_table_of_each_process() -> None:
    text = page((DISPATCH,))
    assert "目前還沒有" not in text
    assert DISPATCH.diagram() in text
    assert DISPATCH.table() in text
    assert "開始時「待收案」；到此為止：已結束。" in text
