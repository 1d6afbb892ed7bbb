"""Filled forms in the database: append-only, own unit only, kept once, readable after the form has changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from anwang.agencies.models import Unit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.models import AuditEntry
from anwang.services.programs import forms
from anwang.services.programs.actions import NotKept, keep_form_entry
from anwang.services.programs.loading import shipped
from anwang.services.programs.models import FormEntry, FormVersion
from anwang.services.programs.programme import Form
from anwang.services.programs.queries import (
    entries_of,
    entry,
    latest_entry,
    prefilled_shares,
    responsible_unit,
)
from tests.county import context, establish

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 25, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 4, 25)
VISIT = shipped().latest["vulnerable_family"].form("visit")
TYPED = {
    "visited_on": "115/4/24",
    "contact_kind": "home",
    "met": "yes",
    "observed": "都好",
    "children_at_home": "no",
}


def _keep(by: AccessContext, *, form: Form = VISIT, now: dt.datetime = NOW, **more: object) -> FormEntry:
    checked = forms.check(form, TYPED | more.pop("typed", {}), TODAY)  # type: ignore[operator]
    assert checked.holds, checked.errors
    with acting(by):
        return keep_form_entry(
            subject_kind="case",
            subject_id=7,
            programme="vulnerable_family",
            form=form,
            content=checked.content,
            by=by,
            by_name="林社工",
            now=now,
            **more,  # type: ignore[arg-type]
        )


@pytest.fixture
def worker() -> AccessContext:
    establish("luodong.worker", "yilan.worker")
    return context("luodong.worker")


def test_a_kept_form_is_read_back_with_the_form_it_was(worker: AccessContext) -> None:
    kept = _keep(worker, prefilled=["visited_on"])
    with acting(worker):
        found = entry(kept.pk)
        assert found is not None
        assert found.form == VISIT
        assert found.content["visited_on"] == "2026-04-24"
        assert found.row.entered_by == worker.member_id
        assert found.row.prefilled == ["visited_on"]
        assert not found.is_corrected
        assert entry(kept.pk + 1) is None
    with acting(SYSTEM):
        noted = AuditEntry.objects.get(action="kept_form")
    assert (noted.subject_kind, noted.subject_id, noted.member_name) == ("case", "7", "林社工")
    assert noted.detail == {"entry": kept.pk, "form": "vulnerable_family.visit", "corrects": None}


def test_another_unit_sees_nothing_and_adds_nothing_in_this_ones_name(worker: AccessContext) -> None:
    kept = _keep(worker)
    other = context("yilan.worker")
    with acting(other):
        assert entry(kept.pk) is None
        assert entries_of("case", 7) == []
    with pytest.raises(DatabaseError), acting(other), transaction.atomic():
        FormEntry.objects.create(
                subject_kind="case", subject_id="7", unit_id=worker.unit_id, programme="p", form="f",
                version="v", content={}, entered_by=other.member_id, entered_by_name="x", entered_at=NOW,
            )  # fmt: skip
    with pytest.raises(DatabaseError), acting(worker), transaction.atomic():
        FormEntry.objects.create(
            subject_kind="case", subject_id="7", unit_id=worker.unit_id, programme="p", form="f",
            version="v", content={}, entered_by=other.member_id, entered_by_name="x", entered_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("table", ["programs_formentry", "programs_formversion"])
def test_nobody_changes_or_deletes(worker: AccessContext, table: str) -> None:
    _keep(worker)
    with connection.cursor() as cursor:
        cursor.execute(
            "select privilege_type from information_schema.role_table_grants"
            " where grantee = current_user and table_name = %s",
            [table],
        )
        assert {row[0] for row in cursor.fetchall()} == {"SELECT", "INSERT"}


def test_sent_five_times_it_is_kept_once(worker: AccessContext) -> None:
    keys = {_keep(worker, once_key="phone-1").pk for _ in range(5)}
    assert len(keys) == 1
    with acting(worker):
        assert FormEntry.objects.count() == 1
    with acting(SYSTEM):
        assert AuditEntry.objects.filter(action="kept_form").count() == 1
    assert _keep(context("yilan.worker"), once_key="phone-1").pk not in keys  # another unit's key


def test_a_correction_is_a_further_entry_and_the_first_stays(worker: AccessContext) -> None:
    first = _keep(worker)
    second = _keep(worker, corrects=first, typed={"observed": "門沒鎖"}, now=NOW + dt.timedelta(hours=1))
    with acting(worker):
        standing = entries_of("case", 7)
        history = entries_of("case", 7, with_corrected=True)
        assert [each.row.pk for each in standing] == [second.pk]
        assert [(each.row.pk, each.is_corrected) for each in history] == [
            (second.pk, False),
            (first.pk, True),
        ]
        changes = forms.compare(VISIT, history[1].content, history[0].content)
        assert [(c.field.id, c.before, c.after) for c in changes] == [("observed", "都好", "門沒鎖")]
        with pytest.raises(NotKept, match="剛由別人更正過"):
            _keep(worker, corrects=first)
        with pytest.raises(NotKept, match="不是這一份"):
            keep_form_entry(
                subject_kind="case", subject_id=8, programme="vulnerable_family", form=VISIT, content={},
                corrects=second, by=worker, by_name="林社工", now=NOW,
            )  # fmt: skip


def test_two_corrections_at_the_same_moment_leave_one(worker: AccessContext, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The second passes the check before the first is written, and meets the constraint."""
    from anwang.services.programs import actions

    first = _keep(worker)
    monkeypatch.setattr(actions, "_check_correction", lambda *_: None)
    _keep(worker, corrects=first)
    with pytest.raises(NotKept, match="剛由別人更正過"):
        _keep(worker, corrects=first)


def test_an_entry_stays_readable_after_the_form_has_changed(worker: AccessContext) -> None:
    old = _keep(worker)
    parts = list(VISIT.parts)
    first = replace(parts[0].fields[0], label="哪一天去的")
    parts[0] = replace(parts[0], fields=(first, *parts[0].fields[1:]))
    changed = replace(VISIT, parts=tuple(parts))
    assert changed.version != VISIT.version
    _keep(worker, form=changed, now=NOW + dt.timedelta(days=1))
    with acting(worker):
        assert FormVersion.objects.count() == 2
        labels = [next(iter(each.form.fields)).label for each in entries_of("case", 7)]
        assert labels == ["哪一天去的", "訪視日期"]
        read = entry(old.pk)
        assert read is not None
        assert next(iter(read.form.fields)).label == "訪視日期"


def test_the_last_form_of_a_kind_and_the_share_that_nobody_typed(worker: AccessContext) -> None:
    _keep(worker, prefilled=["visited_on"])
    later = _keep(worker, prefilled=["visited_on", "children_at_home"], now=NOW + dt.timedelta(days=1))
    with acting(worker):
        last = latest_entry("case", 7, programme="vulnerable_family", form="visit")
        assert last is not None
        assert last.row.pk == later.pk
        assert latest_entry("case", 7, programme="vulnerable_family", form="closing") is None
        shares = prefilled_shares(NOW, NOW + dt.timedelta(days=2))
        assert [(s.form, s.entries, s.answers, s.prefilled) for s in shares] == [("visit", 2, 10, 3)]
        assert shares[0].share == 0.3
        assert prefilled_shares(NOW, NOW + dt.timedelta(days=2), programme="vulnerable_family") == shares
        assert prefilled_shares(NOW, NOW + dt.timedelta(days=2), programme="child_protection") == []
        assert replace(shares[0], answers=0).share is None
        assert prefilled_shares(NOW + dt.timedelta(days=5), NOW + dt.timedelta(days=6)) == []


def test_the_system_keeps_for_a_unit_that_it_names(worker: AccessContext) -> None:
    kept = _keep(SYSTEM, unit_id=worker.unit_id)
    assert (kept.unit_id, kept.entered_by) == (worker.unit_id, None)
    with pytest.raises(ValueError, match="by a unit"):
        _keep(SYSTEM)


def test_the_unit_of_a_township_and_of_the_county(worker: AccessContext) -> None:
    latest = shipped().latest
    with acting(worker):
        names = {
            (programme, township): responsible_unit(latest[programme], township, TODAY)
            for programme in ("vulnerable_family", "child_protection", "suicide_prevention", "school_dropout")
            for township in ("冬山鄉", "10002120", "花蓮市")
        }
    assert {key: found.unit.name if found.unit else None for key, found in names.items()} == {
        ("vulnerable_family", "冬山鄉"): "羅東社會福利服務中心",
        ("vulnerable_family", "10002120"): "蘇澳社會福利服務中心",
        ("vulnerable_family", "花蓮市"): None,
        **{("child_protection", place): "保護服務科" for place in ("冬山鄉", "10002120", "花蓮市")},
        **{("suicide_prevention", place): "衛生局" for place in ("冬山鄉", "10002120", "花蓮市")},
        **{("school_dropout", place): "教育處" for place in ("冬山鄉", "10002120", "花蓮市")},
    }


def test_every_programme_has_a_unit_in_every_township_of_the_county() -> None:
    establish("luodong.worker")
    with acting(SYSTEM):
        townships = Unit.objects.filter(jurisdiction__isnull=False).values_list(
            "jurisdiction__township__name", flat=True
        )
        assert len(townships) == 12
        for programme in shipped().latest.values():
            for township in townships:
                found = responsible_unit(programme, township, TODAY)
                assert found.unit is not None, (programme.id, township, found.reason)
