"""Households with records of several units, for tests: what matching would have made, written down by hand.

Three families, by what the Luodong centre knows of them: CHEN (own service, and a co-case with health and education),
LIN (the Yilan centre's alone: nothing of it is Luodong's), WANG (Luodong received it on a list, no own record).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.agencies.models import Unit
from anwang.network.cocases.models import ListEntry, ListSending, SendingEntry
from anwang.people.registry.actions import IncomingRecord, accept_records
from anwang.people.registry.matched import MembershipRow, new_identifiers, set_homes, set_memberships
from anwang.people.registry.models import ServicePresence, SourceRecord, ViewGrant
from anwang.people.registry.renewing import (
    TouchpointRow,
    renew_own_service_grants,
    renew_search_keys,
    set_roster_touchpoints,
)
from anwang.platform.context import SYSTEM, acting
from anwang.standard.addresses import read_address
from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.dates import read_date
from anwang.standard.identity import read_id_number
from anwang.standard.kinship import read_relation, sex_hint
from anwang.standard.names import read_name
from anwang.standard.phones import read_phones
from anwang.standard.record import Period, StandardRecord
from anwang.standard.vocabularies import read_sex

PERIOD = Period(2026, 3)
NOW = dt.datetime(2026, 4, 25, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@dataclass(frozen=True)
class Made:
    """Household and person numbers by the names used here."""

    households: dict[str, int]
    persons: dict[str, int]


@dataclass(frozen=True)
class Line:
    """One roster row of one person: `who` is the key of the person in the tests."""

    who: str
    home: str
    unit: str
    roster: RosterCode
    name: str
    birth: str = ""
    number: str = ""
    sex: str = ""
    phone: str = ""
    address: str = ""
    relation: str = ""
    reference: str = ""
    carer: str = ""
    household_number: str = ""
    details: tuple[tuple[str, str], ...] = ()
    opened: dt.date | None = None
    contact: dt.date | None = None


_V, _C, _H = RosterCode.VULNERABLE_FAMILY, RosterCode.CHILD_OUTREACH, RosterCode.HEALTH_CASE
_LUODONG, _HOME = "luodong_center", "宜蘭縣羅東鎮公正路186號3樓"

LINES = (
    Line(
        "建宏",
        "chen",
        _LUODONG,
        _V,
        "陳建宏",
        "70/5/12",
        "A123456789",
        "男",
        "0912-345-678",
        _HOME,
        "本人",
        "陳建宏",
        opened=dt.date(2025, 9, 8),
        contact=dt.date(2026, 2, 6),
    ),
    Line(
        "氏秋",
        "chen",
        _LUODONG,
        _V,
        "阮氏秋",
        "77/11/2",
        "",
        "女",
        "",
        _HOME,
        "配偶",
        "陳建宏",
        opened=dt.date(2025, 9, 8),
    ),
    Line(
        "品睿",
        "chen",
        _LUODONG,
        _V,
        "陳品睿",
        "102/1/20",
        "",
        "男",
        "",
        _HOME,
        "長子",
        "陳建宏",
        opened=dt.date(2025, 9, 8),
    ),
    Line(
        "小安",
        "chen",
        _LUODONG,
        _C,
        "陳小安",
        "112/10/28",
        "",
        "女",
        "",
        _HOME,
        carer="陳建宏",
        details=(("visit_result", "行方不明"),),
        opened=dt.date(2026, 1, 1),
        contact=dt.date(2026, 3, 12),
    ),
    Line(
        "氏秋",
        "chen",
        "health_office",
        _H,
        "阮氏秋",
        "77/11/2",
        "",
        "女",
        "0987000111",
        "宜蘭縣五結鄉祕密路9號",
        details=(("case_category", "精神疾病"), ("care_status", "未就醫")),
        opened=dt.date(2025, 6, 3),
    ),
    Line(
        "品睿",
        "chen",
        "education_office",
        RosterCode.SCHOOL_DROPOUT,
        "陳品睿",
        "102/1/20",
        "",
        "男",
        "",
        "",
        details=(("school", "機密國中"), ("dropout_status", "中輟")),
        opened=dt.date(2026, 2, 1),
    ),
    Line(
        "阿公",
        "chen",
        "health_office",
        _H,
        "陳隱藏",
        "38/3/3",
        "B123456780",
        "男",
        "0911222333",
        _HOME,
        details=(("case_category", "藥癮"),),
        opened=dt.date(2025, 6, 3),
    ),
    Line(
        "怡君",
        "lin",
        "yilan_center",
        _V,
        "林臺怡",
        "79/7/7",
        "F223456784",
        "女",
        "0922333444",
        "宜蘭縣宜蘭市中山路二段1號",
        "本人",
        "林臺怡",
        opened=dt.date(2026, 1, 5),
    ),
    Line(
        "志明",
        "wang",
        "police_office",
        RosterCode.POLICE_VISIT,
        "王志明",
        "66/6/6",
        "G123456784",
        "男",
        "0933444555",
        "宜蘭縣羅東鎮中正路5號",
        opened=dt.date(2026, 2, 2),
    ),
)


def settle() -> Made:
    """Load the rows and say who is who. The county must have been established."""
    with acting(SYSTEM):
        units = {unit.code: unit for unit in Unit.objects.select_related("agency")}
        _load(units)
        numbers = dict(SourceRecord.objects.values_list("record_number", "pk"))
        record_of = {index: numbers[f"R{index}"] for index in range(len(LINES))}
        people = list(dict.fromkeys(line.who for line in LINES))
        homes = list(dict.fromkeys(line.home for line in LINES))
        persons = dict(zip(people, new_identifiers("registry_person", len(people), NOW), strict=True))
        households = dict(zip(homes, new_identifiers("registry_household", len(homes), NOW), strict=True))
        set_homes(
            person_of={record_of[i]: persons[line.who] for i, line in enumerate(LINES)},
            household_of={record_of[i]: households[line.home] for i, line in enumerate(LINES)},
        )
        home_of = {line.who: line.home for line in LINES}
        set_memberships(
            rows=[
                MembershipRow(
                    persons[who], households[home], dt.date(2026, 3, 1), None, _evidence(who, home, record_of)
                )
                for who, home in home_of.items()
            ]
        )
        set_roster_touchpoints(rows=list(_touchpoints(units, persons, record_of)))
        renew_own_service_grants(now=NOW)
        renew_search_keys()
        _cocase(units, households["chen"])
        _list_to(units[_LUODONG], households["wang"], record_of)
    return Made(households, persons)


def _load(units: dict[str, Unit]) -> None:
    by_roster: dict[RosterCode, list[IncomingRecord]] = {}
    for index, line in enumerate(LINES):
        record = StandardRecord(
            f"R{index}",
            AgencyCode(units[line.unit].agency.code),
            line.roster,
            PERIOD,
            index + 2,
            read_name(line.name),
            read_id_number(line.number),
            read_date(line.birth),
            read_sex(line.sex) or sex_hint(line.relation),
            read_phones(line.phone),
            read_address(line.address) if line.address else None,
            line.household_number,
            read_relation(line.relation),
            line.relation,
            read_name(line.reference),
            read_name(line.carer),
            dict(line.details),
        )
        by_roster.setdefault(line.roster, []).append(
            IncomingRecord(record, f"hash{index}", units[line.unit].pk)
        )
    for roster, incoming in by_roster.items():
        accept_records(
            incoming=incoming,
            roster=roster,
            period=PERIOD,
            agency_id=units[LINES[int(incoming[0].record.record_number[1:])].unit].agency_id,
            receipt_id=1,
            now=NOW,
        )


def _evidence(who: str, home: str, record_of: dict[int, int]) -> list[dict[str, object]]:
    if home != "chen":
        return []
    rows = {line.who + line.unit: record_of[index] for index, line in enumerate(LINES)}
    found: list[dict[str, object]] = []
    if who in ("建宏", "氏秋", "品睿"):
        records = [rows[each + _LUODONG] for each in ("建宏", "氏秋", "品睿")]
        found.append(
            {
                "kind": "address",
                "label": "地址",
                "text": "地址同到 3 樓",
                "strength": "強",
                "records": records,
            }
        )
    if who == "小安":
        found.append(
            {
                "kind": "named",
                "text": "照顧者欄「陳建宏」",
                "strength": "中",
                "records": [rows["小安" + _LUODONG]],
            }
        )
    if who == "氏秋":
        both = [rows["氏秋" + _LUODONG], rows["氏秋health_office"]]
        found.append(
            {"kind": "phone", "label": "電話", "text": "同電話 0987000111", "strength": "強", "records": both}
        )
    if who == "阿公":
        records = [rows["阿公health_office"]]
        found.append(
            {
                "kind": "register",
                "label": "戶號",
                "text": "同戶號 G9999999",
                "strength": "很強",
                "records": records,
            }
        )
    return found


def _touchpoints(units: dict[str, Unit], persons: dict[str, int], record_of: dict[int, int]):  # type: ignore[no-untyped-def]
    for index, line in enumerate(LINES):
        assert line.opened is not None
        unit = units[line.unit]
        yield TouchpointRow(
            persons[line.who],
            unit.agency_id,
            unit.pk,
            line.roster.value,
            line.opened,
            None,
            line.contact,
            record_of[index],
        )


def _cocase(units: dict[str, Unit], household_id: int) -> None:
    for code in (_LUODONG, "health_office", "education_office"):
        ServicePresence.objects.create(
            household_id=household_id,
            agency_id=units[code].agency_id,
            unit=units[code],
            from_on=PERIOD.first_day,
        )
    _list_to(
        units[_LUODONG],
        household_id,
        {},
        "high_risk_child",
        "2 歲的陳小安：兩位成人照顧者都需要協助；戶內無其他親屬。",
    )


def _list_to(
    unit: Unit,
    household_id: int,
    record_of: dict[int, int],
    code: str = "cocase",
    reason: str = "兩個局處服務中。",
) -> None:
    """A list sent to a unit, with one entry, and what sending opens."""
    citation = "001 參三(六)1"
    entry = ListEntry.objects.create(
        list_code=code,
        period=PERIOD.first_day,
        household_id=household_id,
        standing="new",
        reason=reason,
        citation=citation,
        rule_id=code,
        policy_version="1",
        records=[],
        subject_records=[],
        made_at=NOW,
    )
    sending = ListSending.objects.create(
        list_code=code,
        period=PERIOD.first_day,
        unit=unit,
        due_at=NOW,
        citation=citation,
        sent_at=NOW,
        made_at=NOW,
    )
    SendingEntry.objects.create(
        sending=sending,
        entry=entry,
        unit=unit,
        household_id=household_id,
        standing="new",
        citation=citation,
        shown={"reason": reason},
        due_on=dt.date(2026, 4, 30),
        sent_at=NOW,
    )
    ViewGrant.objects.get_or_create(
        unit=unit,
        household_id=household_id,
        kind=ViewGrant.Kind.RECEIVED_LIST,
        defaults={"reason": "名單", "granted_at": NOW, "until_on": dt.date(2100, 1, 1)},
    )
