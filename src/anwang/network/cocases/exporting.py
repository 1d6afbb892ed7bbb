"""The month's lists by the senders' own record numbers, for other systems (`anwang export lists`)."""

from __future__ import annotations

from anwang.standard.codes import RosterCode
from anwang.standard.record import Period

from .facts import ListCode
from .models import LISTED, ListEntry

GROUPS = "cocase_households"


def lists_json(period: Period) -> dict[str, list[list[str]] | list[str]]:
    """The lists as they were made; sorted, so the same lists give the same text. Reads as the acting context.

    `cocase_households`: the service records of each household of the month, a group each (no register rows);
    `xingfu`: the suicide reports; `high_risk_child`: every record of the child in that month; `missing_child`: the rows
    that say so. Open cases (待查) and what ended or was decided not to be sent are left out.
    """
    groups: list[list[str]] = []
    subjects: dict[ListCode, set[str]] = {code: set() for code in ListCode if code is not ListCode.COCASE}
    for list_code, subject_records, behind in ListEntry.objects.filter(
        period=period.first_day, standing__in=LISTED, left_out__isnull=True
    ).values_list("list_code", "subject_records", "behind"):
        wanted = set(subject_records)
        numbers = {
            record["number"]
            for record in behind
            if record["key"] in wanted
            and (list_code != ListCode.COCASE or RosterCode(record["roster"]).is_service)
        }
        if list_code == ListCode.COCASE:
            groups.append(sorted(numbers))
        else:
            subjects[ListCode(list_code)] |= numbers
    lists: dict[str, list[list[str]] | list[str]] = {GROUPS: sorted(groups)}
    return lists | {code.value: sorted(numbers) for code, numbers in subjects.items()}
