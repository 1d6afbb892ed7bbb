"""Tables of the 比對覆核 pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.urls import reverse

from anwang.people.linkage.models import ReviewPair
from anwang.people.linkage.queries import Deed, HomeMate, RecordView
from anwang.people.linkage.standing import Standing
from anwang.people.registry.models import SourceRecord
from anwang.standard.codes import source_code
from anwang.standard.masks import mask_name
from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json
from anwang.web.clocks import moment_text, roc_day
from anwang.web.components import Cell, Column, Row, Table, tag

from .comparing import birth_words, shown

QUEUE_FILE = ("比對", "可能性", "名冊甲", "編號甲", "名冊乙", "編號乙")
DECISION_FILE = ("決定", "時間", "決定的人", "結果", "比對數", "紀錄甲", "紀錄乙", "理由", "復原時間")


def likelihood(value: float) -> str:
    return f"{value:.2f}"


def record_label(record: StandardRecord) -> str:
    """Where a record comes from, as the head of its column."""
    return f"{record.roster.label} {roc_day(record.period.first_day, 'month')}（{record.agency.label}）"


def source_words(row: SourceRecord) -> str:
    return f"{source_code(row.roster).label} {row.record_number}"


def queue_table(pairs: Iterable[ReviewPair], query: str, standing: Standing) -> Table:
    """Names are masked: who they are is seen, and recorded, when the pair is opened."""
    rows = []
    for pair in pairs:
        a, b = from_json(pair.record_a.content), from_json(pair.record_b.content)
        href = reverse("review-pair", args=[pair.pk]) + (f"?{query}" if query else "")
        rows.append(
            Row(
                (
                    Cell(likelihood(pair.probability)),
                    Cell(
                        f"{mask_name(a.name.text) or '（無姓名）'} ／ {mask_name(b.name.text) or '（無姓名）'}",
                        href=href,
                    ),
                    Cell(a.roster.label, sub=roc_day(a.period.first_day, "month")),
                    Cell(b.roster.label, sub=roc_day(b.period.first_day, "month")),
                    Cell(_why_asked(pair, standing)),
                )
            )
        )
    columns = (
        Column("可能性", numeric=True, narrow=True),
        Column("比對"),
        Column("甲"),
        Column("乙"),
        Column("為什麼問", narrow=True),
    )
    return Table("待覆核的比對", columns, rows, hide_caption=True)


def _why_asked(pair: ReviewPair, standing: Standing) -> str:
    if standing.is_whole(pair):
        return "答案影響大" if standing.is_in_doubt(pair) else "整區都問"
    return "隨機抽出" if standing.is_drawn(pair) else "答案影響大"


def queue_file_row(pair: ReviewPair) -> tuple[str | int | float, ...]:
    a, b = pair.record_a, pair.record_b
    return (
        pair.pk,
        round(pair.probability, 4),
        source_code(a.roster).label,
        a.record_number,
        source_code(b.roster).label,
        b.record_number,
    )


def home_table(mates: Sequence[HomeMate], side: str) -> Table:
    """Who else lives there by the last matching: often what settles who somebody is."""
    rows = [
        Row(
            (
                Cell(mate.record.name.raw.strip() or "（無姓名）"),
                Cell(birth_words(mate.record.birth) or "—"),
                Cell(mate.record.relation_raw or "—"),
            )
        )
        for mate in mates
    ]
    return Table(
        f"{side}現在的同戶成員", (Column("姓名"), Column("出生"), Column("稱謂")), rows, css="table--tight"
    )


def deed_table(deeds: Sequence[Deed], action: Callable[[Deed], str]) -> Table:
    rows = []
    for deed in deeds:
        one = deed.first
        what = (
            one.get_kind_display() if deed.count == 1 else f"{one.get_kind_display()}（一次 {deed.count} 對）"
        )
        state = tag("有效", "act") if deed.is_in_force else tag("已復原", "line")
        rows.append(
            Row(
                (
                    Cell(moment_text(one.decided_at), sub=one.decided_by_name),
                    Cell(what, sub=one.reason),
                    Cell(source_words(one.record_a)),
                    Cell(source_words(one.record_b)),
                    Cell(state, sub=moment_text(one.undone_at) if one.undone_at else ""),
                ),
                action(deed),
            )
        )
    columns = (Column("決定"), Column("結果"), Column("甲"), Column("乙"), Column("狀態"))
    return Table("最近的決定", columns, rows, hide_caption=True)


def record_choices(records: Sequence[RecordView]) -> list[tuple[RecordView, dict[str, str], str]]:
    """A person's records for the split: the record, what it shows, and where it comes from."""
    return [(view, shown(view.record), record_label(view.record)) for view in records]
