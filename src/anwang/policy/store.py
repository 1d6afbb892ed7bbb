"""The policy in force: package data, and county overlays on request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from . import schema
from .model import Citation, Document, Origin, Parameter, PolicyError, SourceDefect, Value
from .versions import version_of


@dataclass(frozen=True, eq=False)
class Policy:
    """Documents, parameters and source defects, with the version string that Decisions store."""

    documents: dict[str, Document]
    parameters: dict[str, Parameter]
    defects: dict[str, SourceDefect]
    version: str

    def parameter(self, id: str) -> Parameter:
        """Raises PolicyError for an unknown id."""
        try:
            return self.parameters[id]
        except KeyError:
            raise PolicyError(f"沒有「{id}」這項規定。") from None

    def value(self, id: str, *, on: dt.date) -> Value:
        """The value in force on a day. Raises PolicyError for an unknown id or a day before the first value."""
        return self.parameter(id).on(on)

    def number(self, id: str, *, on: dt.date) -> int:
        """A whole number: an age, a count, days. Raises PolicyError when the value is of another kind."""
        found = self.value(id, on=on)
        if isinstance(found, bool) or not isinstance(found, int):
            raise PolicyError(f"規定「{id}」不是整數。")
        return found

    def code(self, id: str, *, on: dt.date) -> str:
        """One code. Raises PolicyError when the value is of another kind."""
        found = self.value(id, on=on)
        if not isinstance(found, str):
            raise PolicyError(f"規定「{id}」不是代碼。")
        return found

    def texts(self, id: str, *, on: dt.date) -> tuple[str, ...]:
        """A list of codes or words. Raises PolicyError when the value is of another kind."""
        found = self.value(id, on=on)
        if not isinstance(found, tuple):
            raise PolicyError(f"規定「{id}」不是清單。")
        return found

    def citation(self, id: str) -> Citation:
        return self.parameter(id).citation

    def is_ours(self, id: str) -> bool:
        """True when the source gives no value and this system chose one (`本系統預設，待縣府核定`)."""
        return self.parameter(id).origin is Origin.DEFAULT

    def flags(self, id: str) -> tuple[str, ...]:
        """What the user must see beside this value: defects of its source and, if so, that it is our default."""
        notes = [defect.flag for defect in self.defects.values() if id in defect.affects]
        if self.is_ours(id) and not notes:
            notes.append(f"{self.parameter(id).label_zh}：{Origin.DEFAULT.label}。")
        return tuple(notes)


def load(*overlays: Path) -> Policy:
    """The package's policy with the county files laid over it in order. Raises PolicyError with file and line."""
    base = standard()
    documents, parameters = dict(base.documents), dict(base.parameters)
    for path in overlays:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"規定檔 {path.name} 讀不到或不是 UTF-8。") from error
        added, changed = schema.parse_overlay(text, path.name, documents, parameters)
        documents |= added
        parameters |= changed
    return Policy(documents, parameters, base.defects, version_of(parameters.values(), base.defects.values()))


@cache
def standard() -> Policy:
    """The package's own policy, without any county's overlay."""
    here = resources.files(__package__)
    documents = schema.parse_documents(
        here.joinpath("documents.yaml").read_text(encoding="utf-8"), "documents.yaml"
    )
    parameters: dict[str, Parameter] = {}
    files = [file for file in here.joinpath("parameters").iterdir() if file.name.endswith(".yaml")]
    for file in sorted(files, key=lambda f: f.name):
        found = schema.parse_parameters(file.read_text(encoding="utf-8"), file.name, set(documents))
        parameters = schema.merge_parameters(parameters, found, file.name)
    defects = schema.parse_defects(
        here.joinpath("source_defects.yaml").read_text(encoding="utf-8"),
        "source_defects.yaml",
        set(documents),
        set(parameters),
    )
    return Policy(documents, parameters, defects, version_of(parameters.values(), defects.values()))


def value(id: str, *, on: dt.date) -> Value:
    """A value of the package's own policy; rules that serve a county take a `Policy` instead."""
    return standard().value(id, on=on)
