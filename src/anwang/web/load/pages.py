"""單位負荷: what is overdue and what falls due soon in the supervisor's unit, by owner and by rule."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.queries import member_names, members_of_unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.county_policy import policy_in_force
from anwang.platform.worklist import Load, View, load, shown
from anwang.web.clocks import clock_text
from anwang.web.components import Basis, Cell, Choice, Column, Filter, Pages, Row, Table
from anwang.web.downloads import list_download
from anwang.web.duties import COLUMNS, FILE_COLUMNS, alone, around, duty_rows, file_rows
from anwang.web.paging import page_number
from anwang.web.reading import row_number

PAGE = 50
EXPORT_LIMIT = 10_000
UNIT = "unit"
"""What stands for the unit itself where an owner is chosen."""
_SOON = "load.soon_days"
STATES = (("", "全部"), ("overdue", "逾期"), ("soon", "即將到期"), ("risen", "已升級"))


@dataclass(frozen=True, slots=True)
class Sums:
    """A line of a summary: counts, and the most pressing moment (None: nothing open)."""

    open: int = 0
    overdue: int = 0
    soon: int = 0
    risen: int = 0
    first_due_at: dt.datetime | None = None

    def __add__(self, other: Load | Sums) -> Sums:
        moments = [each for each in (self.first_due_at, other.first_due_at) if each is not None]
        return Sums(
            self.open + other.open,
            self.overdue + other.overdue,
            self.soon + other.soon,
            self.risen + other.risen,
            min(moments, default=None),
        )


@sign_in_required
@require_GET
def load_page(request: MemberRequest) -> HttpResponse:
    """The unit's open duties by owner and by rule; with `?format=ods` or `csv` each owner and rule as a line."""
    access = require(request, Permission.SEE_UNIT_LOAD)
    now = timezone.localtime(timezone.now())
    unit_id = access.unit_id or 0
    days, soon = _soon(now)
    found = load(unit_id=unit_id, now=now, soon=soon)
    owners = _owners(unit_id, found, now)
    rules = _rules(found)
    suffix = request.GET.get("format", "")
    if suffix:
        columns = ("承辦", "規則", "待辦", "逾期", f"{days} 日內到期", "已升級")
        return list_download("單位負荷", suffix, columns, _file_rows(found, owners))
    by_owner = _summed(found, lambda each: str(each.owner_member_id or UNIT))
    by_rule = _summed(found, lambda each: rule_name(each.rule_label))
    total = sum(by_owner.values(), Sums())
    labels = ("待辦", "逾期", f"{days} 日內到期", "已升級")
    numbers = tuple(Column(label, numeric=True, narrow=True) for label in labels)
    last = Column("最近期限", narrow=True)
    policy = policy_in_force()
    return render(
        request,
        "load/load.html",
        {
            "nav": "load",
            "now": now,
            "days": days,
            "total": total,
            "basis": Basis(
                policy.parameter(_SOON).label_zh,
                "".join([f"目前設定 {days} 日。", *policy.flags(_SOON)]),
                str(policy.citation(_SOON)),
                about="即將到期",
            ),
            "owners": Table(
                "依承辦",
                (Column("承辦"), *numbers, last),
                [_line("owner", key, name, by_owner.get(key, Sums()), now) for key, name in owners.items()],
                hide_caption=True,
            ),
            "rules": Table(
                "依規則",
                (Column("規則"), *numbers, last),
                [_line("rule", name, name, by_rule[name], now) for name in rules],
                hide_caption=True,
            ),
        },
    )


@sign_in_required
@require_GET
def duties(request: MemberRequest) -> HttpResponse:
    """The unit's duties, filtered by owner, rule and state."""
    access = require(request, Permission.SEE_UNIT_LOAD)
    now = timezone.localtime(timezone.now())
    unit_id = access.unit_id or 0
    _, soon = _soon(now)
    chosen = {name: request.GET.get(name, "").strip()[:64] for name in ("owner", "rule", "state")}
    found = shown(View.UNIT, unit_id=unit_id, member_id=None, now=now)
    if chosen["owner"] == UNIT:
        found = found.filter(owner_member_id=None)
    elif (owner := row_number(chosen["owner"])) is not None:
        found = found.filter(owner_member_id=owner)
    every = load(unit_id=unit_id, now=now, soon=soon)
    named = _rules(every)
    if chosen["rule"]:
        found = found.filter(rule_label__in=named.get(chosen["rule"], ()))
    match chosen["state"]:
        case "overdue":
            found = found.filter(due_at__lt=now)
        case "soon":
            found = found.filter(due_at__gte=now, due_at__lt=soon)
        case "risen":
            found = found.filter(due_at__lt=now, escalation_level__gt=0)
    suffix = request.GET.get("format", "")
    if suffix:
        lines = list(found[:EXPORT_LIMIT])
        known = around(lines, unit_id=unit_id, member_id=access.member_id)
        return list_download("單位待辦", suffix, FILE_COLUMNS, file_rows(lines, now, known))
    total = found.count()
    pages = Pages(min(page_number(request), max(1, -(-total // PAGE))), PAGE, total, chosen)
    lines = list(found[(pages.number - 1) * PAGE : pages.number * PAGE])
    known = around(lines, unit_id=unit_id, member_id=access.member_id)
    owners = [Choice(key, name) for key, name in _owners(unit_id, every, now).items()]
    rules = [Choice(name, name) for name in named]
    return render(
        request,
        "load/duties.html",
        {
            "nav": "load",
            "now": now,
            "found": total,
            "query": urlencode({name: value for name, value in chosen.items() if value}),
            "table": Table(
                "單位待辦", COLUMNS, duty_rows([alone(each) for each in lines], now, known), hide_caption=True
            ),
            "pages": pages,
            "filters": [
                Filter("owner", "承辦", chosen["owner"], [Choice("", "全部"), *owners]),
                Filter("rule", "規則", chosen["rule"], [Choice("", "全部"), *rules]),
                Filter("state", "期限", chosen["state"], [Choice(*each) for each in STATES]),
            ],
        },
    )


def _soon(now: dt.datetime) -> tuple[int, dt.datetime]:
    days = policy_in_force().number(_SOON, on=now.date())
    return days, now + dt.timedelta(days=days)


def _owners(unit_id: int, found: Iterable[Load], now: dt.datetime) -> dict[str, str]:
    """The unit itself, everybody with a post in it (also who has nothing open), and who still holds duties of it."""
    here = members_of_unit(unit_id, timezone.localdate(now))
    owning = {each.owner_member_id for each in found if each.owner_member_id is not None}
    gone = member_names(owning - set(here))
    found_names = {UNIT: "單位（未分派承辦）"}
    found_names |= {str(pk): name for pk, name in here.items()}
    found_names |= {
        str(pk): f"{gone.get(pk, '已離職成員')}（已不在本單位）" for pk in sorted(owning - set(here))
    }
    return found_names


UNNAMED = "其他期限"
_TERM = re.compile("[（，].*$")


def rule_name(label: str) -> str:
    """What a rule is called, without its term: that differs by programme and risk level. Duties that were opened before
    every rule had a name stand together."""
    return _TERM.sub("", label) or UNNAMED


def _rules(found: Iterable[Load]) -> dict[str, set[str]]:
    """The names of the rules, in order, each with the labels that say it."""
    labels: dict[str, set[str]] = defaultdict(set)
    for each in found:
        labels[rule_name(each.rule_label)].add(each.rule_label)
    return dict(sorted(labels.items()))


def _summed(found: Iterable[Load], key: Callable[[Load], str]) -> dict[str, Sums]:
    sums: dict[str, Sums] = defaultdict(Sums)
    for each in found:
        sums[key(each)] += each
    return dict(sums)


def _line(name: str, key: str, label: str, sums: Sums, now: dt.datetime) -> Row:
    def number(count: int, state: str = "") -> Cell:
        query = urlencode({name: key, **({"state": state} if state else {})})
        if not count:
            return Cell("0", css="is-nothing")
        return Cell(str(count), href=f"{reverse('load-duties')}?{query}")

    return Row(
        (
            Cell(label),
            number(sums.open),
            number(sums.overdue, "overdue"),
            number(sums.soon, "soon"),
            number(sums.risen, "risen"),
            clock_text(sums.first_due_at, now).text if sums.first_due_at else "—",
        ),
        urgent=bool(sums.overdue),
    )


def _file_rows(
    found: Iterable[Load], owners: dict[str, str]
) -> Iterator[tuple[str, str, int, int, int, int]]:
    sums: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for each in found:
        sums[owners[str(each.owner_member_id or UNIT)], rule_name(each.rule_label)] += each
    for (owner, rule), line in sums.items():
        yield owner, rule, line.open, line.overdue, line.soon, line.risen
