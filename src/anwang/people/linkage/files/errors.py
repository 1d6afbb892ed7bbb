"""Why two files could not be compared, in words for whoever gave the command (zh-TW)."""

from __future__ import annotations


class FilesRefused(Exception):
    """`problems`: one zh-TW sentence each, which says what to do. None of them quotes a value of a record."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
