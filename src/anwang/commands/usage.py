"""The command line's own words: wrong usage is said in zh-TW, and output is UTF-8 whatever the locale says."""

from __future__ import annotations

import argparse
import io
import re
import sys
from typing import NoReturn

_WORDS = (
    (re.compile(r"the following arguments are required: (.*)"), r"還缺：\1"),
    (re.compile(r"argument ([^:]*): invalid choice: (.*) \(choose from (.*)\)"), r"\1 沒有 \2，可用：\3"),
    (re.compile(r"argument ([^:]*): expected (?:one|at least one) argument"), r"\1 後面要有值"),
    (re.compile(r"argument ([^:]*): invalid int value: (.*)"), r"\1 要是整數，不是 \2"),
    (re.compile(r"argument ([^:]*): not allowed with argument (.*)"), r"\1 不能和 \2 一起用"),
    (re.compile(r"unrecognized arguments: (.*)"), r"看不懂：\1"),
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in zh-TW; exit status 2."""

    def error(self, message: str) -> NoReturn:
        for pattern, words in _WORDS:
            if pattern.fullmatch(message):
                message = pattern.sub(words, message)
                break
        self.print_usage(sys.stderr)
        self.exit(2, f"錯誤：{message}\n")


def speak_utf8() -> None:
    """Standard output is for programs: always UTF-8; what UTF-8 cannot say (a name of odd bytes) as `\\udcff`,
    which JSON reads as well. Standard error follows the terminal, unless that could not show Chinese at all."""
    for stream, always in ((sys.stdout, True), (sys.stderr, False)):
        if isinstance(stream, io.TextIOWrapper) and (always or stream.encoding.lower() in _PLAIN):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


_PLAIN = {"ascii", "us-ascii", "ansi_x3.4-1968", "iso-8859-1", "iso8859-1", "latin-1", "646"}
