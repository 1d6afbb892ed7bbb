"""Where else a person or household is shown: whoever opened one of these has seen them too (誰看過)."""

from __future__ import annotations

from django.db.models import Q

from anwang.people.registry.models import HouseholdMembership
from anwang.standard.record import Period

from .models import ListEntry, SendingEntry

Subject = tuple[str, str]  # kind and number, as the audit log names what was opened


def shown_in(kind: str, number: int) -> tuple[Subject, ...]:
    """Subjects of the log that show a `person` or a `household`: the households that a person lived in, the month's
    lists that name them, their own entries there, and the copies that units received. Only what the acting context may see."""
    homes = [number]
    if kind == "person":
        homes = sorted(
            set(HouseholdMembership.objects.filter(person_id=number).values_list("household_id", flat=True))
        )
    on_list = Q(household_id__in=homes) & (
        Q(person_id=None) | Q(person_id=number) if kind == "person" else Q()
    )
    listed = ListEntry.objects.filter(on_list)
    lists = {
        f"{Period(period.year, period.month).roc}/{code}"
        for period, code in listed.values_list("period", "list_code")
    }
    entries = listed.order_by("pk").values_list("pk", flat=True)
    copies = SendingEntry.objects.filter(entry__in=listed.values("pk")).values_list("sending_id", flat=True)
    return (
        *(("household", str(home)) for home in homes if kind == "person"),
        *(("list", name) for name in sorted(lists)),
        *(("list_entry", str(entry)) for entry in entries),
        *(("list_sending", str(sending)) for sending in sorted(set(copies))),
    )
