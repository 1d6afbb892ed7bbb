"""The main job on a small demo county: nine rosters a month in, persons, households and lists out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from anwang.network.cocases.exporting import lists_json
from anwang.network.cocases.making import make_lists
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.models import PairDecision
from anwang.people.linkage.running import model_path, run_linkage
from anwang.people.registry.exporting import links_of
from anwang.people.registry.models import HouseholdMembership, SearchKey, SourceRecord, Touchpoint, ViewGrant
from anwang.people.rosters.actions import Loader, load_file
from anwang.people.rosters.models import RosterReceipt
from anwang.people.rosters.recognition import Given
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.simulate.county import County, make_county
from anwang.simulate.files import write_rosters
from anwang.simulate.scoring import score_links, score_lists
from anwang.standard.record import Period
from tests.county import establish

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 5, 2, 9, 0, tzinfo=dt.UTC)
LOADER = Loader(SYSTEM, "測試")


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(115, 160)


def _load(county: County, period: Period, folder: Path) -> list[RosterReceipt]:
    where = folder / period.roc
    where.mkdir(exist_ok=True)
    return [
        receipt
        for path in write_rosters(county.month(period), where).values()
        for receipt in load_file(path=path, file_name=path.name, given=Given(), loader=LOADER, now=NOW)
    ]


def _link() -> None:
    run_linkage(by=SYSTEM, by_name="測試", now=NOW)


def _links(period: Period) -> dict[str, tuple[int | None, int | None]]:
    with acting(SYSTEM):
        return {number: (person, household) for number, person, household in links_of(period)}


def test_two_months_from_files_to_lists(county: County, tmp_path: Path) -> None:
    establish("data")
    march, april = county.first, county.first.next()
    receipts = _load(county, march, tmp_path)
    assert {r.state for r in receipts} == {"accepted"}
    assert len(receipts) == 9
    assert [r.refused for r in receipts] == [2] * 9
    assert sum(r.added for r in receipts) == len(county.month(march).truth.person_of)

    again = _load(county, march, tmp_path)
    assert [r.pk for r in again] == [r.pk for r in receipts], "the same file again gives the earlier receipt"

    _link()
    made = make_lists(period=march, by=SYSTEM, by_name="測試", now=NOW)
    before = _links(march)
    assert all(person and household for person, household in before.values())
    with acting(SYSTEM):
        first_lists = lists_json(march)
    assert sum(made.counts.values()) > 0

    _load(county, april, tmp_path)
    _link()
    make_lists(period=april, by=SYSTEM, by_name="測試", now=NOW)
    after = _links(march)
    stayed = sum(after[number][0] == person for number, (person, _) in before.items())
    assert stayed / len(before) > 0.99, "persons keep their numbers from month to month"

    truths = [county.month(march).truth, county.month(april).truth]
    found = score_links(truths, after | _links(april))
    assert found.persons.f1 > 0.97
    assert found.households.f1 > 0.97
    scores = score_lists(truths[0], first_lists)
    assert scores.xingfu.f1 > 0.9
    assert scores.missing_child.f1 > 0.9
    assert scores.cocase_pairs.f1 > 0.9

    with acting(SYSTEM):
        homes = Counter(
            HouseholdMembership.objects.filter(until_on__isnull=True).values_list("person_id", flat=True)
        )
        assert max(homes.values()) == 1, "nobody has two current homes"
        assert Touchpoint.objects.filter(closed_on__isnull=False).exists()
        assert Touchpoint.objects.filter(closed_on__isnull=True).exists()
        assert SearchKey.objects.exists()
        grants = set(ViewGrant.objects.values_list("unit__code", flat=True))
        assert "luodong_center" in grants
        assert "civil_office" not in grants, "the household register is no service"
        assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
            "loaded_roster",
            "linked",
            "made_lists",
        }


def test_running_again_changes_nothing(county: County, tmp_path: Path) -> None:
    establish("data")
    _load(county, county.first, tmp_path)
    _link()
    before = _links(county.first)
    with acting(SYSTEM):
        memberships = set(HouseholdMembership.objects.values_list("pk", "person_id", "household_id"))
    _link()
    assert _links(county.first) == before
    with acting(SYSTEM):
        assert set(HouseholdMembership.objects.values_list("pk", "person_id", "household_id")) == memberships


def test_what_persons_decide_survives_every_run(county: County, tmp_path: Path) -> None:
    establish("data")
    _load(county, county.first, tmp_path)
    _link()
    with acting(SYSTEM):
        by_person: dict[int, list[int]] = {}
        for pk, person in SourceRecord.objects.order_by("pk").values_list("pk", "person_id"):
            by_person.setdefault(person, []).append(pk)
        together = next(records for records in by_person.values() if len(records) >= 2)
        alone = [records[0] for records in by_person.values() if len(records) == 1][:2]
        for kind, pair in (("different", together[:2]), ("same", alone)):
            PairDecision.objects.create(
                record_a_id=min(pair),
                record_b_id=max(pair),
                kind=kind,
                decided_by=1,
                decided_by_name="測試",
                decided_at=NOW,
            )
    for _ in range(2):
        _link()
        with acting(SYSTEM):
            person = dict(SourceRecord.objects.values_list("pk", "person_id"))
        assert person[together[0]] != person[together[1]]
        assert person[alone[0]] == person[alone[1]]
    with acting(SYSTEM):
        PairDecision.objects.update(undone_at=NOW)
    _link()
    with acting(SYSTEM):
        person = dict(SourceRecord.objects.values_list("pk", "person_id"))
    assert person[together[0]] == person[together[1]]
    assert person[alone[0]] != person[alone[1]]


@pytest.mark.parametrize("text", ["{", '{"anwang": {"version": 1}}'], ids=["damaged", "older version"])
def test_a_model_that_cannot_be_used_is_made_anew(county: County, tmp_path: Path, text: str) -> None:
    establish("data")
    _load_suicide_reports(county, tmp_path)
    _link()
    before = _links(county.first)
    model_path().write_text(text, "utf-8")
    _link()
    assert _links(county.first) == before
    assert LinkageModel.load(model_path()).hash


def test_a_record_corrected_twice_keeps_its_person(county: County, tmp_path: Path) -> None:
    establish("data")
    path = _load_suicide_reports(county, tmp_path)
    _link()
    before = _links(county.first)
    text = path.read_bytes()
    encoding = "utf-8-sig" if text.startswith(b"\xef\xbb\xbf") else "cp950"
    lines = text.decode(encoding).splitlines(keepends=True)
    for number in ("0911000111", "0922000222"):
        cells = lines[-4].split(",")
        corrected = [*lines[:-4], ",".join([*cells[:5], number, *cells[6:]]), *lines[-3:]]
        path.write_text("".join(corrected), encoding)
        (receipt,) = load_file(path=path, file_name=path.name, given=Given(), loader=LOADER, now=NOW)
        assert (receipt.added, receipt.changed, receipt.withdrawn) == (0, 1, 0)
    _link()
    assert _links(county.first) == before


def _load_suicide_reports(county: County, folder: Path) -> Path:
    paths = write_rosters(county.month(county.first), folder)
    path = next(p for code, p in paths.items() if code == "suicide_report")
    assert path.suffix == ".csv"
    load_file(path=path, file_name=path.name, given=Given(), loader=LOADER, now=NOW)
    return path
