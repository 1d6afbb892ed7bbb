"""A YAML file as nodes, so that every message about a mistake in it can name the file and the line (zh-TW)."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from .model import Citation, PolicyError, Value

# The parser in C where the library has it: the same nodes and lines, five times as fast.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _look_at(text: str, line: int) -> str:
    lines = text.splitlines()
    there = lines[line - 1] if line <= len(lines) else ""
    if "\t" in there:
        return "縮排請用空格，不要用 Tab。"
    return "請檢查這一行與上一行的縮排、冒號後的空格，和成對的引號與括號。"


def _meant(key: object, allowed: set[str]) -> str:
    near = difflib.get_close_matches(str(key), allowed, 1)
    return f"，是不是「{near[0]}」？" if near else f"。可用：{'、'.join(sorted(allowed))}。"


class Reader:
    """One YAML file as nodes. `kind` is what the user calls such a file; text that is no YAML raises at once."""

    def __init__(self, text: str, file: str, kind: str = "規定檔") -> None:
        self.file = file
        self.kind = kind
        self._loader = yaml.SafeLoader("")
        try:
            self.root = yaml.compose(text, Loader=_Loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise PolicyError(
                f"{kind} {file} 第 {line} 行：不是合格的 YAML。{_look_at(text, line)}"
            ) from error

    def fail(self, node: yaml.Node | None, message: str) -> PolicyError:
        line = node.start_mark.line + 1 if node is not None else 1
        return PolicyError(f"{self.kind} {self.file} 第 {line} 行：{message}")

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
                self.unknown(self.fail(key_node, f"不認得的欄位「{key}」{_meant(key, allowed)}"))
                continue
            found[key] = value_node
        for key in sorted((required or set()) - set(found)):
            raise self.fail(node, f"缺少欄位「{key}」。")
        return found

    def unknown(self, error: PolicyError) -> None:
        """What happens to a field that is not known. Readers that name all mistakes at once keep it and read on."""
        raise error

    def items(self, node: yaml.Node | None) -> Iterator[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.fail(node, "這裡應為清單。")
        yield from node.value

    def plain(self, node: yaml.Node) -> Any:
        try:
            return self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            raise self.fail(
                node, "這個值讀不出來。日期要是真的有的日子，例如 2026-01-31；其他的請加引號。"
            ) from error

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


class PatientReader(Reader):
    """Mistakes met inside `going_on()`, and fields that are not known, are kept in `problems` and the reading goes on."""

    def __init__(self, text: str, file: str, kind: str) -> None:
        self.problems: list[str] = []
        super().__init__(text, file, kind)

    def unknown(self, error: PolicyError) -> None:
        self.problems.append(str(error))

    @contextmanager
    def going_on(self) -> Iterator[None]:
        try:
            yield
        except PolicyError as error:
            self.problems.append(str(error))
