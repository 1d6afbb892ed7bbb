"""`anwang keys`: the keys of sealed fields. Key ids are printed, keys never."""

from __future__ import annotations

import argparse

from .errors import CommandError
from .home import emit, opened


def check(given: argparse.Namespace) -> int:
    """Which keys the sealed values need. Exit status 1 when one of them is missing."""
    with opened(given.home):
        from anwang.platform.keyring import SealingError, keyring
        from anwang.platform.resealing import keys_in_use

        try:
            ring = keyring()
        except SealingError as error:
            raise CommandError(str(error)) from error
        used = keys_in_use()
        held = {id.hex() for id in ring.by_id}
        missing = sorted(set(used) - held)
        emit({"current": ring.current.name, "keys": sorted(held), "values": used, "missing": missing})
    return 1 if missing else 0


def rotate(given: argparse.Namespace) -> int:
    """A new key, and everything sealed anew with it. The server may run on meanwhile."""
    with opened(given.home):
        from anwang.platform.keyring import SealingError, add_key
        from anwang.platform.resealing import reseal_all

        try:
            key = add_key()
            done = reseal_all()
        except SealingError as error:
            raise CommandError(str(error)) from error
        emit({"current": key.name, "resealed": done})
    return 0
