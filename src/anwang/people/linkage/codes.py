"""Values as integers: equal values get equal codes."""

from __future__ import annotations

from collections.abc import Hashable


class Codes:
    """Gives equal values equal positive integers; 0 is kept for what is missing."""

    def __init__(self, first: int = 1) -> None:
        self.of: dict[Hashable, int] = {}
        self._next = first

    def __call__(self, value: Hashable) -> int:
        code = self.of.get(value)
        if code is None:
            code = self.of[value] = self._next
            self._next += 1
        return code
