"""`anwang standard`: the data standard, printed."""

from __future__ import annotations

import argparse


def standard(given: argparse.Namespace) -> int:
    from anwang.standard.describe import as_text

    print(as_text())
    return 0
