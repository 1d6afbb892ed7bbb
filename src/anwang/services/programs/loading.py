"""The catalogue in force: the package's programmes, with the county's files of this home laid over them.

A county's file is `programs/*.yaml` in the home, read in the order of their names, once for each process: a changed
file holds after the next start, as with the policy (`platform/county_policy.py`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from django.conf import settings

from anwang.platform.county_policy import policy_in_force
from anwang.policy import Document, standard
from anwang.standard.codes import AgencyCode

from .file_reader import ProgrammeError
from .programme import Clock, Programme
from .schema import Indicator, Known, parse_county_file, parse_indicators, parse_programme, parse_shared

FOLDER = "programs"


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Every version of every programme, the oldest first, with what they may name."""

    versions: dict[str, tuple[Programme, ...]]
    known: Known

    def on(self, day: dt.date) -> dict[str, Programme]:
        """The programmes in force on a day by id, in the order of the catalogue."""
        found = {}
        for id, versions in self.versions.items():
            begun = [each for each in versions if each.effective_on <= day]
            if begun and (begun[-1].ends_on is None or day <= begun[-1].ends_on):
                found[id] = begun[-1]
        return found

    @property
    def latest(self) -> dict[str, Programme]:
        return {id: versions[-1] for id, versions in self.versions.items()}

    def document(self, code: str) -> Document | None:
        return self.known.documents.get(code)


@cache
def shipped() -> Catalogue:
    """The package's own catalogue, without any county's files. Raises ProgrammeError with file and line."""
    here = resources.files(__package__)
    documents = standard().documents
    indicators = parse_indicators(_text(here.joinpath("indicators.yaml")), "indicators.yaml", set(documents))
    parts, reasons = parse_shared(_text(here.joinpath("shared.yaml")), "shared.yaml")
    known = Known(documents, indicators, parts, reasons)
    versions: dict[str, tuple[Programme, ...]] = {}
    files = [file for file in here.joinpath("catalogue").iterdir() if file.name.endswith(".yaml")]
    for file in sorted(files, key=lambda f: f.name):
        made = parse_programme(_text(file), file.name, known)
        if made.id in versions:
            raise ProgrammeError(f"方案檔 {file.name} 第 1 行：方案「{made.id}」已在另一檔。")
        versions[made.id] = (made,)
    return Catalogue(_in_order(versions), known)


def _in_order(versions: dict[str, tuple[Programme, ...]]) -> dict[str, tuple[Programme, ...]]:
    """By the bureau that is responsible, as readers look for them; within a bureau as the files came."""
    bureaus = [code.value for code in AgencyCode]
    return dict(sorted(versions.items(), key=lambda each: bureaus.index(each[1][-1].agencies[0])))


def with_county(
    *files: Path, base: Catalogue | None = None, own: dict[str, Document] | None = None
) -> Catalogue:
    """The catalogue with a county's files laid over it, in order. `own`: documents of the county's policy files."""
    base = base or shipped()
    brought = dict(own or {})
    known = Known(
        {**base.known.documents, **brought}, base.known.indicators, base.known.parts, base.known.reasons
    )
    versions = dict(base.versions)
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise ProgrammeError(f"找不到或不能讀方案檔 {path.name}，請檢查檔名與資料夾。") from error
        except UnicodeDecodeError as error:
            raise ProgrammeError(
                f"方案檔 {path.name} 第 1 行：不是 UTF-8 編碼，請用文字編輯器另存為 UTF-8。"
            ) from error
        latest = {id: each[-1] for id, each in versions.items()}
        documents, made = parse_county_file(text, path.name, known, latest, set(brought))
        brought |= documents
        known = Known({**known.documents, **documents}, known.indicators, known.parts, known.reasons)
        earlier = versions.get(made.id, ())
        versions[made.id] = (*(each for each in earlier if each.effective_on < made.effective_on), made)
    return Catalogue(_in_order(versions), known)


@cache
def catalogue_in_force() -> Catalogue:
    """What this home uses. Raises ProgrammeError (or PolicyError) with file and line."""
    ours = policy_in_force().documents
    own = {code: document for code, document in ours.items() if code not in standard().documents}
    return with_county(*sorted((settings.HOME / FOLDER).glob("*.yaml")), own=own)


def programmes(on: dt.date) -> dict[str, Programme]:
    """The programmes in force on a day, by id."""
    return catalogue_in_force().on(on)


def programme(code: str, on: dt.date | None = None) -> Programme:
    """A programme as in force on a day, else its newest version. Raises KeyError when there is none."""
    found = programmes(on) if on is not None else catalogue_in_force().latest
    return found[code]


def indicator(id: str) -> Indicator:
    return catalogue_in_force().known.indicators[id]


def clock(programme: Programme, id: str) -> Clock | None:
    """A clock of a programme by id; `.term(risk_level)` is its length."""
    return next((each for each in programme.clocks if each.id == id), None)


def _text(file: Traversable) -> str:
    return file.read_text(encoding="utf-8")
