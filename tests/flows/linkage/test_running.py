"""Month after month: what one matching after the other finds, what it keeps, and when there is nothing to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from anwang.people.linkage import basis, queries
from anwang.people.linkage.actions import Reviewer, decide_pair, undo_decision
from anwang.people.linkage.basis import Decided, basis_of, program_in
from anwang.people.linkage.consolidate import consolidate
from anwang.people.linkage.link_settings import LinkSettings, settings_in_force
from anwang.people.linkage.model import LinkageModel, kept_model
from anwang.people.linkage.models import LinkRun, PairDecision
from anwang.people.linkage.result import LinkDecisions, Previous
from anwang.people.linkage.running import model_path, run_linkage
from anwang.people.registry.models import HouseholdMembership, SourceRecord, Touchpoint
from anwang.people.registry.queries import current_records
from anwang.people.rosters.actions import Loader, load_file
from anwang.people.rosters.recognition import Given
from anwang.platform.context import SYSTEM, Purpose, acting
from anwang.simulate.county import MonthOfRosters, make_county
from anwang.simulate.files import write_rosters
from anwang.simulate.profiles import PROFILES
from tests.county import context, establish

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 2, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
LATER = NOW + dt.timedelta(days=1)
SAME, DIFFERENT = PairDecision.Kind.SAME, PairDecision.Kind.DIFFERENT


@pytest.fixture
def months() -> list[MonthOfRosters]:
    establish("data")
    made = make_county(7, 70, PROFILES["harsher"])
    return [made.month(made.first), made.month(made.first.next())]


def load(month: MonthOfRosters, folder: Path) -> None:
    folder = folder / month.period.roc
    folder.mkdir()
    for path in write_rosters(month, folder).values():
        load_file(path=path, file_name=path.name, given=Given(), loader=Loader(SYSTEM, "test"), now=NOW)


def link(now: dt.datetime = NOW, *, again: bool = False) -> LinkRun:
    return run_linkage(by=SYSTEM, by_name="test", now=now, again=again)


def by_record(column: str) -> dict[int, int]:
    with acting(SYSTEM):
        return dict(SourceRecord.objects.filter(withdrawn_at__isnull=True).values_list("pk", column))


def parts(of: dict[int, int]) -> set[frozenset[int]]:
    """Which records stand together, whatever the number of their person."""
    found: dict[Hashable, set[int]] = {}
    for record, group in of.items():
        found.setdefault(group, set()).add(record)
    return set(map(frozenset, found.values()))


def written() -> tuple[list[int], list[int]]:
    """The rows that a matching writes about persons, by their numbers: a row that is written anew has another."""
    with acting(SYSTEM):
        services, homes = (
            sorted(table.objects.values_list("pk", flat=True)) for table in (Touchpoint, HouseholdMembership)
        )
    return services, homes


def model_now() -> LinkageModel:
    model = kept_model(model_path())
    assert model is not None
    return model


def reviewer() -> Reviewer:
    return Reviewer(replace(context("data"), purpose=Purpose.LINKAGE_REVIEW), "data")


def one_person_of_two_records(records: Iterable[int], person_of: dict[int, int]) -> tuple[int, int]:
    """Two records of one person, the lower number first."""
    last: dict[int, int] = {}
    for record in sorted(records):
        if person_of[record] in last:
            return last[person_of[record]], record
        last[person_of[record]] = record
    raise AssertionError("nobody has two records")


def test_month_by_month_finds_what_all_at_once_finds(months: list[MonthOfRosters], tmp_path: Path) -> None:
    """Also after a decision, which holds; and who was there keeps his number."""
    load(months[0], tmp_path)
    link()
    first = by_record("person_id")
    a, b = one_person_of_two_records(first, first)
    with acting(reviewer().context):
        decide_pair(record_a=a, record_b=b, kind=DIFFERENT, by=reviewer(), now=NOW)
    load(months[1], tmp_path)
    model = model_now()
    link(LATER)
    person, home = by_record("person_id"), by_record("household_id")
    assert person[a] != person[b]
    with acting(SYSTEM):
        records = {kept.key: kept.record for kept in current_records()}
        settings = settings_in_force(LATER.date())
    decided = LinkDecisions(cannot=frozenset({(a, b)}))
    whole = consolidate(records, decided, Previous(), model, LATER, settings=settings)
    assert parts(person) == parts(dict(whole.person_of))
    assert parts(home) == parts(dict(whole.household_of))
    kept = sum(person[record] == number for record, number in first.items())
    assert kept >= 0.98 * len(first)


def test_with_nothing_new_the_last_matching_stands(months: list[MonthOfRosters], tmp_path: Path) -> None:
    load(months[0], tmp_path)
    first, rows = link(), written()
    told: list[str] = []
    again = run_linkage(by=SYSTEM, by_name="test", now=LATER, progress=told.append)
    assert again.pk == first.pk
    assert told == ["上次比對之後沒有新的資料，也沒有新的認定。"]
    assert written() == rows
    with acting(SYSTEM):
        assert LinkRun.objects.get().started_at == LATER, "it is the one of today"


def test_matching_again_all_the_same_writes_nothing_anew(
    months: list[MonthOfRosters], tmp_path: Path
) -> None:
    load(months[0], tmp_path)
    first, rows, person = link(), written(), by_record("person_id")
    again = link(LATER, again=True)
    assert again.pk != first.pk
    assert (written(), by_record("person_id")) == (rows, person)
    assert again.report["basis"] == first.report["basis"]


def test_a_decision_is_something_new_and_one_taken_back_is_not(
    months: list[MonthOfRosters], tmp_path: Path
) -> None:
    load(months[0], tmp_path)
    first, person = link(), by_record("person_id")
    a, b = one_person_of_two_records(person, person)
    by = reviewer()
    with acting(by.context):
        made = decide_pair(record_a=a, record_b=b, kind=DIFFERENT, by=by, now=NOW + dt.timedelta(hours=1))
        undo_decision(decision=made, by=by, now=NOW + dt.timedelta(hours=2))
    assert link(LATER).pk == first.pk
    with acting(by.context):
        assert not queries.review_counts().not_yet_used
        decide_pair(record_a=a, record_b=b, kind=DIFFERENT, by=by, now=LATER + dt.timedelta(hours=1))
    second = link(LATER + dt.timedelta(days=1))
    assert second.pk != first.pk
    now = by_record("person_id")
    assert now[a] != now[b]


def test_a_lost_or_other_model_is_something_new(months: list[MonthOfRosters], tmp_path: Path) -> None:
    load(months[0], tmp_path)
    first = link()
    model_path().unlink()
    second = link(LATER)
    assert second.pk != first.pk
    model = model_now()
    replace(model, review_from=model.review_from / 2).save(model_path())
    assert link(LATER + dt.timedelta(days=1)).pk not in (first.pk, second.pk)


def test_everything_that_a_matching_rests_on_changes_its_basis() -> None:
    model, settings = LinkageModel.load(), LinkSettings(0.6, 300)
    homes, decided = [(1, 10, 100), (2, 10, 100)], ([(1, 2)], [])

    def basis_with(
        homes: list[tuple[int, int | None, int | None]] = homes,
        decided: Decided = decided,
        model: LinkageModel = model,
        settings: LinkSettings = settings,
    ) -> str:
        return basis_of(homes, decided, model, settings)

    others = [
        basis_with(homes=[(1, 10, 100)]),
        basis_with(homes=[(1, 10, 100), (3, 10, 100)]),
        basis_with(homes=[(1, 10, 100), (2, 11, 100)]),
        basis_with(homes=[(1, 10, 100), (2, 10, 101)]),
        basis_with(homes=[(1, 10, 100), (2, None, None)]),
        basis_with(decided=([], [])),
        basis_with(decided=([], [(1, 2)])),
        basis_with(settings=LinkSettings(0.7, 300)),
        basis_with(settings=LinkSettings(0.6, 400)),
        basis_with(model=replace(model, review_from=0.3)),
    ]
    assert len({basis_with(), *others}) == 1 + len(others)
    assert basis_with(decided=([(1, 2)], [])) == basis_with()


def test_a_mended_program_is_something_new(
    months: list[MonthOfRosters], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "people" / "linkage" / "engine"
    code.mkdir(parents=True)
    (code / "rule.py").write_text("LINK = True", "utf-8")
    before = program_in(tmp_path)
    assert before == program_in(tmp_path)
    (code / "rule.py").write_text("LINK = False", "utf-8")
    assert program_in(tmp_path) != before
    load(months[0], tmp_path)
    first = link()
    monkeypatch.setattr(basis, "PROGRAM", program_in(tmp_path))
    assert link(LATER).pk != first.pk


def test_a_withdrawn_record_takes_its_service_along(months: list[MonthOfRosters], tmp_path: Path) -> None:
    load(months[0], tmp_path)
    first, (services, _) = link(), written()
    with acting(SYSTEM):
        service = Touchpoint.objects.filter(record__isnull=False).order_by("pk").first()
        assert service is not None
        SourceRecord.objects.filter(
            person_id=service.person_id, roster=service.programme, withdrawn_at__isnull=True
        ).update(withdrawn_at=NOW)
    assert link(LATER).pk != first.pk
    left, _ = written()
    assert service.pk not in left
    assert set(left) < set(services), "the others were not written again"
