"""What a matching rests on. While nothing of it changes, matching again would find the same, so it need not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

import anwang
from anwang.people.registry.models import SourceRecord

from .link_settings import LinkSettings
from .model import LinkageModel

Decided = tuple[list[tuple[int, int]], list[tuple[int, int]]]
"""Pairs of records that are one person by somebody's word, and that are not."""

_CODE = ("people/linkage", "people/registry", "standard")


def program_in(home: Path) -> str:
    """A digest of the code that matches, with the shipped model: who puts a mended program in place is to get what it
    finds, whether or not its version is another."""
    found = hashlib.sha256()
    for path in sorted(path for part in _CODE for path in (home / part).rglob("*.*")):
        if path.suffix in (".py", ".json"):
            found.update(path.relative_to(home).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()


PROGRAM = program_in(Path(anwang.__file__).parent)
"""Of the code that this process runs: read when it starts, for the files may be other ones before it ends."""


def basis_of(
    homes: Iterable[tuple[int, int | None, int | None]],
    decided: Decided,
    model: LinkageModel,
    settings: LinkSettings,
) -> str:
    """`homes`: each current record, in order, with its person and household. The program counts too."""
    told = json.dumps(
        [PROGRAM, model.hash, asdict(settings), [sorted(pairs) for pairs in decided]], sort_keys=True
    )
    found = hashlib.sha256(told.encode())
    found.update(np.fromiter((number or 0 for home in homes for number in home), np.int64).tobytes())
    return found.hexdigest()


def current_homes() -> Iterable[tuple[int, int | None, int | None]]:
    """All current records with the person and household that they have now."""
    rows = SourceRecord.objects.filter(withdrawn_at__isnull=True).order_by("pk")
    return rows.values_list("pk", "person_id", "household_id").iterator(chunk_size=20_000)


def homes_found(
    person_of: Mapping[int, int], household_of: Mapping[int, int]
) -> Iterable[tuple[int, int, int]]:
    """The same, as a matching leaves them."""
    return ((record, person, household_of[record]) for record, person in sorted(person_of.items()))
