"""What in a report speaks for a programme, as its file says it: read and checked."""

from __future__ import annotations

from enum import StrEnum

import yaml

from anwang.policy import Origin
from anwang.standard.report_answers import MandatedKind, Need

from .codes import EntryStrength, ReportSign
from .file_reader import FileReader
from .programme import EntryRule

_CONDITIONS: dict[str, type[StrEnum] | None] = {
    "signs": ReportSign,
    "also": ReportSign,
    "needs": Need,
    "also_needs": Need,
    "words": None,
    "reporters": MandatedKind,
}
_KEYS = {"id", "label", "strength", "danger", "ages", "citation", "origin", "note", *_CONDITIONS}
_OLDEST = 130


def read_entry(reader: FileReader, node: yaml.Node, citable: set[str], *, by_county: bool) -> EntryRule:
    keys = reader.mapping(node, _KEYS, {"id", "label", "strength", "citation"})
    origin = reader.filled(keys["origin"]) if "origin" in keys else Origin.DOCUMENT.value
    if origin not in (Origin.DOCUMENT, Origin.DEFAULT):
        raise reader.fail(keys["origin"], "來源只能是 document 或 default。")
    note = reader.filled(keys["note"]) if "note" in keys else ""
    if origin == Origin.DEFAULT and not note:
        raise reader.fail(keys["origin"], "系統預設值要在 note 說明原文缺什麼。")
    given = {
        name: tuple(_one(reader, item, codes) for item in reader.items(keys[name]))
        for name, codes in _CONDITIONS.items()
        if name in keys
    }
    ages = _ages(reader, keys["ages"]) if "ages" in keys else None
    if not any(given.get(name) for name in ("signs", "needs", "words", "reporters")):
        raise reader.fail(node, "至少要有 signs、needs、words、reporters 其中一項；只有年齡不足以建議方案。")
    from_document = Origin.COUNTY if by_county else Origin.DOCUMENT
    return EntryRule(
        id=reader.identifier(keys["id"]),
        label=reader.filled(keys["label"]),
        strength=reader.code(keys["strength"], EntryStrength),
        citation=reader.citation(keys["citation"], citable),
        ages=ages,
        danger=reader.flag(keys.get("danger")),
        origin=Origin.DEFAULT if origin == Origin.DEFAULT else from_document,
        note=note,
        **given,
    )


def _one(reader: FileReader, item: yaml.Node, codes: type[StrEnum] | None) -> str:
    return reader.code(item, codes).value if codes is not None else reader.filled(item)


def _ages(reader: FileReader, node: yaml.Node) -> tuple[int, int]:
    found = [reader.number(item) for item in reader.items(node)]
    whole = [int(each) for each in found if each is not None and each == int(each)]
    if len(found) == len(whole) == 2 and 0 <= whole[0] <= whole[1] <= _OLDEST:
        return whole[0], whole[1]
    raise reader.fail(node, f"年齡應寫成 [從, 到] 的足歲，例如 [0, 5]，最大 {_OLDEST}。")
