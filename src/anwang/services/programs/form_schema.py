"""The forms of a programme file: parts, fields and conditions, checked. A `use:` takes a part that all may share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import yaml

from anwang.standard.codes import Sex
from anwang.standard.fields import FIELDS, FieldId, FieldType
from anwang.standard.vocabularies import VOCABULARIES

from .codes import KNOWN_FACTS, About, FieldKind, FormKind
from .file_reader import FileReader
from .programme import Choice, Condition, Form, FormField, FormPart

_FORM_KEYS = {"id", "label", "kind", "about", "stage", "parts", "note"}
_PART_KEYS = {"id", "label", "fields", "when"}
_FIELD_KEYS = {
    "id", "field", "label", "kind", "why", "required", "hint", "choices", "when", "prefill", "scale",
    "at_least", "at_most", "unit", "future",
}  # fmt: skip
_BOUND_KEYS = {"at_least", "at_most", "filled"}

_KINDS = {
    FieldType.NUMBER_OF_RECORD: FieldKind.TEXT,
    FieldType.TEXT: FieldKind.TEXT,
    FieldType.NAME: FieldKind.NAME,
    FieldType.ID_NUMBER: FieldKind.ID_NUMBER,
    FieldType.BIRTH: FieldKind.DATE,
    FieldType.DATE: FieldKind.DATE,
    FieldType.PERIOD: FieldKind.TEXT,
    FieldType.SEX: FieldKind.CHOICE,
    FieldType.PHONE: FieldKind.PHONE,
    FieldType.ADDRESS: FieldKind.ADDRESS,
    FieldType.RELATION: FieldKind.TEXT,
    FieldType.CODE: FieldKind.CHOICE,
    FieldType.AMOUNT: FieldKind.NUMBER,
}


def read_form(
    reader: FileReader, node: yaml.Node, shared: Mapping[str, FormPart], stages: set[str]
) -> Form | None:
    """One form; None when it has mistakes, which the reader keeps."""
    before = len(reader.problems)
    fields = reader.mapping(node, _FORM_KEYS, _FORM_KEYS - {"note"})
    parts: list[FormPart] = []
    taken: set[str] = set()
    known: dict[str, FormField] = {}
    for item in reader.items(fields["parts"]):
        with reader.going_on():
            part = _part(reader, item, shared, known)
            reader.once(taken, item, part.id, "段落")
            parts.append(part)
    with reader.going_on():
        if not parts and len(reader.problems) == before:
            raise reader.fail(fields["parts"], "表單至少要有一個段落。")
    with reader.going_on():
        stage = reader.identifier(fields["stage"])
        if stage not in stages:
            raise reader.fail(fields["stage"], f"沒有「{stage}」這個階段。")
        form = Form(
            id=reader.identifier(fields["id"]),
            label=reader.filled(fields["label"]),
            kind=reader.code(fields["kind"], FormKind),
            about=reader.code(fields["about"], About),
            stage=stage,
            parts=tuple(parts),
            note=reader.filled(fields["note"]) if "note" in fields else "",
        )
        if len(reader.problems) == before:
            return form
    return None


def read_shared_parts(reader: FileReader, node: yaml.Node) -> dict[str, FormPart]:
    """The parts that programmes take with `use:`, by id."""
    found: dict[str, FormPart] = {}
    for item in reader.items(node):
        with reader.going_on():
            part = _part(reader, item, {}, {})
            if part.id in found:
                raise reader.fail(item, f"段落「{part.id}」重複。")
            found[part.id] = part
    return found


def _part(
    reader: FileReader, node: yaml.Node, shared: Mapping[str, FormPart], known: dict[str, FormField]
) -> FormPart:
    keys = reader.mapping(node)
    if "use" in keys:
        reader.mapping(node, {"use", "label", "when"})
        name = reader.filled(keys["use"])
        if name not in shared:
            raise reader.fail(keys["use"], f"沒有「{name}」這個共用段落。可用：{'、'.join(shared)}。")
        part = shared[name]
        if "label" in keys:
            part = replace(part, label=reader.filled(keys["label"]))
        if "when" in keys:
            part = replace(part, when=part.when + _conditions(reader, keys["when"], known))
        for each in part.fields:
            if each.id in known:
                raise reader.fail(keys["use"], f"共用段落的欄位「{each.id}」與表單中的欄位重複。")
            known[each.id] = each
        return part
    keys = reader.mapping(node, _PART_KEYS, _PART_KEYS - {"when"})
    id = reader.identifier(keys["id"])
    label = reader.filled(keys["label"])
    when = _conditions(reader, keys["when"], known) if "when" in keys else ()
    found: list[FormField] = []
    for item in reader.items(keys["fields"]):
        with reader.going_on():
            field = _field(reader, item, known)
            known[field.id] = field
            found.append(field)
    return FormPart(id, label, tuple(found), when)


def _field(reader: FileReader, node: yaml.Node, known: Mapping[str, FormField]) -> FormField:
    given = reader.mapping(node, _FIELD_KEYS, {"why"})
    if "field" in given:
        field = _standard(reader, given["field"])
        if "kind" in given:
            raise reader.fail(given["kind"], "標準欄位的種類由資料標準決定，請刪去 kind。")
    else:
        for key in ("id", "label", "kind"):
            if key not in given:
                raise reader.fail(node, f"缺少欄位「{key}」（或用 field 指定標準欄位）。")
        field = FormField("", "", reader.code(given["kind"], FieldKind), "")
    id = reader.identifier(given["id"]) if "id" in given else field.id
    if id in known:
        raise reader.fail(given.get("id", given.get("field", node)), f"欄位「{id}」重複。")
    choices = _choices(reader, given["choices"]) if "choices" in given else field.choices
    has_choices = field.kind in (FieldKind.CHOICE, FieldKind.CHOICES)
    if has_choices and len(choices) < 2:
        raise reader.fail(given.get("choices", node), "選擇題至少要有兩個選項（choices）。")
    if not has_choices and choices:
        raise reader.fail(given["choices"], "只有 choice 與 choices 可以有選項。")
    if "prefill" in given and (found := reader.filled(given["prefill"])) not in KNOWN_FACTS:
        raise reader.fail(given["prefill"], f"沒有「{found}」這項已知事實。可用：{'、'.join(KNOWN_FACTS)}。")
    low, high = reader.number(given.get("at_least")), reader.number(given.get("at_most"))
    if (low is not None or high is not None) and field.kind is not FieldKind.NUMBER:
        raise reader.fail(given.get("at_least", given.get("at_most")), "只有數字可以有上下限。")
    if low is not None and high is not None and low > high:
        raise reader.fail(given["at_least"], "下限大於上限。")
    is_scale = reader.flag(given.get("scale"))
    if is_scale and field.kind is not FieldKind.CHOICE:
        raise reader.fail(given["scale"], "只有單選可以是等級（scale）。")
    future = reader.flag(given.get("future"))
    if future and field.kind is not FieldKind.DATE:
        raise reader.fail(given["future"], "只有日期可以是未來（future）。")
    return replace(
        field,
        id=id,
        label=reader.filled(given["label"]) if "label" in given else field.label,
        why=reader.filled(given["why"]),
        required=reader.flag(given["required"]) if "required" in given else True,
        hint=reader.filled(given["hint"]) if "hint" in given else field.hint,
        choices=choices,
        when=_conditions(reader, given["when"], known) if "when" in given else (),
        prefill=reader.filled(given["prefill"]) if "prefill" in given else "",
        is_scale=is_scale,
        at_least=low if low is not None else field.at_least,
        at_most=high,
        unit=reader.filled(given["unit"]) if "unit" in given else field.unit,
        future=future,
    )


def _standard(reader: FileReader, node: yaml.Node) -> FormField:
    """A field of the data standard: label, kind and code list are the standard's."""
    name = reader.filled(node)
    if name not in set(FieldId):
        raise reader.fail(node, f"資料標準沒有「{name}」這個欄位。")
    definition = FIELDS[FieldId(name)]
    choices: tuple[Choice, ...] = ()
    if definition.type is FieldType.SEX:
        choices = tuple(Choice(sex.value, sex.label) for sex in Sex)
    elif definition.type is FieldType.CODE:
        labels = VOCABULARIES[definition.id].labels
        choices = tuple(Choice(code.value, label) for code, label in labels.items())
    is_amount = definition.type is FieldType.AMOUNT
    return FormField(
        id=name,
        label=definition.label,
        kind=_KINDS[definition.type],
        why="",
        choices=choices,
        standard=name,
        at_least=0 if is_amount else None,
        unit="元" if is_amount else "",
    )


def _choices(reader: FileReader, node: yaml.Node) -> tuple[Choice, ...]:
    found = []
    for key, value in reader.mapping(node).items():
        if not isinstance(key, str):
            raise reader.fail(node, f"選項代碼「{key}」請用文字（yes、no 與數字要加引號）。")
        found.append(Choice(key, reader.filled(value)))
    return tuple(found)


def _conditions(reader: FileReader, node: yaml.Node, known: Mapping[str, FormField]) -> tuple[Condition, ...]:
    """`{欄位: 值}`, `{欄位: [值, 值]}` or `{欄位: {at_least: 1}}`; the field must stand before what depends on it."""
    found = []
    for name, value in reader.mapping(node).items():
        if name not in known:
            raise reader.fail(node, f"條件所指的欄位「{name}」不存在，或排在後面；請移到前面。")
        found.append(_condition(reader, value, known[name]))
    if not found:
        raise reader.fail(node, "條件（when）不可空白。")
    return tuple(found)


def _condition(reader: FileReader, node: yaml.Node, field: FormField) -> Condition:
    if isinstance(node, yaml.MappingNode):
        bounds = reader.mapping(node, _BOUND_KEYS)
        if not bounds:
            raise reader.fail(node, "條件（when）不可空白。")
        if ("at_least" in bounds or "at_most" in bounds) and field.kind is not FieldKind.NUMBER:
            raise reader.fail(node, f"欄位「{field.id}」不是數字，不能用上下限當條件。")
        return Condition(
            field.id,
            filled=reader.flag(bounds["filled"]) if "filled" in bounds else None,
            at_least=reader.number(bounds.get("at_least")),
            at_most=reader.number(bounds.get("at_most")),
        )
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    values = tuple(_answer(reader, each, field) for each in nodes)
    if not values:
        raise reader.fail(node, "條件（when）不可空白。")
    return Condition(field.id, values)


def _answer(reader: FileReader, node: yaml.Node, field: FormField) -> str:
    found = reader.plain(node)
    if field.kind is FieldKind.YES_NO:
        if not isinstance(found, bool):
            raise reader.fail(node, f"欄位「{field.id}」是是否題，條件請寫 yes 或 no。")
        return "yes" if found else "no"
    allowed = [choice.value for choice in field.choices]
    if not allowed:
        raise reader.fail(node, f"欄位「{field.id}」沒有選項，條件請用 filled 或上下限。")
    if found not in allowed:
        raise reader.fail(node, f"欄位「{field.id}」沒有「{found}」這個選項。可用：{'、'.join(allowed)}。")
    return str(found)
