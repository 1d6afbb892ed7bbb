"""Rows have the shares of errors that the profile names."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter

import pytest

from anwang.simulate import identity, names, writing
from anwang.simulate.county import County, make_county
from anwang.simulate.places import Home
from anwang.simulate.profile import Errors
from anwang.simulate.profiles import HARSHER, PROFILES, STANDARD
from anwang.simulate.rows import RosterRow
from anwang.standard.codes import RosterCode
from anwang.standard.record import Period

MARCH = Period(2026, 3)


@pytest.fixture(scope="module", params=sorted(PROFILES))
def county(request: pytest.FixtureRequest) -> County:
    return make_county(21, 1_500, PROFILES[request.param])


def _texts(county: County, roster: RosterCode, field: str) -> list[tuple[RosterRow, str]]:
    sheet = county.month(MARCH).rosters[roster]
    header = sheet.layout.header(field)
    assert header is not None
    return [(row, row.cells[header]) for row in sheet.good]


def _share(texts: list[tuple[RosterRow, str]], test: str) -> float:
    return sum(re.search(test, text) is not None for _, text in texts) / len(texts)


def test_the_register_has_the_profiles_shares(county: County) -> None:
    errors = county.profile.errors
    register = RosterCode.HOUSEHOLD_REGISTER
    living = sum(len(h.members) for h in county.population.households.values())
    rows = list(county.month(MARCH).rosters[register].good)
    assert len(rows) / living == pytest.approx(county.profile.services.register_answer, abs=0.03)
    assert _share(_texts(county, register, "id_number"), "^$") == pytest.approx(
        errors.id_missing_register, abs=0.03
    )
    masked = _share(_texts(county, register, "id_number"), r"\*")
    assert masked == pytest.approx(errors.id_masked, abs=0.012)
    assert _share(_texts(county, register, "birth"), "^$") == pytest.approx(errors.birth_missing, abs=0.025)
    addresses = _texts(county, register, "address")
    assert _share(addresses, "^$") == pytest.approx(errors.address_missing, abs=0.02)
    written = [pair for pair in addresses if pair[1]]
    assert _share(written, "宜蘭縣") == pytest.approx(1 - errors.address_no_county, abs=0.05)
    assert _share(written, "[０-９]") == pytest.approx(errors.address_full_width, abs=0.03)
    assert _share(written, "鄰") == pytest.approx(
        errors.address_village * errors.address_neighbourhood, abs=0.06
    )


def test_service_rows_have_the_profiles_shares(county: County) -> None:
    errors, persons = county.profile.errors, county.population.persons
    family = _texts(county, RosterCode.VULNERABLE_FAMILY, "id_number")
    outreach = _texts(county, RosterCode.CHILD_OUTREACH, "id_number")
    for child, missing in ((False, errors.id_missing), (True, errors.id_missing_child)):
        some = [p for p in family + outreach if (persons[p[0].person].age(MARCH.last_day) < 18) is child]
        assert _share(some, "^$") == pytest.approx(missing, abs=0.06)
    right = [(row, text) for row, text in family if re.fullmatch(r"[A-Z][A-D1289]\d{8}", text)]
    wrong = sum(persons[row.person].id_number != text for row, text in right) / len(right)
    assert wrong == pytest.approx(errors.id_mistyped / (1 - errors.id_missing), abs=0.04)
    called = _texts(county, RosterCode.VULNERABLE_FAMILY, "name")
    same = sum(persons[row.person].name == text for row, text in called) / len(called)
    assert 0.80 < same < 0.97
    assert 0 < _share(called, "○") < 2.5 * errors.name_masked


def test_each_roster_has_a_size_like_the_samples() -> None:
    months = [make_county(seed, 1_500, STANDARD).month(MARCH) for seed in (1, 2)]
    sizes: Counter[RosterCode] = Counter()
    for month in months:
        sizes.update({roster: len(list(sheet.good)) // 2 for roster, sheet in month.rosters.items()})
    samples = {
        RosterCode.VULNERABLE_FAMILY: 523, RosterCode.CHILD_OUTREACH: 214, RosterCode.EMERGENCY_RELIEF: 160,
        RosterCode.SUICIDE_REPORT: 114, RosterCode.HEALTH_CASE: 235, RosterCode.POLICE_VISIT: 92,
        RosterCode.SCHOOL_DROPOUT: 77, RosterCode.EMPLOYMENT: 202, RosterCode.HOUSEHOLD_REGISTER: 2362,
    }  # fmt: skip
    for roster, size in samples.items():
        assert sizes[roster] == pytest.approx(size, rel=0.25), roster


def test_other_wordings_share_few_headers_with_the_samples() -> None:
    plain, other = make_county(1, 20, STANDARD), make_county(1, 20, HARSHER)
    for roster in RosterCode:
        ours = {header for _, header in plain.layouts[roster].columns}
        theirs = {header for _, header in other.layouts[roster].columns}
        assert len(ours & theirs) <= len(ours) / 2
        headers = [header for _, header in other.layouts[roster].columns]
        assert len(headers) == len(set(headers))


@pytest.mark.parametrize("seed", range(40))
def test_identity_numbers_have_their_check_digit(seed: int) -> None:
    rng = random.Random(seed)
    letters = "ABCDEFGHJKLMNPQRSTUVXYWZIO"

    def rest(number: str) -> int:
        """The law's sum: tens and ones of the letter, weights 9 to 1 (戶籍法施行細則 on 統一編號)."""
        value = 10 + letters.index(number[0])
        second = number[1] if number[1].isdigit() else str((10 + letters.index(number[1])) % 10)
        digits = f"{value}{second}{number[2:]}"
        weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
        return sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10

    assert rest("A123456789") == 0  # the textbook number
    assert rest(identity.national(rng, rng.choice("MF"))) == 0
    for new_form in (True, False):
        assert rest(identity.resident(rng, "F", new_form, valid=True)) == 0
        assert rest(identity.resident(rng, "F", new_form, valid=False)) != 0


@pytest.mark.parametrize(
    "share", ["name_homophone", "name_wrong_character", "name_swapped", "name_dropped_character"]
)
def test_a_wrong_name_keeps_its_surname(share: str) -> None:
    none = {f: 0.0 for f in Errors.__dataclass_fields__ if f.startswith("name_")}
    errors = Errors(**{**none, share: 1.0})
    rng = random.Random(4)
    changed = [names.wrong(rng, errors, name) for name in ("陳宏志", "歐陽美玲", "林俊傑", "王淑芬")]
    assert [c[:1] for c in changed] == ["陳", "歐", "林", "王"]
    assert all(c != name for c, name in zip(changed, ("陳宏志", "歐陽美玲", "林俊傑", "王淑芬"), strict=True))
    assert names.wrong(rng, Errors(**none), "陳宏志") == "陳宏志"


def test_addresses_and_dates_as_clerks_spell_them() -> None:
    quiet = {f: 0.0 for f in Errors.__dataclass_fields__ if f.startswith("address_")}
    home = Home("宜蘭市", "泰山里", 5, "神農路一段", 102, 3, 463, 8, 11)
    text = writing.address_text(random.Random(1), Errors(**quiet, floor_styles=(0, 0, 1)), home)
    assert re.fullmatch("宜蘭縣宜蘭市神農路一段102巷3弄463(-8號|之8號|號之8)十一樓", text)
    assert writing.address_text(
        random.Random(1), Errors(**{**quiet, "address_road_only": 1.0}), home
    ).endswith("宜蘭市神農路一段")
    birth = dt.date(1984, 1, 8)
    assert {style: writing.date_text(birth, style) for style in ("roc_compact", "roc_words", "iso")} == {
        "roc_compact": "0730108",
        "roc_words": "民國73年1月8日",
        "iso": "1984-01-08",
    }
    assert writing.date_text(birth, "roc_compact", year_only=True) == "073"
