"""Policy files in YAML, checked: every message names the file and the line, in zh-TW.

`parse_*` take text and a file name; nothing here opens a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import yaml

from .model import Citation, Document, Origin, Parameter, PolicyError, SourceDefect, Value

_PARAMETER_FIELDS = {"id", "label_zh", "citation", "unit", "values", "origin", "note", "choices"}
_OVERRIDE_FIELDS = {"id", "citation", "values", "note"}
_DOCUMENT_FIELDS = {"code", "title", "number", "effective_on"}
_DEFECT_FIELDS = {"id", "citation", "printed", "problem", "reading", "flag", "affects"}


class _Reader:
    """One YAML file as nodes, so that every error can name its line."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self._loader = yaml.SafeLoader("")
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise PolicyError(f"規定檔 {file} 第 {line} 行：不是合格的 YAML。") from error

    def fail(self, node: yaml.Node | None, message: str) -> PolicyError:
        line = node.start_mark.line + 1 if node is not None else 1
        return PolicyError(f"規定檔 {self.file} 第 {line} 行：{message}")

    def mapping(
        self, node: yaml.Node | None, allowed: set[str] | None = None, required: set[str] | None = None
    ) -> dict[Any, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.fail(node, "這裡應為「欄位: 值」。")
        found: dict[Any, yaml.Node] = {}
        for key_node, value_node in node.value:
            key = self.plain(key_node)
            if isinstance(key, list | dict):
                raise self.fail(key_node, "欄位名稱應為文字或日期。")
            if key in found:
                raise self.fail(key_node, f"「{key}」重複。")
            if allowed is not None and key not in allowed:
                raise self.fail(key_node, f"不認得的欄位「{key}」。")
            found[key] = value_node
        for key in sorted((required or set()) - set(found)):
            raise self.fail(node, f"缺少欄位「{key}」。")
        return found

    def items(self, node: yaml.Node | None) -> Iterator[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.fail(node, "這裡應為清單。")
        yield from node.value

    def plain(self, node: yaml.Node) -> Any:
        try:
            return self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            raise self.fail(node, "這個值讀不出來。") from error

    def text(self, node: yaml.Node) -> str:
        value = self.plain(node)
        if not isinstance(value, str) or (value and not value.strip()):
            raise self.fail(node, "這裡應為文字（數字請加引號）。")
        return value

    def filled(self, node: yaml.Node) -> str:
        value = self.text(node)
        if not value:
            raise self.fail(node, "這裡不可空白。")
        return value

    def date(self, node: yaml.Node) -> dt.date:
        value = self.plain(node)
        if type(value) is not dt.date:
            raise self.fail(node, "日期應寫成 2026-01-31。")
        return value

    def texts(self, node: yaml.Node) -> tuple[str, ...]:
        return tuple(self.filled(item) for item in self.items(node))

    def citation(self, node: yaml.Node, documents: set[str]) -> Citation:
        fields = self.mapping(node, {"document", "clause"}, {"document", "clause"})
        document = self.filled(fields["document"])
        if document not in documents:
            raise self.fail(fields["document"], f"文件「{document}」不在文件清單中。")
        return Citation(document, self.filled(fields["clause"]))

    def value(self, node: yaml.Node, choices: tuple[str, ...]) -> Value:
        if isinstance(node, yaml.SequenceNode):
            return self.texts(node)
        found = self.plain(node)
        if not isinstance(found, int | float | str) or found == "":
            raise self.fail(node, "值應為數字、文字或文字清單。")
        if choices and found not in choices:
            raise self.fail(node, f"值「{found}」不在可選的 {'、'.join(choices)} 之中。")
        return found

    def values(self, node: yaml.Node, choices: tuple[str, ...]) -> dict[dt.date, Value]:
        if not isinstance(node, yaml.MappingNode) or not node.value:
            raise self.fail(node, "至少要有一個「生效日: 值」。")
        self.mapping(node)
        found = {self.date(key): self.value(value, choices) for key, value in node.value}
        kinds = {int if isinstance(value, float) else type(value) for value in found.values()}
        if len(kinds) > 1:
            raise self.fail(node, "各生效日的值種類不同。")
        return dict(sorted(found.items()))


def parse_documents(text: str, file: str) -> dict[str, Document]:
    """The list `documents:` by code."""
    reader = _Reader(text, file)
    top = reader.mapping(reader.root, {"documents"}, {"documents"})
    return _documents(reader, top["documents"])


def _documents(reader: _Reader, node: yaml.Node) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for item in reader.items(node):
        fields = reader.mapping(item, _DOCUMENT_FIELDS, _DOCUMENT_FIELDS)
        document = Document(
            reader.filled(fields["code"]),
            reader.filled(fields["title"]),
            reader.text(fields["number"]),
            reader.date(fields["effective_on"]),
        )
        if document.code in found:
            raise reader.fail(fields["code"], f"文件「{document.code}」重複。")
        found[document.code] = document
    return found


def parse_parameters(text: str, file: str, documents: set[str]) -> dict[str, Parameter]:
    """The list `parameters:` by id; each citation must name one of `documents`."""
    reader = _Reader(text, file)
    top = reader.mapping(reader.root, {"parameters"}, {"parameters"})
    found: dict[str, Parameter] = {}
    for item in reader.items(top["parameters"]):
        fields = reader.mapping(item, _PARAMETER_FIELDS, _PARAMETER_FIELDS - {"origin", "note", "choices"})
        choices = reader.texts(fields["choices"]) if "choices" in fields else ()
        origin = reader.filled(fields["origin"]) if "origin" in fields else "document"
        if origin not in ("document", "default"):
            raise reader.fail(fields["origin"], "來源只能是 document 或 default。")
        note = reader.text(fields["note"]) if "note" in fields else ""
        if origin == "default" and not note and not fields["id"].value.startswith("visible."):
            raise reader.fail(fields["origin"], "系統預設值要在 note 說明原文缺什麼。")
        parameter = Parameter(
            id=reader.filled(fields["id"]),
            label_zh=reader.filled(fields["label_zh"]),
            citation=reader.citation(fields["citation"], documents),
            unit=reader.filled(fields["unit"]),
            values=reader.values(fields["values"], choices),
            origin=Origin(origin),
            note=note,
            choices=choices,
        )
        if parameter.id in found:
            raise reader.fail(fields["id"], f"規定「{parameter.id}」重複。")
        found[parameter.id] = parameter
    return found


def merge_parameters(
    known: dict[str, Parameter], found: dict[str, Parameter], file: str
) -> dict[str, Parameter]:
    """Both together; an id stands in one file only."""
    for name in found.keys() & known.keys():
        raise PolicyError(f"規定檔 {file}：規定「{name}」已在另一檔。")
    return known | found


def parse_overlay(
    text: str, file: str, documents: dict[str, Document], parameters: dict[str, Parameter]
) -> tuple[dict[str, Document], dict[str, Parameter]]:
    """A county overlay: `county`, its own `documents`, and `overrides` of known ids. Returns what it adds and changes.

    Every override must cite a document of the overlay itself: a county may not change a value in another's name.
    """
    reader = _Reader(text, file)
    needed = {"county", "documents", "overrides"}
    top = reader.mapping(reader.root, needed, needed)
    county = reader.filled(top["county"])
    own = _documents(reader, top["documents"])
    for code in own.keys() & documents.keys():
        raise reader.fail(top["documents"], f"文件代號「{code}」已被使用。")
    changed: dict[str, Parameter] = {}
    for item in reader.items(top["overrides"]):
        fields = reader.mapping(item, _OVERRIDE_FIELDS, _OVERRIDE_FIELDS - {"note"})
        name = reader.filled(fields["id"])
        if name not in parameters:
            raise reader.fail(fields["id"], f"沒有「{name}」這項規定可以覆寫。")
        if name in changed:
            raise reader.fail(fields["id"], f"規定「{name}」重複。")
        base = parameters[name]
        values = reader.values(fields["values"], base.choices)
        if {isinstance(v, tuple) for v in values.values()} != {
            isinstance(v, tuple) for v in base.values.values()
        }:
            raise reader.fail(fields["values"], "值的種類與原規定不同。")
        changed[name] = Parameter(
            id=name,
            label_zh=base.label_zh,
            citation=reader.citation(fields["citation"], set(own)),
            unit=base.unit,
            values=dict(sorted({**base.values, **values}.items())),
            origin=Origin.COUNTY,
            note=reader.text(fields["note"]) if "note" in fields else f"{county}覆寫。",
            choices=base.choices,
        )
    return own, changed


def parse_defects(text: str, file: str, documents: set[str], parameters: set[str]) -> dict[str, SourceDefect]:
    """The list `defects:` by id; `affects` names known parameters."""
    reader = _Reader(text, file)
    top = reader.mapping(reader.root, {"defects"}, {"defects"})
    found: dict[str, SourceDefect] = {}
    for item in reader.items(top["defects"]):
        fields = reader.mapping(item, _DEFECT_FIELDS, _DEFECT_FIELDS)
        affects = reader.texts(fields["affects"])
        for name in affects:
            if name not in parameters:
                raise reader.fail(fields["affects"], f"沒有「{name}」這項規定。")
        defect = SourceDefect(
            id=reader.filled(fields["id"]),
            citation=reader.citation(fields["citation"], documents),
            affects=affects,
            **{key: reader.filled(fields[key]) for key in ("printed", "problem", "reading", "flag")},
        )
        if defect.id in found:
            raise reader.fail(fields["id"], f"「{defect.id}」重複。")
        found[defect.id] = defect
    return found
