"""The small items of a programme file: stages, risk levels, clocks and closing reasons, each checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import yaml

from anwang.platform.due_rules import Term, TermKind
from anwang.policy import Origin

from .codes import ClockKind, ClockStart, ClosingOutcome
from .file_reader import FileReader
from .programme import Clock, ClosingReason, RiskLevel, Stage

_CLOCK_KEYS = {
    "id", "label", "kind", "starts", "within", "citation", "origin", "note", "stage", "repeats",
}  # fmt: skip
_TERM = re.compile(rf"(0(?= days)|[1-9]\d{{0,3}}) ({'|'.join(TermKind)})")


def read_stage(reader: FileReader, node: yaml.Node) -> Stage:
    keys = reader.mapping(node, {"id", "label", "meaning"}, {"id", "label"})
    meaning = reader.filled(keys["meaning"]) if "meaning" in keys else ""
    return Stage(reader.identifier(keys["id"]), reader.filled(keys["label"]), meaning)


def read_level(reader: FileReader, node: yaml.Node) -> RiskLevel:
    keys = reader.mapping(node, {"id", "label", "meaning"}, {"id", "label", "meaning"})
    return RiskLevel(
        reader.identifier(keys["id"]), reader.filled(keys["label"]), reader.filled(keys["meaning"])
    )


def read_reason(reader: FileReader, node: yaml.Node, shared: Mapping[str, ClosingReason]) -> ClosingReason:
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


def read_clock(
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
        terms=_terms(reader, keys["within"], levels),
        citation=reader.citation(keys["citation"], citable),
        origin=Origin.DEFAULT if origin == Origin.DEFAULT else from_document,
        note=note,
        stage=stage,
        repeats=reader.flag(keys.get("repeats")),
    )


def _terms(reader: FileReader, node: yaml.Node, levels: set[str]) -> dict[str, Term]:
    """`24 hours`, or a term for each risk level."""
    if not isinstance(node, yaml.MappingNode):
        return {"": _term(reader, node)}
    found: dict[str, Term] = {}
    for name, value in reader.mapping(node).items():
        if name not in levels:
            raise reader.fail(value, f"沒有「{name}」這個風險等級。")
        found[name] = _term(reader, value)
    for level in sorted(levels - set(found)):
        raise reader.fail(node, f"風險等級「{level}」沒有期限。")
    return found


def _term(reader: FileReader, node: yaml.Node) -> Term:
    match = _TERM.fullmatch(str(reader.plain(node)))
    if match is None:
        raise reader.fail(
            node, "期限應寫成「24 hours」「7 days」「3 working_days」「3 months」，當日寫「0 days」。"
        )
    return Term(TermKind(match[2]), int(match[1]))
