"""The threshold's page of numbers and the weakest link, on a real database as the application role."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from anwang.people.linkage import queries
from anwang.people.linkage.actions import Reviewer, decide_pair, split_person
from anwang.people.linkage.bands import lot
from anwang.people.linkage.estimates import estimates
from anwang.people.linkage.link_settings import settings_in_force, settings_of
from anwang.people.linkage.models import LinkRun, PairDecision, ReviewPair
from anwang.people.linkage.running import run_linkage
from anwang.people.linkage.standing import standing
from anwang.people.linkage.threshold_queries import band_samples, why_asked
from anwang.people.linkage.weakest_queries import weakest_link_of
from anwang.people.registry.models import SourceRecord
from anwang.people.rosters.actions import Loader, load_file
from anwang.people.rosters.recognition import Given
from anwang.platform.context import SYSTEM, Purpose, acting
from anwang.policy.model import PolicyError
from anwang.policy.store import load
from anwang.simulate.county import make_county
from anwang.simulate.files import write_rosters
from anwang.simulate.profiles import PROFILES
from tests.county import context, establish
from tests.review_pairs import Seen, records_to_review

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 2, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
SAME, DIFFERENT = PairDecision.Kind.SAME, PairDecision.Kind.DIFFERENT


@pytest.fixture
def seen() -> Seen:
    establish("data", "health")
    return records_to_review(NOW)


def reviewer(username: str = "data", purpose: Purpose | None = Purpose.LINKAGE_REVIEW) -> Reviewer:
    return Reviewer(replace(context(username), purpose=purpose), username)


def test_nothing_is_estimated_until_the_draws_are_decided_and_undoing_takes_it_back(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        run = queries.latest_run()
        samples = {sample.number: sample for sample in band_samples(run)}
        assert [samples[k].pairs for k in (0, 4, 6, 10, 13)] == [40, 1, 1, 1, 200]
        assert samples[6].missing == 1
        assert not samples[6].is_known
        decide_pair(record_a=seen.records[0], record_b=seen.records[1], kind=SAME, by=by, now=NOW)
        known = next(sample for sample in band_samples(run) if sample.number == 6)
        assert (known.decided, known.sample, known.same, known.missing) == (1, 1, 1, 0)
        assert all(each.recall is None for each in estimates(band_samples(run))), (
            "of the sure ones nothing is known"
        )


def test_decisions_of_earlier_runs_are_added_to_what_the_last_one_counted(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        decide_pair(record_a=seen.records[0], record_b=seen.records[1], kind=SAME, by=by, now=NOW)
    with acting(SYSTEM):
        old = LinkRun.objects.get()
        LinkRun.objects.create(
            started_at=NOW, finished_at=NOW, records=7, persons=7, households=6, report=old.report
        )
    with acting(by.context):
        known = next(sample for sample in band_samples(queries.latest_run()) if sample.number == 6)
        assert (known.pairs, known.decided) == (2, 1)


def test_a_run_from_before_has_no_bands(seen: Seen) -> None:
    with acting(SYSTEM):
        LinkRun.objects.update(report={})
    with acting(reviewer().context):
        run = queries.latest_run()
        assert band_samples(run) == []
        assert estimates(band_samples(run))[0].precision is None
        assert not standing(run).is_drawn(ReviewPair.objects.get(pk=seen.pairs[0]))


@pytest.mark.parametrize(("username", "purpose"), [("data", None), ("health", Purpose.LINKAGE_REVIEW)])
def test_without_the_purpose_or_the_role_no_decision_is_counted(
    seen: Seen, username: str, purpose: Purpose | None
) -> None:
    by = reviewer()
    with acting(by.context):
        run = queries.latest_run()
        decide_pair(record_a=seen.records[0], record_b=seen.records[1], kind=SAME, by=by, now=NOW)
        assert sum(sample.decided for sample in band_samples(run)) == 1
    with acting(reviewer(username, purpose).context):
        assert sum(sample.decided for sample in band_samples(run)) == 0


def test_a_pair_says_why_it_is_asked(seen: Seen) -> None:
    with acting(reviewer().context):
        view = queries.pair_view(seen.pairs[2])
        assert view is not None
        why = why_asked(view, queries.latest_run())
    assert (why.by_lot, why.is_whole, why.is_rival) == (True, True, False)
    assert why.stake.doubt == pytest.approx(0.07)
    assert why.stake.records == (1, 1)
    assert why.stake.agencies == 1
    assert why.stake.conflict == pytest.approx(2 * 2.4 / 9.7)


def test_only_the_drawn_ones_are_shown_in_their_order(seen: Seen) -> None:
    with acting(SYSTEM):
        a, b = seen.records[2:4]
        share = lot(a, b)
        run = LinkRun.objects.get()
        bands = [{**band, "share": share} if band["number"] == 4 else band for band in run.report["bands"]]
        LinkRun.objects.update(report={**run.report, "bands": bands})
    with acting(reviewer().context):
        drawn = [pair.pk for pair in queries.waiting_pairs(order=queries.DRAWN)]
        assert drawn == [seen.pairs[0], seen.pairs[2]], "a lot at the share is not below it"
        first = ReviewPair.objects.get(pk=seen.pairs[0])
        following = queries.next_pair(first, order=queries.DRAWN)
        assert following is not None
        assert following.pk == seen.pairs[2]


def test_the_weakest_link_is_where_the_stranger_was_put_in(seen: Seen) -> None:
    """Two like records, and a third one of somebody else, as one person: the third holds by the least."""
    by = reviewer()
    with acting(SYSTEM):
        SourceRecord.objects.filter(pk__in=[seen.records[1], seen.records[2]]).update(person=seen.persons[0])
    with acting(by.context):
        found = queries.person_records(seen.persons[0])
        assert found is not None
        link = weakest_link_of(found)
        assert link is not None
        assert link.away == (seen.records[2],)
        assert {link.pair.left, link.pair.right} & set(link.away)
        assert sum(c.bits for c in link.pair.contributions) == pytest.approx(link.bits)
        first, second = seen.records[0], seen.records[2]
        decide_pair(record_a=first, record_b=second, kind=SAME, by=by, now=NOW)
        after = weakest_link_of(found)
        assert after is not None
        assert seen.records[2] not in after.away or first in after.away, "what a person decided is not cut"


def test_a_person_of_one_record_has_no_link(seen: Seen) -> None:
    with acting(reviewer().context):
        found = queries.person_records(seen.persons[0])
        assert found is not None
        assert weakest_link_of(found) is None


def test_the_threshold_is_policy_that_a_county_may_set(tmp_path: Path) -> None:
    on = dt.date(2026, 6, 1)
    assert settings_in_force(on).link_at == 0.6
    overlay = tmp_path / "county.yaml"
    overlay.write_text(
        "county: 宜蘭縣\ndocuments:\n  - {code: 縣府, title: 比對作業規定, number: 府社字第1號, effective_on: 2026-05-01}\n"
        "overrides:\n  - id: linkage.link_at.percent\n    citation: {document: 縣府, clause: 第3點}\n"
        "    values: {2026-05-01: 80}\n",
        encoding="utf-8",
    )
    policy = load(overlay)
    assert settings_of(policy, on).link_at == 0.8
    assert settings_of(policy, dt.date(2026, 4, 30)).link_at == 0.6
    overlay.write_text(overlay.read_text(encoding="utf-8").replace(": 80", ": 100"), encoding="utf-8")
    with pytest.raises(PolicyError, match="50 到 99"):
        settings_of(load(overlay), on)


@pytest.fixture
def county(tmp_path: Path) -> dict[str, str]:
    """A small county's two months in the registry, matched; the true person of each record number."""
    establish("data")
    made = make_county(5, 60, PROFILES["harsher"])
    truth: dict[str, str] = {}
    for period in (made.first, made.first.next()):
        month = made.month(period)
        folder = tmp_path / period.roc
        folder.mkdir()
        for path in write_rosters(month, folder).values():
            load_file(path=path, file_name=path.name, given=Given(), loader=Loader(SYSTEM, "test"), now=NOW)
        truth |= {number: str(person) for number, person in month.truth.person_of.items()}
    run_linkage(by=SYSTEM, by_name="test", now=NOW)
    return truth


def test_deciding_all_draws_gives_an_estimate_that_outlives_the_next_run(county: dict[str, str]) -> None:
    by = reviewer()

    def is_same(pair: ReviewPair) -> bool:
        return county[pair.record_a.record_number] == county[pair.record_b.record_number]

    with acting(by.context):
        run = queries.latest_run()
        assert run is not None
        drawn = list(queries.waiting_pairs(order=queries.DRAWN))
        assert len(drawn) >= 20
        for pair in drawn:
            kind = SAME if is_same(pair) else DIFFERENT
            decide_pair(record_a=pair.record_a_id, record_b=pair.record_b_id, kind=kind, by=by, now=NOW)
        samples = band_samples(run)
        assert not sum(sample.missing for sample in samples)
        before = next(each for each in estimates(samples) if each.link_at == 0.6)
        assert before.precision is not None
        assert before.recall is not None
        assert before.precision.low > 0.5
    run_linkage(by=SYSTEM, by_name="test", now=NOW + dt.timedelta(days=1))
    with acting(by.context):
        again = queries.latest_run()
        assert again is not None
        assert again.pk != run.pk
        kept = {s.number: s for s in band_samples(again)}
        assert sum(s.decided for s in kept.values()) >= len(drawn)
        assert sum(s.sample for s in kept.values()) >= 0.4 * sum(s.sample for s in samples), (
            "draws stay draws"
        )


def test_the_weakest_link_of_every_person_is_found_and_can_be_split(county: dict[str, str]) -> None:
    by = reviewer()
    with acting(by.context):
        persons = set(SourceRecord.objects.values_list("person_id", flat=True))
        found = [records for person in persons if (records := queries.person_records(person))]
        several = [records for records in found if len(records.records) > 1]
        links = [(records, weakest_link_of(records)) for records in several]
        weak = [(link.bits, records, link) for records, link in links if link is not None]
        assert len(weak) > 30
        for _, records, link in weak:
            assert set(link.away) | set(link.stay) == {view.key for view in records.records}
        assert sorted(bits for bits, _, _ in weak)[len(weak) // 2] > 10, "most persons hold firmly"
        _, records, link = min(weak, key=lambda each: each[0])
        split_person(person_id=records.person.pk, record_ids=link.away, by=by, now=NOW)
        cannot = queries.links_in_force()[1]
        assert len(cannot) == len(link.away) * len(link.stay)
