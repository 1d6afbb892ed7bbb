"""Duties as rows of a list: the clock, what to do, whose it is, and the rule behind it. 我的今天 and 單位負荷 share it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from anwang.agencies.queries import member_names, unit_names
from anwang.network.cocases.duty_queries import Together
from anwang.platform.clock import flags_of
from anwang.platform.due_rules import Term, TermKind
from anwang.platform.escalation_rules import Level
from anwang.platform.models import Deadline
from anwang.platform.worklist import Move, moves
from anwang.web.clocks import ClockText, clock_text, moment_text, roc_day
from anwang.web.components import Basis, Cell, Column, Row, tag

COLUMNS = (Column("期限", narrow=True), Column("事項"), Column("承辦", narrow=True), Column("依據"))
FILE_COLUMNS = ("剩餘", "期限", "事項", "承辦", "升級", "依據")


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows need beside the duties: names of owners and units, and moments that were moved."""

    owners: dict[int, str]
    units: dict[int, str]
    moves: dict[int, Move]
    unit_id: int
    member_id: int | None

    def owner(self, duty: Deadline) -> str:
        if duty.owner_member_id is None:
            return "單位"
        return self.owners.get(duty.owner_member_id, "已離職成員")


def around(duties: Sequence[Deadline], *, unit_id: int, member_id: int | None) -> Around:
    elsewhere = any(duty.unit_id != unit_id for duty in duties)
    return Around(
        member_names(duty.owner_member_id for duty in duties),
        unit_names() if elsewhere else {},
        moves(duty.pk for duty in duties),
        unit_id,
        member_id,
    )


def alone(duty: Deadline) -> Together:
    return Together(duty, duty.label, duty.url)


def duty_rows(lines: Sequence[Together], now: dt.datetime, known: Around) -> list[Row]:
    return [_row(line, now, known) for line in lines]


def _row(line: Together, now: dt.datetime, known: Around) -> Row:
    duty, clock = line.first, clock_text(line.due_at, now)
    moved = known.moves.get(duty.pk)
    basis = Basis(line.label, _reason(duty, clock, moved), duty.citation or "—", about=line.label)
    return Row(
        (
            _rendered("clock", {"clock": clock}),
            Cell(line.label, sub=_below(duty, clock, line.units, moved), href=line.url),
            _owner(duty, known, now),
            _rendered("why", {"basis": basis, "label": duty.citation or "依據"}),
        ),
        urgent=clock.needs_attention,
    )


def _owner(duty: Deadline, known: Around, now: dt.datetime) -> Cell:
    name = known.owner(duty)
    mine = duty.owner_member_id is not None and duty.owner_member_id == known.member_id
    said = tag("我的", "act") if mine else name
    if duty.escalation_level and duty.due_at < now:
        said = format_html("{} {}", said, tag(f"升級：{Level(duty.escalation_level).label}", "red"))
    return Cell(said, sub=known.units.get(duty.unit_id, "") if duty.unit_id != known.unit_id else "")


def _below(duty: Deadline, clock: ClockText, units: Sequence[str], moved: Move | None) -> str:
    begins = "約定" if duty.is_promise else "起算"
    parts = [
        clock.exact,
        f"{roc_day(timezone.localdate(duty.started_at or duty.opened_at), 'short')} {begins}",
    ]
    if duty.subject_label:
        parts.insert(0, duty.subject_label)
    if units:
        parts.append("、".join(units))
    if moved:
        parts.append(f"原 {moment_text(moved.old_due_at)}，已改期")
    return "・".join(parts)


def _reason(duty: Deadline, clock: ClockText, moved: Move | None) -> str:
    """Why the moment is this one: the term and its start, what moved it, and what is not certain about the calendar."""
    said = f"期限 {clock.exact}"
    if duty.term_kind and duty.term is not None:
        start = moment_text(duty.started_at or duty.opened_at)
        said += f"：自 {start} 起 {Term(TermKind(duty.term_kind), duty.term)}"
        if duty.term_kind == TermKind.HOURS:
            said += "，夜間與假日照算"
    parts = [said + "。"]
    if duty.is_promise:
        parts.append("這是承辦自己的約定，不是法定期限，排在法定期限之後。")
    if duty.escalation_level and duty.escalated_at and duty.met_at is None:
        parts.append(f"{moment_text(duty.escalated_at)} 升級給{Level(duty.escalation_level).label}。")
    if moved:
        parts.append(f"原為 {moment_text(moved.old_due_at)}；{moved.reason}。")
    return "".join([*parts, *flags_of(duty)])


def _rendered(component: str, context: dict[str, object]) -> SafeString:
    return mark_safe(render_to_string(f"components/{component}.html", context).strip())  # noqa: S308 a template escaped it


def file_rows(
    duties: Iterable[Deadline], now: dt.datetime, known: Around
) -> Iterable[tuple[str, str, str, str, str, str]]:
    for duty in duties:
        risen = Level(duty.escalation_level).label if duty.escalation_level and duty.due_at < now else ""
        yield (
            clock_text(duty.due_at, now).text,
            moment_text(duty.due_at),
            duty.label,
            known.owner(duty),
            risen,
            duty.citation,
        )
