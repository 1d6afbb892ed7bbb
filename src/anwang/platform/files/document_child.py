"""Takes the text out of one PDF in a process of its own, with hard bounds on memory and time.

Started by `document_text.py` as a script, so that a hostile file can at worst end this process. Reads the file from
standard input, writes one JSON line: `["pages", [text, …]]` or `["refused", code]`; imports nothing of Anwang.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys


def main() -> int:
    limits = json.loads(sys.argv[1])
    _bound(limits["memory"], limits["cpu_seconds"])
    data = sys.stdin.buffer.read()
    logging.disable(logging.CRITICAL)  # what the library says about a file is about a stranger's words
    try:
        answer = _pages(data, limits["pages"], limits["characters"])
    except MemoryError:
        answer = ["refused", "memory"]
    sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
    return 0


def _bound(memory: int, cpu_seconds: int) -> None:
    # As in workbook_child.py: where a system lacks a bound, the parent's clock still holds.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _pages(data: bytes, most_pages: int, most_characters: int) -> list[object]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return ["refused", "encrypted"]
        count = len(reader.pages)
        if count > most_pages:
            return ["refused", "too_long"]
        pages, left = [], most_characters
        for page in reader.pages:
            text = page.extract_text()[:left]
            left -= len(text)
            pages.append(text)
    except RecursionError:
        return ["refused", "damaged"]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, ArithmeticError, NotImplementedError, AssertionError):  # fmt: skip
        return ["refused", "damaged"]
    return ["pages", pages]


if __name__ == "__main__":
    sys.exit(main())
