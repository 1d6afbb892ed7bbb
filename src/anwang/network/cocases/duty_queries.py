"""The office's duties to send, taken together by list, month and day: thirty lines of one deed are one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from anwang.platform.models import Deadline

from .documents import month_text
from .duties import KIND, SEND
from .models import ListSending


@dataclass(frozen=True, slots=True)
class Together:
    """Duties shown as one, with one clock. `units` names whom they are about; empty for a duty that stands alone."""

    first: Deadline
    label: str
    url: str
    units: tuple[str, ...] = ()

    @property
    def due_at(self) -> dt.datetime:
        return self.first.due_at


def together(deadlines: Iterable[Deadline]) -> list[Together]:
    """Sendings of one list and month that are due at the same moment become one; the order stays.

    The acting member must be one who sees the sendings (purpose of the monthly lists); what is not seen stands alone.
    """
    duties = list(deadlines)
    to_send = {duty.pk: duty for duty in duties if duty.subject_kind == KIND and duty.rule_id == SEND}
    numbers = {pk: int(duty.subject_id.partition(".")[0]) for pk, duty in to_send.items()}
    sendings = {
        found.pk: found
        for found in ListSending.objects.filter(pk__in=set(numbers.values())).select_related("unit")
    }
    groups: dict[object, list[Deadline]] = {}
    for duty in duties:
        sending = sendings.get(numbers.get(duty.pk, 0))
        key = (sending.period, sending.list_code, duty.due_at) if sending else duty.pk
        groups.setdefault(key, []).append(duty)
    return [
        _one([(each, sendings.get(numbers.get(each.pk, 0))) for each in group]) for group in groups.values()
    ]


def _one(group: list[tuple[Deadline, ListSending | None]]) -> Together:
    first, sending = group[0]
    if sending is None or len(group) == 1:
        return Together(first, first.label, first.url)
    label = f"送出{month_text(sending.period)}{sending.get_list_code_display()}名單給 {len(group)} 個單位"
    url = f"/lists/{sending.period.year - 1911}-{sending.period.month:02d}/?list={sending.list_code}"
    return Together(first, label, url, tuple(each.unit.name for _, each in group if each is not None))
