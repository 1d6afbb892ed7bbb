"""The policy's line-exact YAML reader with what programme files need besides: codes, ids, and all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeVar

import yaml

from anwang.policy import PolicyError
from anwang.policy.reader import PatientReader

E = TypeVar("E", bound=StrEnum)
_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")


class ProgrammeError(PolicyError):
    """A programme file that cannot be used. `problems`: one zh-TW sentence each, with file and line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class FileReader(PatientReader):
    """A programme file; `to_the_end` raises all its mistakes."""

    def __init__(self, text: str, file: str) -> None:
        try:
            super().__init__(text, file, "方案檔")
        except PolicyError as error:
            raise ProgrammeError(str(error)) from error

    @contextmanager
    def to_the_end(self) -> Iterator[None]:
        """Raises ProgrammeError with every mistake met inside, in the order of their lines."""
        with self.going_on():
            yield
        if self.problems:
            raise ProgrammeError(*sorted(set(self.problems), key=_line))

    def identifier(self, node: yaml.Node) -> str:
        found = self.filled(node)
        if not _ID.fullmatch(found):
            raise self.fail(node, f"代碼「{found}」請用小寫英文字母、數字與底線，以字母開頭，32 字以內。")
        return found

    def code(self, node: yaml.Node, codes: type[E]) -> E:
        found = self.plain(node)
        try:
            return codes(found)
        except ValueError:
            raise self.fail(node, f"「{found}」不在可選的 {'、'.join(codes)} 之中。") from None

    def flag(self, node: yaml.Node | None) -> bool:
        if node is None:
            return False
        found = self.plain(node)
        if not isinstance(found, bool):
            raise self.fail(node, "這裡應為 true 或 false。")
        return found

    def number(self, node: yaml.Node | None) -> float | None:
        if node is None:
            return None
        found = self.plain(node)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self.fail(node, "這裡應為數字。")
        return found

    def once(self, taken: set[str], node: yaml.Node, id: str, what: str) -> str:
        """Raises for an id that was there before."""
        if id in taken:
            raise self.fail(node, f"{what}「{id}」重複。")
        taken.add(id)
        return id


def _line(problem: str) -> tuple[int, str]:
    found = re.search(r"第 (\d+) 行", problem)
    return (int(found[1]) if found else 0, problem)
