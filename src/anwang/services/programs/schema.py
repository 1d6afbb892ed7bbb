"""Programme files in YAML, checked: every mistake is named with file and line, in zh-TW, all of them at once.

`parse_*` take text and a file name; nothing here opens a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import yaml

from anwang.policy import Citation, Document, Origin
from anwang.policy.schema import read_documents
from anwang.standard.codes import AgencyCode

from .codes import JurisdictionRule, UnitKind
from .entry_schema import read_entry
from .file_reader import FileReader, ProgrammeError
from .form_schema import read_form, read_shared_parts
from .item_schema import read_clock, read_level, read_reason, read_stage
from .programme import ClosingReason, FormPart, Programme

__all__ = ["Indicator", "Known", "ProgrammeError", "parse_county_file", "parse_indicators", "parse_programme"]

_KEYS = {
    "id", "label", "population", "citation", "also", "effective_on", "ends_on", "agencies", "unit_kinds",
    "jurisdiction", "indicators", "notes", "entry", "stages", "risk_levels", "clocks", "forms", "closing_reasons",
}  # fmt: skip
_OPTIONAL = {"also", "ends_on", "notes", "risk_levels", "entry"}
_LISTS = ("entry", "stages", "risk_levels", "clocks", "forms", "closing_reasons")


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator that a programme may feed (004 附錄2), by its number there: strategy and item."""

    id: str
    label: str
    citation: Citation


@dataclass(frozen=True)
class Known:
    """What a programme file may name: documents by code, indicators by id, shared parts and closing reasons."""

    documents: Mapping[str, Document]
    indicators: Mapping[str, Indicator]
    parts: Mapping[str, FormPart]
    reasons: Mapping[str, ClosingReason]


def parse_indicators(text: str, file: str, documents: set[str]) -> dict[str, Indicator]:
    reader = FileReader(text, file)
    found: dict[str, Indicator] = {}
    keys = {"id", "label", "citation"}
    with reader.to_the_end():
        top = reader.mapping(reader.root, {"indicators"}, {"indicators"})
        for item in reader.items(top["indicators"]):
            fields = reader.mapping(item, keys, keys)
            id = reader.once(set(found), fields["id"], reader.filled(fields["id"]), "指標")
            found[id] = Indicator(
                id, reader.filled(fields["label"]), reader.citation(fields["citation"], documents)
            )
    return found


def parse_shared(text: str, file: str) -> tuple[dict[str, FormPart], dict[str, ClosingReason]]:
    """Parts and closing reasons that several programmes take with `use:`."""
    reader = FileReader(text, file)
    with reader.to_the_end():
        top = reader.mapping(reader.root, {"parts", "closing_reasons"}, {"parts", "closing_reasons"})
        parts = read_shared_parts(reader, top["parts"])
        reasons = [read_reason(reader, item, {}) for item in reader.items(top["closing_reasons"])]
    return parts, {reason.id: reason for reason in reasons}


def parse_programme(text: str, file: str, known: Known) -> Programme:
    """The one `programme:` of a file of this package. Raises ProgrammeError with every mistake in it."""
    reader = FileReader(text, file)
    with reader.to_the_end():
        top = reader.mapping(reader.root, {"programme"}, {"programme"})
        made = _programme(reader, top["programme"], known, None, set(known.documents))
    assert made is not None
    return replace(made, file=file)


def parse_county_file(
    text: str, file: str, known: Known, programmes: Mapping[str, Programme], own: set[str]
) -> tuple[dict[str, Document], Programme]:
    """A county's file: `county`, its `documents`, and one `programme`, new or changed (`based_on: ID`).

    `own`: codes of documents that the county has brought so far. A changed programme cites one of its own in all that
    it says anew: a county may not change a rule in another's name.
    """
    reader = FileReader(text, file)
    documents: dict[str, Document] = {}
    with reader.to_the_end():
        top = reader.mapping(reader.root, {"county", "documents", "programme"}, {"county", "programme"})
        reader.filled(top["county"])
        with reader.going_on():
            documents = read_documents(reader, top["documents"]) if "documents" in top else {}
            for code in documents.keys() & known.documents.keys():
                if known.documents[code] != documents[code]:
                    raise reader.fail(top["documents"], f"文件代號「{code}」已被使用。")
        reach = replace(known, documents={**known.documents, **documents})
        base = _base(reader, top["programme"], programmes)
        changes = base is not None or _id_of(reader, top["programme"]) in programmes
        citable = own | set(documents) if changes else set(reach.documents)
        made = _programme(reader, top["programme"], reach, base, citable, by_county=True)
    assert made is not None
    return documents, replace(made, origin=Origin.COUNTY, file=file)


def _base(reader: FileReader, node: yaml.Node, programmes: Mapping[str, Programme]) -> Programme | None:
    keys = reader.mapping(node)
    if "based_on" not in keys:
        return None
    name = reader.filled(keys["based_on"])
    if name not in programmes:
        raise reader.fail(keys["based_on"], f"沒有「{name}」這個方案可以修改。")
    return programmes[name]


def _id_of(reader: FileReader, node: yaml.Node) -> str:
    keys = reader.mapping(node)
    found = reader.plain(keys["id"]) if "id" in keys else ""
    return found if isinstance(found, str) else ""


def _programme(
    reader: FileReader,
    node: yaml.Node,
    known: Known,
    base: Programme | None,
    citable: set[str],
    *,
    by_county: bool = False,
) -> Programme | None:
    allowed = _KEYS | ({"based_on", "without"} if by_county else set())
    required = {"citation", "effective_on"} if base else _KEYS - _OPTIONAL
    keys = reader.mapping(node, allowed)
    for missing in sorted(required - set(keys)):
        with reader.going_on():
            raise reader.fail(node, f"缺少欄位「{missing}」。")
    found: dict[str, Any] = {}

    def take(key: str, read: Callable[[yaml.Node], Any], name: str = "") -> None:
        if key in keys:
            with reader.going_on():
                found[name or key] = read(keys[key])

    take("id", reader.identifier)
    take("label", reader.filled)
    take("population", reader.filled)
    take("citation", lambda n: reader.citation(n, citable))
    take("also", lambda n: tuple(reader.citation(each, set(known.documents)) for each in reader.items(n)))
    take("effective_on", reader.date)
    take("ends_on", reader.date)
    take("agencies", lambda n: tuple(reader.code(each, AgencyCode).value for each in _some(reader, n)))
    take("unit_kinds", lambda n: tuple(reader.code(each, UnitKind).value for each in _some(reader, n)))
    take("jurisdiction", lambda n: reader.code(n, JurisdictionRule))
    take("indicators", lambda n: tuple(_indicator(reader, each, known) for each in reader.items(n)))
    take("notes", reader.texts)
    dropped = _without(reader, keys.get("without"), base)
    found |= {
        "stages": _merged(base.stages if base else (), _listed(reader, keys, "stages", read_stage), dropped)
    }
    stages = {stage.id for stage in found["stages"]}
    levels = _listed(reader, keys, "risk_levels", read_level)
    found["risk_levels"] = _merged(base.risk_levels if base else (), levels, dropped)
    known_levels = {level.id for level in found["risk_levels"]}
    clocks = _listed(
        reader,
        keys,
        "clocks",
        lambda r, n: read_clock(r, n, citable, stages, known_levels, by_county=by_county),
    )
    found["clocks"] = _merged(base.clocks if base else (), clocks, dropped)
    forms = _listed(reader, keys, "forms", lambda r, n: read_form(r, n, known.parts, stages))
    entry = _listed(reader, keys, "entry", lambda r, n: read_entry(r, n, citable, by_county=by_county))
    found["entry"] = _merged(base.entry if base else (), entry, dropped)
    found["forms"] = _merged(base.forms if base else (), forms, dropped)
    reasons = _listed(reader, keys, "closing_reasons", lambda r, n: read_reason(r, n, known.reasons))
    found["closing_reasons"] = _merged(base.closing_reasons if base else (), reasons, dropped)
    if reader.problems:
        return None
    _check_whole(reader, node, keys, found, base)
    if reader.problems:
        return None
    if base is None:
        return Programme(**found)
    # What the county rests on comes first; what the programme rested on before stays named.
    before = tuple(each for each in (base.citation, *base.also) if each != found["citation"])
    return replace(base, **{"ends_on": None, "also": before, **found})


def _check_whole(
    reader: FileReader,
    node: yaml.Node,
    keys: Mapping[str, yaml.Node],
    found: Mapping[str, Any],
    base: Programme | None,
) -> None:
    """What only the whole can say: nothing empty, nothing left pointing at what was taken out, days in order."""
    for key, what in (
        ("stages", "階段"),
        ("closing_reasons", "結案原因"),
        ("forms", "表單"),
        ("clocks", "期限"),
    ):
        with reader.going_on():
            if not found[key]:
                raise reader.fail(keys.get(key, node), f"至少要有一個{what}。")
    stages = {stage.id for stage in found["stages"]}
    for each in (*found["forms"], *found["clocks"]):
        with reader.going_on():
            if each.stage and each.stage not in stages:
                raise reader.fail(node, f"「{each.label}」所在的階段「{each.stage}」已不存在。")
    levels = {level.id for level in found["risk_levels"]}
    for clock in found["clocks"]:
        with reader.going_on():
            if lost := sorted(set(clock.terms) - levels - {""}):
                raise reader.fail(node, f"期限「{clock.label}」所指的風險等級「{lost[0]}」已不存在。")
    with reader.going_on():
        if found.get("ends_on") and found["ends_on"] < found["effective_on"]:
            raise reader.fail(keys["ends_on"], "結束日早於生效日。")
    with reader.going_on():
        if base and found.get("id", base.id) == base.id and found["effective_on"] < base.effective_on:
            raise reader.fail(keys["effective_on"], "修改後的生效日不能早於原方案的生效日。")


def _some(reader: FileReader, node: yaml.Node) -> list[yaml.Node]:
    found = list(reader.items(node))
    if not found:
        raise reader.fail(node, "這裡至少要有一項。")
    return found


def _listed(
    reader: FileReader,
    keys: Mapping[str, yaml.Node],
    key: str,
    read: Callable[[FileReader, yaml.Node], T | None],
) -> list[T]:
    """The items of a list that could be read; the reader keeps what is wrong with the others."""
    found: list[T] = []
    taken: set[str] = set()
    with reader.going_on():
        for item in reader.items(keys[key]) if key in keys else ():
            with reader.going_on():
                made = read(reader, item)
                if made is not None:
                    reader.once(taken, item, made.id, "代碼")
                    found.append(made)
    return found


def _merged(base: Iterable[T], changed: list[T], dropped: set[str]) -> tuple[T, ...]:
    """The base's items with the changed ones in their places, new ones behind, and those dropped left out."""
    by_id: dict[str, T] = {each.id: each for each in changed}
    kept: list[T] = [by_id.pop(each.id, each) for each in base if each.id not in dropped]
    return (*kept, *by_id.values())


def _without(reader: FileReader, node: yaml.Node | None, base: Programme | None) -> set[str]:
    """Ids of stages, clocks, forms, levels and reasons of the base that the county leaves out."""
    found: set[str] = set()
    with reader.going_on():
        if node is None:
            return found
        if base is None:
            raise reader.fail(node, "只有修改既有方案（based_on）時才能用 without。")
        there = {each.id for key in _LISTS for each in getattr(base, key)}
        for item in reader.items(node):
            with reader.going_on():
                name = reader.filled(item)
                if name not in there:
                    raise reader.fail(item, f"原方案沒有「{name}」可以刪去。")
                found.add(name)
    return found


def _indicator(reader: FileReader, node: yaml.Node, known: Known) -> str:
    name = reader.filled(node)
    if name not in known.indicators:
        raise reader.fail(node, f"沒有「{name}」這項指標。")
    return name
