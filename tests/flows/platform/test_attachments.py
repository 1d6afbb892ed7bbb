"""Attachments in the database: sealed, kept once, opened on record, withdrawn and never opened again."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from anwang.platform import attachments
from anwang.platform.attachments import (
    Attachment,
    attach,
    checked_attachment,
    limits_in_force,
    opened_attachment,
    withdraw_attachment,
)
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting, apply
from anwang.platform.files.refused import MEGABYTE, FileRefused
from anwang.platform.models import AuditEntry
from anwang.platform.sealing import SealingError
from anwang.policy.store import load
from anwang.web.downloads import attachment_download
from tests.rules.files.attached import jpeg

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 25, 14, 3, tzinfo=dt.UTC)
BY = AccessContext(Actor.MEMBER, member_id=7, unit_id=3)
ON_RECORD = {"subject_kind": "report", "subject_id": 12, "by": BY, "by_name": "林社工", "now": NOW}


@pytest.fixture
def photos() -> Iterator[type[Attachment]]:
    """A table of attachments of its own, as a room would make it, for one transaction."""
    with isolate_apps("anwang.platform"):

        class Photo(Attachment):
            report_id = models.BigIntegerField()

            class Meta:
                app_label = "platform"
                db_table = "photo_of_a_test"

        columns = ", ".join(f'"{f.column}" {f.db_type(connection)}' for f in Photo._meta.concrete_fields)
        with connection.cursor() as cursor:
            cursor.execute(f"create temporary table photo_of_a_test ({columns}) on commit drop")
        apply(BY)
        yield Photo


def _photo(name: str = "王小明的傷勢.jpg", width: int = 640):  # type: ignore[no-untyped-def]
    return checked_attachment(name, io.BytesIO(jpeg(width)))


def test_a_file_is_sealed_in_the_table_and_opens_as_it_was_sent(photos: type[Attachment]) -> None:
    row = attach(photos, _photo(), unit_id=3, report_id=12, **ON_RECORD)
    kept = photos.objects.get()
    assert bytes(kept.content)[17:] != jpeg(640)
    assert jpeg(640)[:40] not in bytes(kept.content)
    assert opened_attachment(kept, **ON_RECORD) == jpeg(640)
    answer = attachment_download(kept, jpeg(640))
    assert answer.headers["Content-Type"] == "image/jpeg"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "%E7%8E%8B" not in disposition  # the sender's name for it stays on the page
    assert row.id.hex[:8] in disposition
    with acting(SYSTEM):
        assert [
            (a.action, a.subject_id, a.detail["attachment"]) for a in AuditEntry.objects.order_by("pk")
        ] == [
            ("added_attachment", "12", str(row.pk)),
            ("opened_attachment", "12", str(row.pk)),
        ]


def test_a_double_click_keeps_one_and_another_record_its_own(photos: type[Attachment]) -> None:
    first = attach(photos, _photo(), unit_id=3, report_id=12, **ON_RECORD)
    again = attach(photos, _photo(), unit_id=3, report_id=12, **ON_RECORD)
    assert again.pk == first.pk
    attach(photos, _photo(width=800), unit_id=3, report_id=12, **ON_RECORD)
    attach(photos, _photo(), unit_id=3, report_id=13, **ON_RECORD)
    assert photos.objects.count() == 3


def test_a_withdrawn_file_stays_and_is_not_opened(photos: type[Attachment]) -> None:
    row = attach(photos, _photo(), unit_id=3, report_id=12, **ON_RECORD)
    assert withdraw_attachment(row, **ON_RECORD)
    assert not withdraw_attachment(row, **ON_RECORD)
    kept = photos.objects.get()
    assert (kept.withdrawn_at, kept.withdrawn_by_name) == (NOW, "林社工")
    with pytest.raises(ValueError, match="withdrawn"):
        opened_attachment(kept, **ON_RECORD)
    assert attach(photos, _photo(), unit_id=3, report_id=12, **ON_RECORD).pk != row.pk


def test_bytes_copied_into_another_row_do_not_open(photos: type[Attachment]) -> None:
    one = attach(photos, _photo(), unit_id=3, report_id=12, **ON_RECORD)
    two = attach(photos, _photo(width=800), unit_id=3, report_id=12, **ON_RECORD)
    photos.objects.filter(pk=two.pk).update(content=bytes(one.content))
    with pytest.raises(SealingError):
        opened_attachment(photos.objects.get(pk=two.pk), **ON_RECORD)


def test_how_large_a_file_may_be_is_the_countys_to_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "county.yaml"
    file.write_text(
        """\
county: 宜蘭縣
documents:
  - {code: 宜府1, title: 宜蘭縣通報附件規定, number: 府社字第1150000001號, effective_on: 2026-03-01}
overrides:
  - id: attachment.size.megabytes
    citation: {document: 宜府1, clause: 第2點}
    values: {2026-03-01: 1}
""",
        "utf-8",
    )
    monkeypatch.setattr(attachments, "policy_in_force", lambda: load(file))
    before, after = (limits_in_force(dt.date(2026, month, 1)) for month in (2, 3))
    assert (before.size, after.size) == (20 * MEGABYTE, MEGABYTE)
    with pytest.raises(FileRefused, match="檔案超過上限 1 MB"):
        checked_attachment("長.txt", io.BytesIO("字".encode() * 400_000), limits=after)
