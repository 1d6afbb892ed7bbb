"""`anwang programs`: the catalogue of service programmes, listed; a county's file, checked before it is put in place."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .errors import CommandError
from .home import emit, say


def programs(given: argparse.Namespace) -> int:
    """No database is opened: a file can be checked on any machine, against the home's other files if there is one."""
    from anwang.platform.home import Home
    from anwang.policy import PolicyError

    home = Home(given.home).path
    if given.check:
        return _check([path.absolute() for path in given.check], home)
    if not given.list:
        raise CommandError("請加上 --list（列出方案）或 --check 檔案（檢查方案檔）。", 2)
    try:
        found = _laid_over(home, [])
    except PolicyError as error:
        raise CommandError(str(error), 2) from error
    emit([_line(programme) for programme in found.latest.values()])
    return 0


def _check(files: list[Path], home: Path) -> int:
    """Every mistake of every file, one a line, to standard error; what the files say, to standard output."""
    from anwang.policy import PolicyError

    try:
        found = _laid_over(home, files)
    except PolicyError as error:
        for problem in str(error).splitlines():
            say(problem)
        say("方案檔有錯，請照上面的行號修改後再檢查一次；網站仍用原來的方案。")
        return 2
    names = {path.name for path in files}
    emit([_line(each) for versions in found.versions.values() for each in versions if each.file in names])
    return 0


def _laid_over(home: Path, files: list[Path]) -> Any:
    """The catalogue with the home's files and then `files`; a file of the same name is the newer draft of it."""
    from anwang.policy.store import load, standard
    from anwang.services.programs.loading import FOLDER, with_county

    policy = load(*sorted((home / "policy").glob("*.yaml")))
    own = {code: each for code, each in policy.documents.items() if code not in standard().documents}
    by_name = {path.name: path for path in [*(home / FOLDER).glob("*.yaml"), *files]}
    return with_county(*(path for _, path in sorted(by_name.items())), own=own)


def _line(programme: Any) -> dict[str, Any]:
    return {
        "id": programme.id,
        "label": programme.label,
        "effective_on": programme.effective_on.isoformat(),
        "ends_on": programme.ends_on.isoformat() if programme.ends_on else None,
        "citation": str(programme.citation),
        "origin": programme.origin.value,
        "agencies": list(programme.agencies),
        "unit_kinds": list(programme.unit_kinds),
        "forms": [form.id for form in programme.forms],
        "clocks": {
            clock.id: {level: str(term) for level, term in clock.terms.items()} for clock in programme.clocks
        },
        "indicators": list(programme.indicators),
        "file": programme.file,
    }
