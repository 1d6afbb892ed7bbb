"""Policy files in YAML, checked: every message names the file and the line, in zh-TW.

`parse_*` take text and a file name; nothing here opens a file.
"""

from __future__ import annotations

import yaml

from .model import Document, Origin, Parameter, PolicyError, SourceDefect
from .reader import Reader

_PARAMETER_FIELDS = {"id", "label_zh", "citation", "unit", "values", "origin", "note", "choices"}
_OVERRIDE_FIELDS = {"id", "citation", "values", "note"}
_DOCUMENT_FIELDS = {"code", "title", "number", "effective_on"}
_DEFECT_FIELDS = {"id", "citation", "printed", "problem", "reading", "flag", "affects"}


def parse_documents(text: str, file: str) -> dict[str, Document]:
    """The list `documents:` by code."""
    reader = Reader(text, file)
    top = reader.mapping(reader.root, {"documents"}, {"documents"})
    return read_documents(reader, top["documents"])


def read_documents(reader: Reader, node: yaml.Node) -> dict[str, Document]:
    """A list of documents by code; files of other rooms that bring their own read theirs with it."""
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
    reader = Reader(text, file)
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
    reader = Reader(text, file)
    needed = {"county", "documents", "overrides"}
    top = reader.mapping(reader.root, needed, needed)
    county = reader.filled(top["county"])
    own = read_documents(reader, top["documents"])
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
    reader = Reader(text, file)
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
