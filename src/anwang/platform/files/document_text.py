"""The plain text of a document that somebody sent: PDF, ODT, DOCX, ODS, XLSX, TXT and CSV. For reading, not for keeping.

Paragraphs are lines; the cells of a table row stand in one line with tabs between them, so that a form keeps its
label beside its value. Formulas give their stored result; nothing is run and nothing is fetched.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

from .attached_kinds import AttachedKind, recognise
from .refused import DEFAULT_LIMITS, MEGABYTE, FileRefused
from .sheet import Cell, cell_text
from .tables import read_table
from .text_decoding import decoded_text

_CHILD = Path(__file__).with_name("document_child.py")
_DAMAGED = "檔案不完整或已損壞，讀不出文字。請重新產生檔案，或把文字複製後直接貼上。"
_LONG = "檔案太長，讀不完。請只留下通報單那幾頁，或把需要的文字複製後直接貼上。"
_HEAVY = "讀取這個檔案需要過多的記憶體或時間，疑似損壞或惡意的檔案，不予處理。請把文字複製後直接貼上。"
_NO_TEXT = (
    "這份 PDF 是掃描的影像，裡面沒有文字可以讀取。請改用有文字的檔案，或看著它輸入；檔案可以當附件收存。"
)
_NOTHING = "檔案裡沒有文字。請確認檔案後再上傳。"


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """`size` in bytes, `characters` of text, times in seconds, `memory` in bytes of the process that reads a PDF."""

    size: int = 20 * MEGABYTE
    characters: int = 200_000
    xml_size: int = 40 * MEGABYTE
    pages: int = 200
    memory: int = 1024 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: int = 40


DEFAULT = DocumentLimits()


@dataclass(frozen=True, slots=True)
class DocumentText:
    """`notes` are for the reader: what could not be read."""

    kind: AttachedKind
    text: str
    notes: tuple[str, ...] = ()


def document_text(data: bytes, limits: DocumentLimits = DEFAULT) -> DocumentText:
    """The text of a document, by its content. Raises FileRefused with a message for whoever sent it."""
    if len(data) > limits.size:
        raise FileRefused("too_large", f"檔案超過上限 {limits.size // MEGABYTE} MB。請只留下通報單那幾頁。")
    kind = recognise(data).kind
    notes: tuple[str, ...] = ()
    if kind is AttachedKind.PDF:
        text, notes = _pdf(data, limits)
    elif kind is AttachedKind.ODT:
        text = _odt(data, limits)
    elif kind is AttachedKind.DOCX:
        text = _docx(data, limits)
    elif kind in (AttachedKind.ODS, AttachedKind.XLSX):
        text = _sheets(data, limits)
    elif kind is AttachedKind.TEXT:
        text = decoded_text(data).text
    else:
        raise FileRefused("no_text", f"這是{kind.label}，讀不出文字。請改用 PDF、ODT、ODS、DOCX、XLSX 或文字檔；照片和錄音可以當附件收存。")  # fmt: skip
    text = "\n".join(
        line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ).strip("\n")
    if len(text) > limits.characters:
        raise FileRefused("too_long", _LONG)
    if not text.strip():
        raise FileRefused("empty", _NOTHING)
    return DocumentText(kind, text, notes)


def _pdf(data: bytes, limits: DocumentLimits) -> tuple[str, tuple[str, ...]]:
    # -P and the bare environment: as for workbooks, no secret of the server stands in a process that reads strangers' files.
    environment = {
        name: os.environ[name]
        for name in ("PATH", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    asked = {
        "memory": limits.memory,
        "cpu_seconds": limits.cpu_seconds,
        "pages": limits.pages,
        "characters": limits.characters + 1,
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own script, no shell, arguments are ours
            [sys.executable, "-P", str(_CHILD), json.dumps(asked)],
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            env=environment,
            check=False,
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise FileRefused("too_heavy", _HEAVY) from error
    except ValueError as error:  # no answer: ended by its bounds (a signal), or it fell over the file
        heavy = done.returncode < 0 or done.returncode == 137
        raise FileRefused("too_heavy" if heavy else "damaged", _HEAVY if heavy else _DAMAGED) from error
    match answer:
        case ["pages", list(pages)]:
            blank = [number for number, page in enumerate(pages, 1) if not page.strip()]
            if len(blank) == len(pages):
                raise FileRefused("no_text_layer", _NO_TEXT)
            notes = (f"第 {'、'.join(map(str, blank[:10]))} 頁是影像，沒有文字可以讀取。",) if blank else ()
            return "\n".join(pages), notes
        case ["refused", "encrypted"]:
            raise FileRefused("encrypted", "PDF 設有密碼，讀不出文字。請移除密碼後再上傳。")
        case ["refused", "too_long"]:
            raise FileRefused("too_long", _LONG)
        case ["refused", "memory"]:
            raise FileRefused("too_heavy", _HEAVY)
    raise FileRefused("damaged", _DAMAGED)


def _sheets(data: bytes, limits: DocumentLimits) -> str:
    """The sheets that are shown, one after the other; rows without anything are left out."""
    lines: list[str] = []
    size = 0
    for sheet in read_table(data, limits=DEFAULT_LIMITS).sheets:
        for row in () if sheet.is_hidden else sheet.rows:
            cells = [_one_line(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                lines.append("\t".join(cells))
                size += len(lines[-1])
            if size > limits.characters:
                raise FileRefused("too_long", _LONG)
    return "\n".join(lines)


def _one_line(cell: Cell) -> str:
    return " ".join(cell_text(cell).split())


class _Words:
    """Collects the text of an XML document: paragraphs to lines, table rows to lines of cells."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._rows: list[list[str]] = []  # rows being read, outermost first
        self._cells: list[list[str]] = []  # cells being read: their paragraphs

    def add(self, text: str) -> None:
        self._line.append(text)

    def end_paragraph(self) -> None:
        line = "".join(self._line)
        self._line = []
        if self._cells:
            self._cells[-1].append(" ".join(line.split()))
        else:
            self.lines.append(line)

    def start_row(self) -> None:
        self._rows.append([])

    def start_cell(self) -> None:
        self._cells.append([])

    def end_cell(self) -> None:
        if self._line:
            self.end_paragraph()
        text = " ".join(part for part in self._cells.pop() if part)
        if self._rows:
            self._rows[-1].append(text)

    def end_row(self) -> None:
        cells = self._rows.pop()
        if self._cells:  # a table inside a cell
            self._cells[-1].append(" ".join(cell for cell in cells if cell))
        elif any(cells):
            self.lines.append("\t".join(cells).rstrip("\t"))


def _parsed(
    data: bytes, member: str, limits: DocumentLimits, words: _Words, start: Callable[[str, Any], None],
    end: Callable[[str], None], character: Callable[[str], None],
) -> str:  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.getinfo(member).file_size > limits.xml_size:
            raise FileRefused("too_long", _LONG)
        content = archive.read(member)
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = character
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, IndexError) as error:
        raise FileRefused("damaged", _DAMAGED) from error
    return "\n".join(words.lines)


_T = "urn:oasis:names:tc:opendocument:xmlns:text:1.0|"
_TB = "urn:oasis:names:tc:opendocument:xmlns:table:1.0|"
_SKIPPED_ODF = {
    _T + "tracked-changes",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0|annotation",
    _T + "note",
}


def _odt(data: bytes, limits: DocumentLimits) -> str:
    words, depth, inside = _Words(), 0, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, inside
        if depth or name in _SKIPPED_ODF:
            depth += 1
        elif name in (_T + "p", _T + "h"):
            inside += 1
        elif name == _T + "s":
            count = attributes.get(_T + "c", "1")
            words.add(" " * (min(int(count), 200) if count.isdecimal() else 1))
        elif name == _T + "tab":
            words.add("\t")
        elif name == _T + "line-break":
            words.add("\n")
        elif name == _TB + "table-row":
            words.start_row()
        elif name in (_TB + "table-cell", _TB + "covered-table-cell"):
            words.start_cell()

    def end(name: str) -> None:
        nonlocal depth, inside
        if depth:
            depth -= 1
        elif name in (_T + "p", _T + "h"):
            inside -= 1
            words.end_paragraph()
        elif name == _TB + "table-row":
            words.end_row()
        elif name in (_TB + "table-cell", _TB + "covered-table-cell"):
            words.end_cell()

    def character(text: str) -> None:
        if inside and not depth:
            words.add(text)

    return _parsed(data, "content.xml", limits, words, start, end, character)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main|"
_SKIPPED_DOCX = {_W + "del", _W + "moveFrom", _W + "instrText"}


def _docx(data: bytes, limits: DocumentLimits) -> str:
    words, depth, inside = _Words(), 0, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, inside
        if depth or name in _SKIPPED_DOCX:
            depth += 1
        elif name == _W + "t":
            inside += 1
        elif name in (_W + "tab", _W + "ptab"):
            words.add("\t")
        elif name in (_W + "br", _W + "cr"):
            words.add("\n")
        elif name == _W + "tr":
            words.start_row()
        elif name == _W + "tc":
            words.start_cell()

    def end(name: str) -> None:
        nonlocal depth, inside
        if depth:
            depth -= 1
        elif name == _W + "t":
            inside -= 1
        elif name == _W + "p":
            words.end_paragraph()
        elif name == _W + "tr":
            words.end_row()
        elif name == _W + "tc":
            words.end_cell()

    def character(text: str) -> None:
        if inside and not depth:
            words.add(text)

    return _parsed(data, "word/document.xml", limits, words, start, end, character)
