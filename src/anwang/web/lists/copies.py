"""A unit's copies of a list as a table, with what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from anwang.network.cocases.copy_states import state_of
from anwang.network.cocases.models import ListReturn, SendingEntry
from anwang.network.cocases.receivers import ListField
from anwang.network.cocases.returning import CopyState, ReturnOutcome, ReturnReason
from anwang.network.cocases.rules import Standing
from anwang.standard.dates import roc_short
from anwang.web.clocks import moment_text
from anwang.web.components import Basis, Cell, Column, Row, Table, tag

from .tables import TONES

# Read as one, so never broken over two lines.
_ONE_LINE = frozenset({ListField.ID_NUMBER, ListField.BIRTH, ListField.PHONE, ListField.CARER})


def copies_table(
    copies: Sequence[SendingEntry],
    fields: Sequence[ListField],
    title: str,
    household: Mapping[int, str] | None = None,
    returns: Mapping[int, Sequence[ListReturn]] | None = None,
    actions: Mapping[int, SafeString] | None = None,
) -> Table:
    """A unit's list exactly as the unit sees it. `household`: household to its page, for who may open it; `returns`:
    copy to its returns; `actions`: copy to what may be done with it."""
    wanted = [f for f in fields if f is not ListField.DUE_ON and any(f.value in c.shown for c in copies)]
    columns = [Column("情形"), *(Column(field.label) for field in wanted), Column("期限")]
    rows = []
    for copy in copies:
        standing = Standing(copy.standing)
        cells: list[Cell | str] = [_state(standing, (returns or {}).get(copy.pk, ()))]
        for field in wanted:
            text = copy.shown.get(field.value, "")
            if field is ListField.NAME:
                href = (household or {}).get(copy.household_id, "")
                cells.append(Cell(text, sub=copy.note, href=href, css="" if copy.note else "nowrap"))
            elif field in {ListField.REASON, ListField.BRIEF}:
                basis = Basis(title, text, copy.citation, about=copy.shown.get("name", ""))
                why = render_to_string("components/why.html", {"basis": basis, "label": "依據"})
                cells.append(format_html("{} {}", text, why))
            else:
                cells.append(Cell(text or "—", css="nowrap" if field in _ONE_LINE else ""))
        cells.append(Cell(roc_short(copy.due_on), css="narrow"))
        rows.append(Row(cells, action=(actions or {}).get(copy.pk, "")))
    return Table(title, columns, rows, hide_caption=True)


def _state(standing: Standing, returns: Sequence[ListReturn]) -> SafeString:
    """The standing, and after a return where the copy stands, with what was said unfolding behind it."""
    shown = tag(standing.label, TONES[standing])
    state = state_of(returns)
    if not state.label:
        return shown
    items = format_html_join(SafeString("<br>"), "{}", ((text,) for row in returns for text in history(row)))
    return format_html(
        '{} {} <details class="why"><summary>退回經過</summary><div class="why__body">{}</div></details>',
        shown,
        tag(state.label, "amber" if state is CopyState.RETURNED else "line"),
        items,
    )


def history(row: ListReturn) -> list[str]:
    """A return and its answer, a sentence each."""
    said = [
        f"{moment_text(row.returned_at)} {row.returned_by_name} 退回：{reason_text(row.reason)}"
        + (f"，{row.text}" if row.text else "")
    ]
    answer = getattr(row, "answer", None)
    if answer is not None:
        deed = ReturnOutcome(answer.outcome).label
        deed = f"改送{answer.to_unit.name}" if answer.to_unit else deed
        said.append(f"{moment_text(answer.answered_at)} {answer.answered_by_name} {deed}：{answer.text}")
    return said


def notes(returns: Mapping[int, Sequence[ListReturn]]) -> dict[int, str]:
    """Copy to what a file says of its returns."""
    return {copy: "；".join(text for row in rows for text in history(row)) for copy, rows in returns.items()}


def reason_text(code: str) -> str:
    """A coded reason in words; a code that policy no longer knows stays as it is."""
    return ReturnReason(code).label if code in set(ReturnReason) else code
