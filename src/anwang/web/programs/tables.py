"""A programme as tables: clocks, levels, forms, closing reasons."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from anwang.agencies.models import Unit
from anwang.policy import Citation, Origin
from anwang.services.programs.loading import Catalogue
from anwang.services.programs.programme import Clock, Programme
from anwang.services.programs.queries import PrefilledShare
from anwang.standard.codes import AgencyCode
from anwang.web.components import Cell, Column, Row, Table

_CLOCKS = (Column("期限"), Column("起算"), Column("時限", narrow=True), Column("依據"))
_ENTRY = (Column("通報的情形"), Column("程度", narrow=True), Column("依據"))
_LEVELS = (Column("等級", narrow=True), Column("意義"))
_FORMS = (
    Column("表單"),
    Column("用途", narrow=True),
    Column("關於", narrow=True),
    Column("階段"),
    Column("題數", numeric=True),
    Column("可帶入", numeric=True),
    Column("實際帶入", numeric=True),
)
_REASONS = (Column("結案原因"), Column("統計為"), Column("結案時"))


def facts_of(programme: Programme, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Whom it serves, on what it rests, who takes it."""
    citations = (programme.citation, *programme.also)
    return [
        ("服務對象", programme.population),
        ("依據", "；".join(_long(each, catalogue) for each in citations)),
        ("承辦", "、".join(AgencyCode(code).label for code in programme.agencies)),
        ("受案單位", "、".join(str(Unit.Kind(kind).label) for kind in programme.unit_kinds)),
        ("由誰服務", programme.jurisdiction.label),
    ]


def _long(citation: Citation, catalogue: Catalogue) -> str:
    """A citation with the title of its document, for readers who do not know its number."""
    document = catalogue.document(citation.document)
    return f"{document.title} {citation.clause}" if document else str(citation)


def clock_table(programme: Programme) -> Table:
    return Table("期限", _CLOCKS, [_clock(each, programme) for each in programme.clocks], hide_caption=True)


def _clock(clock: Clock, programme: Programme) -> Row:
    starts = clock.starts.label + ("，每次重新起算" if clock.repeats else "")
    origin = "" if clock.origin is Origin.DOCUMENT else f"{clock.origin.label}。{clock.note}"
    return Row(
        (
            Cell(clock.label, sub=clock.kind.label),
            starts,
            Cell(term_text(clock, programme)),
            Cell(str(clock.citation), sub=origin or clock.note),
        )
    )


def term_text(clock: Clock, programme: Programme) -> str:
    """`24 小時`, or a term for each level: `高風險 7 日、中風險 14 日`."""
    if "" in clock.terms:
        return str(clock.terms[""])
    return "、".join(f"{level.label} {clock.terms[level.id]}" for level in programme.risk_levels)


def entry_table(programme: Programme) -> Table:
    """What in a report speaks for the programme: screening suggests it then."""
    rows = [
        Row(
            (
                Cell(rule.label, sub=f"字句：{'、'.join(rule.words)}" if rule.words else ""),
                rule.strength.label + ("，危險優先" if rule.danger else ""),
                Cell(
                    str(rule.citation),
                    sub="" if rule.origin is Origin.DOCUMENT else f"{rule.origin.label}。{rule.note}",
                ),
            )
        )
        for rule in programme.entry
    ]
    return Table("通報時的建議", _ENTRY, rows, hide_caption=True)


def level_table(programme: Programme) -> Table:
    rows = [Row((level.label, level.meaning)) for level in programme.risk_levels]
    return Table("風險等級", _LEVELS, rows, hide_caption=True)


def form_table(programme: Programme, shares: Iterable[PrefilledShare]) -> Table:
    """The forms; of what the reader's unit filled in lately, how much nobody had to type."""
    share_of = {each.form: each for each in shares}
    rows = []
    for form in programme.forms:
        fields = list(form.fields)
        stage = programme.stage(form.stage)
        rows.append(
            Row(
                (
                    Cell(form.label, href=reverse("program-form", args=[programme.id, form.id])),
                    form.kind.label,
                    form.about.label,
                    stage.label if stage else form.stage,
                    str(len(fields)),
                    str(sum(bool(field.prefill) for field in fields)),
                    _share(share_of.get(form.id)),
                )
            )
        )
    return Table("表單", _FORMS, rows, hide_caption=True)


def _share(found: PrefilledShare | None) -> str:
    return "—" if found is None or found.share is None else f"{found.share:.0%}"


def reason_table(programme: Programme) -> Table:
    rows = [
        Row(
            (
                reason.label,
                reason.outcome.label,
                "、".join(
                    text
                    for text, on in (("要指明接手的單位", reason.refers), ("要說明理由", reason.needs_note))
                    if on
                )
                or "—",
            )
        )
        for reason in programme.closing_reasons
    ]
    return Table("結案原因", _REASONS, rows, hide_caption=True)
