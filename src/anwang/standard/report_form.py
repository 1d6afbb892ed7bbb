"""A report's text line by line: headings, labels with a colon, tables, and forms whose cells stand in one line."""

from __future__ import annotations

import re

from .report_found import Findings
from .report_labels import Label, label_at, labels_in, section_of
from .report_narrative import read_narrative
from .report_values import Taker
from .report_words import What, Who

_UNKNOWN_LABEL = re.compile(r"[\s\d.、()]*[\u4e00-\u9fff]{2,10}:")
_PLAIN_FORM = re.compile(r"\S+(?:[ ]+\S+)+")


class FormReader(Taker):
    """Reads line by line; what a label asks for is taken by `Taker`."""

    def __init__(self, findings: Findings) -> None:
        super().__init__(findings)
        self.columns: list[Label] = []

    def read(self) -> None:
        start = 0
        for line in self.text.split("\n"):
            self._line(start, start + len(line))
            start += len(line) + 1
        self._close_story()
        for first, last in self.narratives:
            read_narrative(self.findings, first, last)

    def _line(self, start: int, end: int) -> None:
        line = self.text[start:end]
        if not line.strip():
            self.columns = []
            return
        if section := section_of(line):
            self._close_story()
            self.section, self.current, self.is_staff, self.columns = (
                section,
                None,
                section[0] is Who.STAFF,
                [],
            )
            return
        if "\t" in line:
            self._row(start, end)
            return
        self.columns = []
        labels = list(labels_in(self.text, start, end))
        if not labels:
            if self.story is None and self._plain_form(start, end):
                return
            if self.story is None and _UNKNOWN_LABEL.match(line):
                self.current = None
            self._running(start, end)
            return
        leads = not self.text[start : labels[0].start].strip()
        if self.story is not None and not leads:
            self._running(start, end)  # a colon inside the story
            return
        if self.story is not None and labels[0].what is None and not self.is_name(labels[0].end, end):
            self._running(start, end)  # somebody speaks: 案父：我沒有打他
            return
        if not leads:
            self._running(start, labels[0].start)
            if ":" in self.text[start : labels[0].start]:
                self.current = None  # behind a label that is not known
        self._close_story()
        for number, label in enumerate(labels, 1):
            if label.what is What.STORY:
                self.take(label, label.end, end)
                break
            self.take(label, label.end, labels[number].start if number < len(labels) else end)

    def _running(self, start: int, end: int) -> None:
        if self.story is not None:
            self.story = self.story[0], end
        elif self.narratives and self.narratives[-1][1] == start - 1:
            self.narratives[-1] = self.narratives[-1][0], end
        else:
            self.narratives.append((start, end))

    def _close_story(self) -> None:
        if self.story is not None:
            start, end = self.story
            self.findings.add(What.STORY, start, end, self.text[start:end].strip())
            self.narratives.append((start, end))
            self.story = None

    # Tables

    def _cells(self, start: int, end: int) -> list[tuple[int, int]]:
        cells, at = [], start
        for cell in self.text[start:end].split("\t"):
            cells.append((at, at + len(cell)))
            at += len(cell) + 1
        return cells

    def _heading(self, cell: tuple[int, int]) -> tuple[Who, str] | None:
        text = self.text[slice(*cell)].strip()
        return section_of(text) or section_of(f"【{text}】")

    def _row(self, start: int, end: int) -> None:
        cells = self._cells(start, end)
        labels = [label_at(self.text, *cell) if self.text[slice(*cell)].strip() else None for cell in cells]
        filled = [bool(self.text[slice(*cell)].strip()) for cell in cells]
        count = sum(label is not None for label in labels)
        if count >= 2 and count == sum(filled):
            self._close_story()
            self.columns = [label or Label(0, 0, None, "", What.NOTHING, "") for label in labels]
            return
        if self.columns and self._is_row(labels):
            self._table_row(cells)
            return
        self.columns = []
        if not count:
            for cell in cells:
                section = self._heading(cell)
                if section:
                    self.section, self.current = section, None
            self._running(start, end)
            return
        self._close_story()
        waiting: Label | None = None
        for cell, label in zip(cells, labels, strict=True):
            is_value = waiting is not None and waiting.what is What.RELATION and label and label.what is None
            if label is not None and not is_value:
                waiting = label
            elif waiting is not None and self.text[slice(*cell)].strip():
                self.take(waiting, *cell)
                waiting = None
            elif self.text[slice(*cell)].strip():
                inner = list(labels_in(self.text, *cell))
                for number, one in enumerate(inner, 1):
                    self.take(one, one.end, inner[number].start if number < len(inner) else cell[1])
                if not inner and (section := self._heading(cell)):
                    self.section, self.current = section, None
        self._close_story()

    def _is_row(self, labels: list[Label | None]) -> bool:
        """Whether cells stand below the header: as many or fewer, and no label but a word for a person (案父)."""
        return len(labels) <= len(self.columns) and all(
            label is None or (label.what is None and column.what in (What.RELATION, What.NAME))
            for label, column in zip(labels, self.columns, strict=False)
        )

    def _table_row(self, cells: list[tuple[int, int]]) -> None:
        """One row below a header is one person."""
        self.current, self.is_staff = None, False
        pairs = [
            (label, cell)
            for label, cell in zip(self.columns, cells, strict=False)
            if self.text[slice(*cell)].strip()
        ]
        # What stands before the first name is of that name; what stands behind a name is of it.
        names = [
            pair for pair in pairs if pair[0].what is What.NAME or (pair[0].who and pair[0].what is None)
        ]
        pairs = [*names[:1], *(pair for pair in pairs if pair not in names[:1])]
        for label, cell in pairs:
            self.take(label, *cell)
        self._close_story()

    def _plain_form(self, start: int, end: int) -> bool:
        """`姓名 林小安 性別 女`: words in turn, label and value, as a PDF gives the cells of a table."""
        line = self.text[start:end].strip()
        if re.search(r"[,。;]", line) or not _PLAIN_FORM.fullmatch(line):
            return False
        at = start + len(self.text[start:end]) - len(self.text[start:end].lstrip())
        cells = [(at + m.start(), at + m.end()) for m in re.finditer(r"\S+", line)]
        labels = [label_at(self.text, *cell) for cell in cells]
        if (
            labels[0] is None
            or labels[0].what in (What.STORY, What.NARRATIVE)
            or labels[-1] is not None
            or len(cells) > 24
        ):
            return False
        self._close_story()
        at_label = [i for i, label in enumerate(labels) if label is not None]
        for i, following in zip(at_label, [*at_label[1:], len(cells)], strict=True):
            label = labels[i]
            if label is not None and following > i + 1:
                self.take(label, cells[i + 1][0], cells[following - 1][1])
        return True
