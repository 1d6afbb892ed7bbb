"""A small seeded maker of standard records with their truth, for the tests of the linkage.

Nothing to do with the demo county (`simulate`): it skips files and spelling, so that the linkage can be tested on
what it really gets. Every error that the rosters show is here, with its rate in `Errors`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from anwang.standard.codes import IdKind, IdState, Relation, RosterCode, Sex
from anwang.standard.record import Address, IdNumber, PartialDate, Period, PersonName, Phone, StandardRecord

SURNAMES = "陳陳陳陳林林林黃黃張張李李王王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊江何呂"
POPULAR = [
    "淑芬",
    "美玲",
    "志明",
    "家豪",
    "俊傑",
    "怡君",
    "雅婷",
    "宗翰",
    "冠宇",
    "詩涵",
    "承恩",
    "品睿",
    "秀英",
    "金龍",
    "玉蘭",
    "文雄",
    "添財",
    "佳穎",
    "柏翰",
    "心怡",
]
CHARS = "志明淑芬美玲家豪俊傑怡君雅婷宗翰冠宇詩涵承恩品睿秀英金龍玉蘭文雄添財佳穎柏心宏維育德永福雲晴安芷瑜若慧哲軒"
SOUNDALIKE = {
    "志": "智",
    "玲": "伶",
    "芬": "紛",
    "傑": "杰",
    "君": "均",
    "宏": "弘",
    "育": "昱",
    "佳": "嘉",
    "廷": "庭",
}
ROADS = ["中山路", "復興路", "神農路", "泰山路", "永興路", "冬山路", "公正路", "純精路", "青雲路", "吉祥路"]
TOWNS = ["宜蘭市", "羅東鎮", "蘇澳鎮", "頭城鎮", "礁溪鄉", "冬山鄉"]
LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


@dataclass(frozen=True)
class Errors:
    """Rates of the errors; `worse()` is a harsher county."""

    id_missing: float = 0.22
    child_id_missing: float = 0.45
    id_typo: float = 0.06
    id_masked: float = 0.02
    birth_missing: float = 0.14
    birth_year_only: float = 0.10
    birth_wrong: float = 0.03
    name_masked: float = 0.02
    name_cut: float = 0.012
    name_sound: float = 0.015
    name_changed: float = 0.03
    address_missing: float = 0.06
    address_cut: float = 0.03
    phone_missing: float = 0.2
    phone_changed: float = 0.1
    moved: float = 0.14
    twice: float = 0.02
    twins: float = 0.03
    flats: float = 0.12

    def worse(self, times: float) -> Errors:
        return Errors(**{name: min(0.6, rate * times) for name, rate in self.__dict__.items()})


@dataclass
class Member:
    surname: str
    given: str
    relation: Relation
    sex: Sex
    birth: tuple[int, int, int]
    number: str
    mobile: str
    new_given: str = ""
    rosters: tuple[RosterCode, ...] = ()


@dataclass
class Home:
    number: str
    members: list[Member]
    address: Address
    old: Address | None
    landline: str


@dataclass
class County:
    records: dict[int, StandardRecord] = field(default_factory=dict)
    person: dict[int, int] = field(default_factory=dict)
    household: dict[int, int] = field(default_factory=dict)


def id_number(rng: random.Random, sex: Sex) -> str:
    """A national ID with a right check digit."""
    letter = rng.choice(LETTERS)
    digits = ("1" if sex is Sex.MALE else "2") + "".join(rng.choice("0123456789") for _ in range(7))
    code = LETTERS.index(letter) + 10
    total = code // 10 + code % 10 * 9 + sum(int(c) * w for c, w in zip(digits, range(8, 0, -1), strict=True))
    return letter + digits + str(-total % 10)


def _given(rng: random.Random) -> str:
    return rng.choice(POPULAR) if rng.random() < 0.4 else rng.choice(CHARS) + rng.choice(CHARS)


def _address(rng: random.Random, doors: list[Address], errors: Errors) -> Address:
    if doors and rng.random() < errors.flats:
        door = rng.choice(doors)
        taken = {a.floor for a in doors if a.door == door.door}
        floor = next(str(f) for f in range(2, 30) if str(f) not in taken)
        address = Address(door.raw, "宜蘭縣", door.township, road=door.road, section=door.section, lane=door.lane,
                          number=door.number, floor=floor)  # fmt: skip
    else:
        address = Address("", "宜蘭縣", rng.choice(TOWNS), road=rng.choice(ROADS), section=rng.choice(["", "1", "2"]),
                          lane=rng.choice(["", str(rng.randint(1, 400))]), number=str(rng.randint(1, 500)),
                          floor=rng.choice(["", "", "", str(rng.randint(2, 12))]))  # fmt: skip
    doors.append(address)
    return address


def _member(
    rng: random.Random, surname: str, relation: Relation, age: tuple[int, int], sibling: str = ""
) -> Member:
    sex = rng.choice([Sex.MALE, Sex.FEMALE])
    given = _given(rng)
    if sibling and rng.random() < 0.35:
        given = sibling[0] + rng.choice(CHARS)
    birth = (2026 - rng.randint(*age), rng.randint(1, 12), rng.randint(1, 28))
    mobile = "09" + "".join(rng.choice("0123456789") for _ in range(8))
    return Member(surname, given, relation, sex, birth, id_number(rng, sex), mobile)


def _home(rng: random.Random, doors: list[Address], errors: Errors) -> Home:
    surname = rng.choice(SURNAMES)
    head = _member(rng, surname, Relation.SELF, (22, 85))
    members = [head]
    age = 2026 - head.birth[0]
    if rng.random() < 0.6:
        members.append(_member(rng, rng.choice(SURNAMES), Relation.SPOUSE, (max(20, age - 6), age + 6)))
    if age < 55:
        sibling = ""
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3])):
            child = _member(rng, surname, Relation.CHILD, (0, min(18, age - 19) if age > 20 else 1), sibling)
            if sibling and rng.random() < errors.twins:
                child.birth = members[-1].birth
            sibling = child.given
            members.append(child)
        if rng.random() < 0.12:
            members.append(_member(rng, surname, Relation.PARENT, (age + 20, age + 35)))
    for member in members:
        if rng.random() < errors.name_changed:
            member.new_given = _given(rng)
        child = member.relation is Relation.CHILD
        lists = [RosterCode.VULNERABLE_FAMILY]
        lists += [RosterCode.CHILD_OUTREACH if 2026 - member.birth[0] < 6 else RosterCode.SCHOOL_DROPOUT] if child else [
            RosterCode.HEALTH_CASE, RosterCode.EMERGENCY_RELIEF, RosterCode.EMPLOYMENT, RosterCode.POLICE_VISIT,
            RosterCode.SUICIDE_REPORT]  # fmt: skip
        member.rosters = tuple(code for code in lists if rng.random() < 0.14)
    old = _address(rng, doors, errors) if rng.random() < errors.moved else None
    landline = "03" + "".join(rng.choice("0123456789") for _ in range(7))
    return Home(
        "G" + "".join(rng.choice("0123456789") for _ in range(7)),
        members,
        _address(rng, doors, errors),
        old,
        landline,
    )


def name_of(surname: str, given: str) -> PersonName:
    text = surname + given
    return PersonName(text, text, surname, given, key=text)


def _name(rng: random.Random, member: Member, errors: Errors) -> PersonName:
    given = member.new_given if member.new_given and rng.random() < 0.5 else member.given
    roll = rng.random()
    if roll < errors.name_masked:
        given = "○" + given[1:]
    elif roll < errors.name_masked + errors.name_cut:
        given = given[:1]
    elif roll < errors.name_masked + errors.name_cut + errors.name_sound:
        given = "".join(SOUNDALIKE.get(c, c) for c in given)
    return name_of(member.surname, given)


def read_id(text: str) -> IdNumber:
    """An ID as the standard reads it: state by mask and check digit."""
    if "*" in text:
        return IdNumber(text, text, IdKind.NATIONAL, IdState.MASKED)
    code = LETTERS.index(text[0]) + 10
    total = code // 10 + code % 10 * 9
    total += sum(int(c) * w for c, w in zip(text[1:], [8, 7, 6, 5, 4, 3, 2, 1, 1], strict=True))
    return IdNumber(text, text, IdKind.NATIONAL, IdState.VALID if total % 10 == 0 else IdState.CHECK_FAILED)


def _id(rng: random.Random, member: Member, errors: Errors) -> IdNumber | None:
    child = member.relation is Relation.CHILD
    if rng.random() < (errors.child_id_missing if child else errors.id_missing):
        return None
    text = member.number
    if rng.random() < errors.id_typo:
        i = rng.randint(2, 9)
        text = text[:i] + rng.choice([c for c in "0123456789" if c != text[i]]) + text[i + 1 :]
    elif rng.random() < errors.id_masked:
        text = text[:4] + "*****" + text[-1]
    return read_id(text)


def _birth(rng: random.Random, member: Member, errors: Errors) -> PartialDate | None:
    y, m, d = member.birth
    roll = rng.random()
    if roll < errors.birth_missing:
        return None
    if roll < errors.birth_missing + errors.birth_year_only:
        return PartialDate(str(y), y)
    if rng.random() < errors.birth_wrong:
        y, m, d = rng.choice([(y + 1, m, d), (y - 10, m, d), (y, d if d < 13 else m, m), (y, 1, 1)])
    return PartialDate(f"{y}-{m}-{d}", y, m, d)


def _where(rng: random.Random, home: Home, old: bool, errors: Errors) -> Address | None:
    address = home.old if old and home.old else home.address
    roll = rng.random()
    if roll < errors.address_missing:
        return None
    if roll < errors.address_missing + errors.address_cut:
        return Address("", address.county, address.township, road=address.road, section=address.section)
    return address


def make(households: int, seed: int, errors: Errors = Errors(), months: int = 2) -> County:
    """`months` months of rosters of one population, keys shuffled."""
    rng = random.Random(seed)
    doors: list[Address] = []
    homes = [_home(rng, doors, errors) for _ in range(households)]
    out: list[tuple[StandardRecord, int, int]] = []
    period = Period(2026, 3)
    for _ in range(months):
        person = 0
        for h, home in enumerate(homes):
            for member in home.members:
                lists = [code for code in member.rosters if rng.random() < 0.9]
                lists += [code for code in lists if rng.random() < errors.twice]
                if rng.random() < 0.6:
                    lists.append(RosterCode.HOUSEHOLD_REGISTER)
                out += [(_row(rng, home, member, code, period, errors), person, h) for code in lists]
                person += 1
        period = period.next()
    rng.shuffle(out)
    county = County()
    for key, (record, person, h) in enumerate(out):
        county.records[key], county.person[key], county.household[key] = record, person, h
    return county


def _row(
    rng: random.Random, home: Home, m: Member, code: RosterCode, period: Period, errors: Errors
) -> StandardRecord:
    register = code is RosterCode.HOUSEHOLD_REGISTER
    head = home.members[0]
    phones: tuple[Phone, ...] = ()
    if not register and rng.random() > errors.phone_missing:
        digits = home.landline if m.relation is Relation.CHILD or rng.random() < 0.2 else m.mobile
        if rng.random() < errors.phone_changed:
            digits = "09" + "".join(rng.choice("0123456789") for _ in range(8))
        phones = (Phone(digits, digits, digits.startswith("09")),)
    family = code is RosterCode.VULNERABLE_FAMILY
    return StandardRecord(
        record_number=f"R{rng.randint(0, 10**9)}", agency=code.agency, roster=code, period=period, line=1,
        name=_name(rng, m, errors), id_number=_id(rng, m, errors), birth=_birth(rng, m, errors), sex=m.sex, phones=phones,
        address=_where(rng, home, rng.random() < 0.5, errors), household_number=home.number if register else "",
        relation=m.relation if register or family else None,
        reference_name=name_of(head.surname, head.given) if family else None,
        carer_name=name_of(head.surname, head.given) if code is RosterCode.CHILD_OUTREACH else None,
    )  # fmt: skip
