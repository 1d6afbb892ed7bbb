"""A map in YAML, checked: every mistake is named with file and line, in zh-TW, all of them at once.

`parse_map` takes text and a file name; nothing here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from anwang.policy import PolicyError
from anwang.policy.reader import PatientReader

from .default_blocking import default_blocking
from .errors import FilesRefused
from .kinds import DATE_LEVELS, KINDS, LEVELS, DateOrder, Kind
from .link_map import Field, Key, LinkMap

E = TypeVar("E", bound=StrEnum)

THRESHOLD = 0.5
USES = (
    "exact",
    "sound",
    "words",
    "first_1",
    "first_2",
    "first_3",
    "first_4",
    "year",
    "year_month",
    "month_day",
)
_TOP = {"id", "id_b", "fields", "blocking", "threshold", "one_to_one", "missing"}
_FIELD = {
    "kind",
    "column",
    "columns",
    "column_b",
    "columns_b",
    "levels",
    "label",
    "date_order",
    "swapped_with",
}
_NAME = re.compile(r"[a-z](?:_?[a-z0-9])*")
_MOST_FIELDS, _MOST_RULES = 30, 60


class _MapReader(PatientReader):
    """A map, with all its mistakes at once."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file, "對應檔")

    def name_of_column(self, node: yaml.Node) -> str:
        """As it is written: a column may be called no, or 1."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.fail(node, "這裡應為欄名。")
        return str(node.value).strip()

    def choice(self, node: yaml.Node, choices: type[E]) -> E:
        found = self.plain(node)
        try:
            return choices(found)
        except ValueError:
            raise self.fail(node, f"「{found}」不在可選的 {'、'.join(choices)} 之中。") from None


def parse_map(text: str, file: str) -> LinkMap:
    """Raises FilesRefused with every mistake, in the order of their lines."""
    try:
        reader = _MapReader(text, file)
        top = reader.mapping(reader.root, _TOP, {"id", "fields"})
    except PolicyError as error:
        raise FilesRefused(str(error)) from error
    found: dict[str, Any] = {"id": "", "threshold": THRESHOLD, "one_to_one": False, "missing": ()}
    for key in ("id", "id_b"):
        if key in top:
            with reader.going_on():
                found[key] = reader.name_of_column(top[key])
    with reader.going_on():
        if "threshold" in top:
            found["threshold"] = _probability(reader, top["threshold"])
    with reader.going_on():
        if "one_to_one" in top:
            found["one_to_one"] = _flag(reader, top["one_to_one"])
    with reader.going_on():
        if "missing" in top:
            found["missing"] = reader.texts(top["missing"])
    fields = _fields(reader, top["fields"])
    blocking: tuple[tuple[Key, ...], ...] = ()
    if "blocking" in top:
        blocking = tuple(_rules(reader, top["blocking"], {each.name: each for each in fields}))
    if reader.problems:
        raise FilesRefused(*sorted(set(reader.problems), key=_line))
    return LinkMap(
        id=found["id"],
        id_b=found.get("id_b", found["id"]),
        fields=fields,
        blocking=blocking or default_blocking(fields),
        threshold=found["threshold"],
        one_to_one=found["one_to_one"],
        missing=frozenset(each.strip().casefold() for each in found["missing"]),
    )


def _line(problem: str) -> tuple[int, str]:
    found = re.search(r"第 (\d+) 行", problem)
    return (int(found[1]) if found else 0, problem)


def _probability(reader: _MapReader, node: yaml.Node) -> float:
    found = reader.plain(node)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < 1:
        raise reader.fail(node, "門檻是機率，應為 0 與 1 之間的數字，例如 0.9。")
    return float(found)


def _flag(reader: _MapReader, node: yaml.Node) -> bool:
    found = reader.plain(node)
    if not isinstance(found, bool):
        raise reader.fail(node, "這裡應為 true 或 false。")
    return found


def _fields(reader: _MapReader, node: yaml.Node) -> tuple[Field, ...]:
    fields: list[Field] = []
    nodes: dict[str, yaml.Node] = {}
    with reader.going_on():
        given = reader.mapping(node)
        if not 0 < len(given) <= _MOST_FIELDS:
            raise reader.fail(node, f"欄位應有 1 到 {_MOST_FIELDS} 個。")
        for name, value in given.items():
            with reader.going_on():
                if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > 30:
                    raise reader.fail(
                        value, f"欄位代稱「{name}」請用小寫英文字母、數字與單底線，以字母開頭，30 字以內。"
                    )
                nodes[name] = value
                fields.append(_field(reader, name, value))
    return _with_swaps(reader, fields, nodes)


def _field(reader: _MapReader, name: str, node: yaml.Node) -> Field:
    if isinstance(node, yaml.ScalarNode):
        kind = reader.choice(node, Kind)
        return Field(name, kind, (name,), (name,), KINDS[kind].levels, KINDS[kind].label)
    keys = reader.mapping(node, _FIELD, {"kind"})
    kind = reader.choice(keys["kind"], Kind)
    columns = _columns(reader, keys, "") or (name,)
    levels = _levels(reader, keys["levels"], kind) if "levels" in keys else KINDS[kind].levels
    return Field(
        name,
        kind,
        columns,
        _columns(reader, keys, "_b") or columns,
        levels,
        reader.filled(keys["label"]) if "label" in keys else KINDS[kind].label,
        reader.choice(keys["date_order"], DateOrder) if "date_order" in keys else DateOrder.YMD,
        reader.filled(keys["swapped_with"]) if "swapped_with" in keys else "",
    )


def _columns(reader: _MapReader, keys: Mapping[str, yaml.Node], side: str) -> tuple[str, ...]:
    one, several = f"column{side}", f"columns{side}"
    if one in keys and several in keys:
        raise reader.fail(keys[several], f"{one} 與 {several} 只能寫一個。")
    if one in keys:
        return (reader.name_of_column(keys[one]),)
    if several not in keys:
        return ()
    found = tuple(reader.name_of_column(item) for item in reader.items(keys[several]))
    if not found:
        raise reader.fail(keys[several], "這裡至少要有一項。")
    return found


def _levels(reader: _MapReader, node: yaml.Node, kind: Kind) -> tuple[str, ...]:
    found: list[str] = []
    for item in reader.items(node):
        level = reader.filled(item)
        known = set(LEVELS) - {"different", "swapped"} - (set() if kind is Kind.DATE else DATE_LEVELS)
        if kind is Kind.CATEGORY:
            known = {"exact"}
        elif kind is Kind.CHINESE_NAME:
            known -= {"edits_2", "edits_3"}
        if level not in known:
            raise reader.fail(item, f"「{level}」不在可選的 {'、'.join(sorted(known))} 之中。")
        if level in found:
            raise reader.fail(item, f"「{level}」重複。")
        found.append(level)
    if found[:1] != ["exact"]:
        raise reader.fail(node, "第一級應為 exact（相同）；最後的「不同」不必寫。")
    edits = [level for level in found if level.startswith("edits_")]
    if edits != sorted(edits):
        raise reader.fail(node, "edits 的各級應由少到多。")
    return tuple(found)


def _with_swaps(reader: _MapReader, fields: list[Field], nodes: Mapping[str, yaml.Node]) -> tuple[Field, ...]:
    """Fields with the level `swapped` behind `exact`, where the map says so; given name and surname when there is one of
    each and the map says nothing. Of two fields the first has the level: a swap is one finding, not two."""
    partner: dict[str, str] = {}
    for each in fields:
        if not each.swapped_with:
            continue
        with reader.going_on():
            other = next((f for f in fields if f.name == each.swapped_with), None)
            if other is None or other is each:
                raise reader.fail(nodes[each.name], f"沒有「{each.swapped_with}」這個欄位可以對調。")
            for one, another in ((each.name, other.name), (other.name, each.name)):
                if partner.setdefault(one, another) != another:
                    raise reader.fail(nodes[each.name], f"「{one}」只能與一個欄位對調。")
    names = [[f.name for f in fields if f.kind is kind] for kind in (Kind.GIVEN_NAME, Kind.SURNAME)]
    if all(len(found) == 1 for found in names):
        (given,), (surname,) = names
        if given not in partner and surname not in partner:
            partner |= {given: surname, surname: given}
    order = [f.name for f in fields]
    return tuple(
        replace(
            f,
            levels=(f.levels[0], "swapped", *f.levels[1:])
            if f.name in partner and order.index(f.name) < order.index(partner[f.name])
            else f.levels,
            swapped_with=partner.get(f.name, ""),
        )
        for f in fields
    )


def _rules(reader: _MapReader, node: yaml.Node, fields: Mapping[str, Field]) -> Iterator[tuple[Key, ...]]:
    with reader.going_on():
        rules = list(reader.items(node))
        if not 0 < len(rules) <= _MOST_RULES:
            raise reader.fail(node, f"分塊規則應有 1 到 {_MOST_RULES} 條。")
        for rule in rules:
            with reader.going_on():
                keys = tuple(_key(reader, item, fields) for item in reader.items(rule))
                if not keys:
                    raise reader.fail(rule, "這裡至少要有一項。")
                yield keys


def _key(reader: _MapReader, node: yaml.Node, fields: Mapping[str, Field]) -> Key:
    """`surname`, `surname/sound`, `birth/year`, `given_name&surname` (in either order)."""
    names, _, use = reader.filled(node).replace(" ", "").partition("/")
    parts = tuple(names.split("&"))
    use = use or "exact"
    if use not in USES:
        raise reader.fail(node, f"「{use}」不在可選的 {'、'.join(USES)} 之中。")
    if len(parts) > 2:
        raise reader.fail(node, "「&」兩邊各一個欄位。")
    for name in parts:
        if name not in fields:
            raise reader.fail(node, f"fields 中沒有「{name}」這個欄位。")
        if use in DATE_LEVELS and fields[name].kind is not Kind.DATE:
            raise reader.fail(node, f"「{name}」不是日期，不能用 {use}。")
    return Key(parts, use)
