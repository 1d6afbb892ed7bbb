"""Programme files in YAML, checked: every mistake is named with file and line, in zh-TW, all of them at once.

`parse_*` take text and a file name; nothing here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import yaml

from anwang.policy import Citation, Document, Origin
from anwang.policy.schema import read_documents
from anwang.standard.codes import AgencyCode

from .codes import ClockKind, ClockStart, ClosingOutcome, JurisdictionRule, SpanUnit, UnitKind
from .file_reader import FileReader, ProgrammeError
from .form_schema import read_form, read_shared_parts
from .programme import Clock, ClosingReason, FormPart, Programme, RiskLevel, Span, Stage

__all__ = ["Indicator", "Known", "ProgrammeError", "parse_county_file", "parse_indicators", "parse_programme"]

_KEYS = {
    "id", "label", "population", "citation", "also", "effective_on", "ends_on", "agencies", "unit_kinds",
    "jurisdiction", "indicators", "notes", "stages", "risk_levels", "clocks", "forms", "closing_reasons",
}  # fmt: skip
_OPTIONAL = {"also", "ends_on", "notes", "risk_levels"}
_LISTS = ("stages", "risk_levels", "clocks", "forms", "closing_reasons")
_CLOCK_KEYS = {
    "id", "label", "kind", "starts", "within", "citation", "origin", "note", "stage", "repeats",
}  # fmt: skip
_SPAN = re.compile(rf"(0(?= days)|[1-9]\d{{0,3}}) ({'|'.join(SpanUnit)})")


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
    top = reader.mapping(reader.root, {"indicators"}, {"indicators"})
    found: dict[str, Indicator] = {}
    for item in reader.items(top["indicators"]):
        keys = {"id", "label", "citation"}
        fields = reader.mapping(item, keys, keys)
        id = reader.once(set(found), fields["id"], reader.filled(fields["id"]), "指標")
        found[id] = Indicator(
            id, reader.filled(fields["label"]), reader.citation(fields["citation"], documents)
        )
    return found


def parse_shared(text: str, file: str) -> tuple[dict[str, FormPart], dict[str, ClosingReason]]:
    """Parts and closing reasons that several programmes take with `use:`."""
    reader = FileReader(text, file)
    top = reader.mapping(reader.root, {"parts", "closing_reasons"}, {"parts", "closing_reasons"})
    parts = read_shared_parts(reader, top["parts"])
    reasons = [_reason(reader, item, {}) for item in reader.items(top["closing_reasons"])]
    reader.finish()
    return parts, {reason.id: reason for reason in reasons}


def parse_programme(text: str, file: str, known: Known) -> Programme:
    """The one `programme:` of a file of this package. Raises ProgrammeError with every mistake in it."""
    reader = FileReader(text, file)
    top = reader.mapping(reader.root, {"programme"}, {"programme"})
    made = _programme(reader, top["programme"], known, None, set(known.documents))
    reader.finish()
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
    top = reader.mapping(reader.root, {"county", "documents", "programme"}, {"county", "programme"})
    documents: dict[str, Document] = {}
    with reader.going_on():
        reader.filled(top["county"])
        if "documents" in top:
            documents = read_documents(reader, top["documents"])
    for code in documents.keys() & known.documents.keys():
        if known.documents[code] != documents[code]:
            reader.problems.append(str(reader.fail(top["documents"], f"文件代號「{code}」已被使用。")))
    reach = replace(known, documents={**known.documents, **documents})
    base = _base(reader, top["programme"], programmes)
    changes = base is not None or _id_of(reader, top["programme"]) in programmes
    citable = own | set(documents) if changes else set(reach.documents)
    made = _programme(reader, top["programme"], reach, base, citable, by_county=True)
    reader.finish()
    assert made is not None
    return documents, replace(made, origin=Origin.COUNTY, file=file)


def _base(reader: FileReader, node: yaml.Node, programmes: Mapping[str, Programme]) -> Programme | None:
    with reader.going_on():
        keys = reader.mapping(node)
        if "based_on" not in keys:
            return None
        name = reader.filled(keys["based_on"])
        if name not in programmes:
            raise reader.fail(keys["based_on"], f"沒有「{name}」這個方案可以修改。")
        return programmes[name]
    return None


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
    keys = reader.mapping(node, allowed, required)
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
        "stages": _merged(base.stages if base else (), _listed(reader, keys, "stages", _stage), dropped)
    }
    stages = {stage.id for stage in found["stages"]}
    levels = _listed(reader, keys, "risk_levels", _level)
    found["risk_levels"] = _merged(base.risk_levels if base else (), levels, dropped)
    known_levels = {level.id for level in found["risk_levels"]}
    clocks = _listed(
        reader,
        keys,
        "clocks",
        lambda r, n: _clock(r, n, citable, stages, known_levels, by_county=by_county),
    )
    found["clocks"] = _merged(base.clocks if base else (), clocks, dropped)
    forms = _listed(reader, keys, "forms", lambda r, n: read_form(r, n, known.parts, stages))
    found["forms"] = _merged(base.forms if base else (), forms, dropped)
    reasons = _listed(reader, keys, "closing_reasons", lambda r, n: _reason(r, n, known.reasons))
    found["closing_reasons"] = _merged(base.closing_reasons if base else (), reasons, dropped)
    if reader.problems:
        return None
    _check_whole(reader, node, keys, found, base)
    if reader.problems:
        return None
    return replace(base, ends_on=None, **found) if base else Programme(**found)


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
            if lost := sorted(set(clock.spans) - levels - {""}):
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


def _stage(reader: FileReader, node: yaml.Node) -> Stage:
    keys = reader.mapping(node, {"id", "label", "meaning"}, {"id", "label"})
    meaning = reader.filled(keys["meaning"]) if "meaning" in keys else ""
    return Stage(reader.identifier(keys["id"]), reader.filled(keys["label"]), meaning)


def _level(reader: FileReader, node: yaml.Node) -> RiskLevel:
    keys = reader.mapping(node, {"id", "label", "meaning"}, {"id", "label", "meaning"})
    return RiskLevel(
        reader.identifier(keys["id"]), reader.filled(keys["label"]), reader.filled(keys["meaning"])
    )


def _reason(reader: FileReader, node: yaml.Node, shared: Mapping[str, ClosingReason]) -> ClosingReason:
    keys = reader.mapping(node)
    if "use" in keys:
        reader.mapping(node, {"use", "label"})
        name = reader.filled(keys["use"])
        if name not in shared:
            raise reader.fail(keys["use"], f"沒有「{name}」這個共用結案原因。可用：{'、'.join(shared)}。")
        reason = shared[name]
        return replace(reason, label=reader.filled(keys["label"])) if "label" in keys else reason
    keys = reader.mapping(
        node, {"id", "label", "outcome", "refers", "needs_note"}, {"id", "label", "outcome"}
    )
    return ClosingReason(
        reader.identifier(keys["id"]),
        reader.filled(keys["label"]),
        reader.code(keys["outcome"], ClosingOutcome),
        refers=reader.flag(keys.get("refers")),
        needs_note=reader.flag(keys.get("needs_note")),
    )


def _clock(
    reader: FileReader,
    node: yaml.Node,
    citable: set[str],
    stages: set[str],
    levels: set[str],
    *,
    by_county: bool,
) -> Clock:
    optional = {"origin", "note", "stage", "repeats"}
    keys = reader.mapping(node, _CLOCK_KEYS, _CLOCK_KEYS - optional)
    origin = reader.filled(keys["origin"]) if "origin" in keys else Origin.DOCUMENT.value
    if origin not in (Origin.DOCUMENT, Origin.DEFAULT):
        raise reader.fail(keys["origin"], "來源只能是 document 或 default。")
    note = reader.filled(keys["note"]) if "note" in keys else ""
    if origin == Origin.DEFAULT and not note:
        raise reader.fail(keys["origin"], "系統預設值要在 note 說明原文缺什麼。")
    stage = reader.identifier(keys["stage"]) if "stage" in keys else ""
    if stage and stage not in stages:
        raise reader.fail(keys["stage"], f"沒有「{stage}」這個階段。")
    from_document = Origin.COUNTY if by_county else Origin.DOCUMENT
    return Clock(
        id=reader.identifier(keys["id"]),
        label=reader.filled(keys["label"]),
        kind=reader.code(keys["kind"], ClockKind),
        starts=reader.code(keys["starts"], ClockStart),
        spans=_spans(reader, keys["within"], levels),
        citation=reader.citation(keys["citation"], citable),
        origin=Origin.DEFAULT if origin == Origin.DEFAULT else from_document,
        note=note,
        stage=stage,
        repeats=reader.flag(keys.get("repeats")),
    )


def _spans(reader: FileReader, node: yaml.Node, levels: set[str]) -> dict[str, Span]:
    """`24 hours`, or a span for each risk level."""
    if not isinstance(node, yaml.MappingNode):
        return {"": _span(reader, node)}
    found: dict[str, Span] = {}
    for name, value in reader.mapping(node).items():
        if name not in levels:
            raise reader.fail(value, f"沒有「{name}」這個風險等級。")
        found[name] = _span(reader, value)
    for level in sorted(levels - set(found)):
        raise reader.fail(node, f"風險等級「{level}」沒有期限。")
    return found


def _span(reader: FileReader, node: yaml.Node) -> Span:
    match = _SPAN.fullmatch(str(reader.plain(node)))
    if match is None:
        raise reader.fail(
            node, "期限應寫成「24 hours」「7 days」「3 working_days」「3 months」，當日寫「0 days」。"
        )
    return Span(int(match[1]), SpanUnit(match[2]))
