"""The generated pages of the handbook. `python -m tests.spec.handbook` writes them anew; tests fail when one is stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from anwang.policy import standard
from anwang.policy.handbook import defects_page, parameters_page
from anwang.services.programs.handbook import programmes_page
from anwang.services.programs.loading import shipped

from . import calendars, processes
from .screening.tables import page as screening_page
from .tables import page

FOLDER = Path(__file__).parents[2] / "docs" / "handbook"
PAGES: dict[str, Callable[[], str]] = {
    "lists.md": page,
    "screening.md": screening_page,
    "programs.md": lambda: programmes_page(shipped().latest.values(), shipped().known),
    "policy.md": lambda: parameters_page(standard()),
    "calendar.md": calendars.page,
    "processes.md": processes.page,
    "source-defects.md": lambda: defects_page(standard()),
}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, render in PAGES.items():
        (FOLDER / name).write_text(render(), encoding="utf-8")
