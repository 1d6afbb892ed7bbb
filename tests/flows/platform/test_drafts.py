"""Drafts on a real database: sealed, merged, set aside, decided, finished, deleted when old, sealed anew."""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from anwang.platform import drafts
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
from anwang.platform.drafts import Outcome, asides, delete_old_drafts, keep_draft, kept_draft
from anwang.platform.keyring import add_key, keyring
from anwang.platform.models import Draft
from anwang.platform.resealing import keys_in_use, reseal_all
from anwang.platform.sealing import SealingError, key_id_of, open_field
from tests.county import PASSWORD, establish

NOW = dt.datetime(2026, 4, 25, 6, 3, tzinfo=dt.UTC)
ME = AccessContext(Actor.MEMBER, member_id=7)
FORM = "report-new-k3f"


def keep(revision: int, base: dict[str, str] | None = None, tab: str = "a", **fields: str) -> drafts.Saved:
    return keep_draft(
        member_id=7,
        form=FORM,
        fields={name: (text,) for name, text in fields.items()},
        revision=revision,
        base=None if base is None else {name: (text,) for name, text in base.items()},
        tab=tab,
        now=NOW,
    )


def kept() -> dict[str, str]:
    found = kept_draft(7, FORM)
    assert found is not None
    return {name: values[0] for name, values in found.fields.items()}


@pytest.mark.django_db
def test_what_is_typed_cannot_be_read_in_the_table() -> None:
    with acting(ME):
        keep(0, story="鄰居聽見哭聲")
        assert kept() == {"story": "鄰居聽見哭聲"}
        with connection.cursor() as cursor:
            cursor.execute("select platform_draft::text from platform_draft")
            row = cursor.fetchone()[0]
    assert "鄰居" not in row
    assert "鄰居".encode().hex() not in row
    assert "story" not in row


@pytest.mark.django_db
def test_a_save_from_the_newest_revision_replaces_and_an_older_one_is_told_what_is_newer() -> None:
    with acting(ME):
        assert keep(0, story="一").draft.revision == 1
        assert keep(1, story="一二").draft.revision == 2
        stale = keep(1, tab="b", story="一三")
        assert stale.outcome is Outcome.STALE
        assert stale.draft.fields == {"story": ("一二",)}
        assert kept() == {"story": "一二"}


@pytest.mark.django_db
def test_two_tabs_that_changed_different_fields_come_together() -> None:
    with acting(ME):
        keep(0, story="一", place="")
        keep(1, tab="a", story="一二", place="")
        saved = keep(1, tab="b", base={"story": "一", "place": ""}, story="一", place="羅東")
        assert saved.outcome is Outcome.MERGED
        assert saved.merged is not None
        assert saved.merged.from_theirs == ("story",)
        assert kept() == {"story": "一二", "place": "羅東"}
        assert asides(7, FORM) == ()


@pytest.mark.django_db
def test_what_both_changed_is_set_aside_until_its_writer_decides() -> None:
    with acting(ME):
        keep(0, story="一")
        keep(1, tab="a", story="甲寫的")
        saved = keep(1, tab="b", base={"story": "一"}, story="乙寫的")
        assert saved.outcome is Outcome.CONFLICT
        assert kept() == {"story": "甲寫的"}
        keep(1, tab="b", base={"story": "一"}, story="乙寫的更多")  # the tab goes on
        (aside,) = asides(7, FORM)
        assert aside.fields == {"story": ("乙寫的更多",)}
        keep(2, tab="b", base={"story": "甲寫的"}, story="甲寫的\n乙寫的更多")  # decided
        assert kept() == {"story": "甲寫的\n乙寫的更多"}
        assert asides(7, FORM) == ()


@pytest.mark.django_db
def test_the_same_save_twice_changes_nothing() -> None:
    with acting(ME):
        keep(0, story="一")
        again = keep(0, story="一")
        assert (again.outcome, again.draft.revision) == (Outcome.SAVED, 1)


@pytest.mark.django_db
def test_a_draft_remembers_the_older_of_the_revisions_that_its_tabs_began_from() -> None:
    old, new = {"_revision": "5", "_base": "舊"}, {"_revision": "7", "_base": "新"}
    with acting(ME):
        keep(0, story="一", place="", **new)
        saved = keep(0, tab="b", base={"story": "", "place": "", **old}, story="", place="羅東", **old)
        assert saved.outcome is Outcome.MERGED
        assert kept() == {"story": "一", "place": "羅東", **old}


@pytest.mark.django_db
def test_sending_the_form_ends_its_draft_but_not_what_another_tab_wrote_since() -> None:
    with acting(ME):
        keep(0, tab="a", story="一")
        keep(1, tab="b", story="乙寫的")
        drafts.finish_draft(member_id=7, form=FORM, revision=1, tab="a")
        assert kept() == {"story": "乙寫的"}
        drafts.finish_draft(
            member_id=7, form=FORM, revision=1, tab="b"
        )  # a save of its own was still on the way
        assert kept_draft(7, FORM) is None


@pytest.mark.django_db
def test_old_drafts_are_deleted_by_the_system_and_only_those() -> None:
    with acting(ME):
        keep(0, story="一")
        Draft.objects.create(member_id=7, form="old", sealed=b"", saved_at=NOW - dt.timedelta(days=31))
    with acting(SYSTEM):
        assert delete_old_drafts(before=NOW - dt.timedelta(days=30)) == 1
    with acting(ME):
        assert [draft.form for draft in Draft.objects.all()] == [FORM]


@pytest.mark.django_db
def test_the_nightly_job_asks_the_policy_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = import_module("anwang.platform.jobs")
    now = timezone.now()
    with acting(ME):
        for days in (29, 31):
            Draft.objects.create(
                member_id=7, form=f"d{days}", sealed=b"", saved_at=now - dt.timedelta(days=days)
            )
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # the test's own connection stays
    jobs.delete_old_drafts_job(timestamp=0)
    with acting(ME):
        assert [draft.form for draft in Draft.objects.all()] == ["d29"]


@pytest.mark.django_db
def test_a_draft_moved_to_another_member_or_form_does_not_open() -> None:
    with acting(ME):
        keep(0, story="一")
        row = Draft.objects.get()
        stolen = Draft(member_id=7, form="other", sealed=bytes(row.sealed), saved_at=NOW)
        with pytest.raises(SealingError):
            open_field(stolen, "sealed")


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_after_a_new_key_everything_is_sealed_with_it_and_opens(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    path = tmp_path / "field.key"
    path.write_text(settings.ANWANG_FIELD_KEY_FILE.read_text())
    monkeypatch.setattr(settings, "ANWANG_FIELD_KEY_FILE", path)
    old = keyring().current
    with acting(ME):
        keep(0, story="一")
        keep(1, tab="b", base={"story": "零"}, story="二")
    with acting(AccessContext(Actor.MEMBER, member_id=8)):
        keep_draft(member_id=8, form=FORM, fields={"story": ("別人的",)}, revision=0, now=NOW)
    assert keys_in_use() == {old.name: 2}
    new = add_key()
    assert reseal_all()["platform_draft.sealed"] == 2
    assert reseal_all()["platform_draft.sealed"] == 0
    assert keys_in_use() == {new.name: 2}
    with acting(ME):
        assert key_id_of(Draft.objects.get(tab="").sealed) == new.id
        assert kept() == {"story": "二"}
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from pg_policies where policyname = 'owner_reseals'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_drafts_of_before_are_sealed_by_the_migration_and_the_way_back_opens_them() -> None:
    migration = import_module("anwang.platform.migrations.0007_sealed_drafts")
    from django.db.migrations.executor import MigrationExecutor

    owner = connections["owner"]
    executor = MigrationExecutor(owner)
    latest = [node for node in executor.loader.graph.leaf_nodes() if node[0] == "platform"]
    executor.migrate([("platform", "0006_clock_security")])
    with owner.cursor() as cursor:
        cursor.execute("alter table platform_draft no force row level security")
        cursor.execute(
            "insert into platform_draft (member_id, form, content, revision, saved_at) values (7, %s, %s, 3, now())",
            [FORM, json.dumps({"story": ["鄰居聽見哭聲"]})],
        )
        cursor.execute("alter table platform_draft force row level security")
    MigrationExecutor(owner).migrate(latest)
    with acting(ME):
        found = kept_draft(7, FORM)
        assert found is not None
        assert (found.fields, found.revision) == ({"story": ("鄰居聽見哭聲",)}, 3)
    assert migration.Migration.dependencies == [("platform", "0006_clock_security")]
    assert apps.get_model("platform", "Draft") is Draft


def _signed_in(client: Client) -> Client:
    establish("luodong.worker")
    client.post("/sign-in/", {"username": "luodong.worker", "password": PASSWORD})
    return client


@pytest.mark.django_db
def test_over_http_a_stale_save_is_409_with_the_newer_content(client: Client) -> None:
    _signed_in(client)
    first = client.post("/drafts/report-new/", {"story": "一"})
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    client.post("/drafts/report-new/", {"story": "二", "_draft_revision": "1"})
    stale = client.post("/drafts/report-new/", {"story": "三", "_draft_revision": "1"})
    assert stale.status_code == 409
    assert stale.json()["fields"] == {"story": ["二"]}
    asked = client.post(
        "/drafts/report-new/",
        {
            "story": "三",
            "_draft_revision": "1",
            "_draft_tab": "b",
            "_draft_base": json.dumps({"story": ["一"]}),
        },
    )
    assert (asked.status_code, asked.json()["conflicts"]) == (409, 1)
    given = client.get("/drafts/report-new/").json()
    assert (given["fields"], given["waiting"]) == ({"story": ["二"]}, 1)
    assert "_draft_tab" not in given["fields"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        {"_draft_revision": "x", "_draft_base": "{"},
        {"_draft_revision": "9" * 50, "_draft_base": "[1]"},
        {"_draft_revision": "-1", "_draft_base": '{"a": 1, "b": [null]}', "_draft_words": "[]"},
        {"_draft_revision": "1", "_draft_tab": "x" * 500, "_draft_words": '{"story": 3}'},
    ],
)
def test_odd_answers_of_a_browser_do_no_harm(client: Client, sent: dict[str, str]) -> None:
    _signed_in(client)
    client.post("/drafts/f/", {"story": "一"})
    assert client.post("/drafts/f/", {"story": "二", **sent}).status_code in (200, 409)
    assert client.get("/drafts/f/").status_code == 200
    assert client.get("/drafts/f/conflict/", {"back": "//evil.example/"}).headers.get("Location", "/") == "/"


@pytest.mark.django_db
def test_a_missing_key_is_said_and_nothing_is_saved_in_the_clear(
    client: Client, monkeypatch, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    _signed_in(client)
    monkeypatch.setattr(settings, "ANWANG_FIELD_KEY_FILE", tmp_path / "gone.key")
    answer = client.post("/drafts/f/", {"story": "一"})
    assert answer.status_code == 503
    assert "金鑰檔" in answer.json()["message"]


@pytest.mark.django_db
def test_a_draft_that_is_too_large_is_refused_and_said(client: Client) -> None:
    _signed_in(client)
    assert client.post("/drafts/f/", {"story": "字" * 700_000}).status_code == 413
