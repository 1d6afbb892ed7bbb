"""`anwang standard`: the data standard, printed."""

from __future__ import annotations

import argparse

from .errors import CommandError


def standard(given: argparse.Namespace) -> int:
    from anwang.standard.codes import RosterCode
    from anwang.standard.describe import as_markdown, as_text

    if given.markdown:
        print(as_markdown(), end="")
        return 0
    if given.roster and given.roster not in set(RosterCode):
        raise CommandError(f"沒有「{given.roster}」這種名冊。可用：{'、'.join(RosterCode)}", 2)
    print(as_text(RosterCode(given.roster) if given.roster else None))
    return 0
