"""Loading rosters on a real database as the application role: receipts, repeats, corrections, who may, what is kept."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from anwang.people.registry.models import SourceRecord
from anwang.people.rosters import queries
from anwang.people.rosters.actions import Loader, LoadNotAllowed, load_file, open_receipt, refusals_of
from anwang.people.rosters.models import RosterReceipt, RosterRemark
from anwang.people.rosters.recognition import Given
from anwang.people.rosters.refusals import write_refusals, write_refusals_csv
from anwang.platform.context import SYSTEM, acting
from anwang.platform.files.tables import read_table
from anwang.platform.models import AuditEntry
from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.record import Period
from tests.county import context, establish
from tests.roster_files import SUICIDE_HEADER, SUICIDE_ROWS, csv_file, suicide_roster

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 2, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
LATER = NOW + dt.timedelta(hours=1)
MARCH = dt.date(2026, 3, 1)


@pytest.fixture(autouse=True)
def county() -> None:
    establish("data", "health", "police", "luodong.worker")


def loader(username: str) -> Loader:
    return Loader(context(username), username)


def load(
    path: Path, username: str = "health", given: Given | None = None, now: dt.datetime = NOW
) -> RosterReceipt:
    """One file by one member; gives its one receipt."""
    by = loader(username)
    with acting(by.context):
        (receipt,) = load_file(path=path, file_name=path.name, given=given or Given(), loader=by, now=now)
    return receipt


def actions() -> list[tuple[str, str, str]]:
    with acting(SYSTEM):
        rows = AuditEntry.objects.order_by("pk").values_list("action", "subject_kind", "subject_id")
        return list(rows)


def test_good_rows_are_accepted_though_their_neighbours_are_bad(tmp_path: Path) -> None:
    receipt = load(suicide_roster(tmp_path))
    assert (receipt.roster, receipt.period) == (RosterCode.SUICIDE_REPORT, MARCH)
    assert (receipt.accepted, receipt.refused, receipt.added) == (3, 2, 3)
    assert (receipt.loaded_by_name, receipt.loaded_at, len(receipt.sha256)) == ("health", NOW, 64)
    with acting(context("health")):
        rows = queries.refused_rows(receipt)
        assert [(row.line, row.value) for row in rows] == [(5, ""), (6, "999/13/45")]
        assert SourceRecord.objects.filter(withdrawn_at=None).count() == 3
    assert actions() == [("loaded_roster", "roster_receipt", str(receipt.pk))]


def test_the_same_file_again_gives_the_earlier_receipt_and_changes_nothing(tmp_path: Path) -> None:
    path = suicide_roster(tmp_path)
    first = load(path)
    again = load(path, now=LATER)
    assert again == first
    assert again.loaded_at == NOW
    with acting(SYSTEM):
        assert RosterReceipt.objects.count() == 1
        assert (
            RosterRemark.objects.count() == first.refused + RosterRemark.objects.filter(kind="note").count()
        )


def test_a_correction_says_which_rows_it_added_changed_and_withdrew(tmp_path: Path) -> None:
    first = load(suicide_roster(tmp_path))
    changed = (*SUICIDE_ROWS[1][:5], "0933000111", *SUICIDE_ROWS[1][6:])
    new = ("S009", "黃志明", "", "80/1/1", "男", "", "宜蘭縣礁溪鄉中山路9號", "其他", "115/3/20")
    second = load(suicide_roster(tmp_path, (SUICIDE_ROWS[0], changed, new)), now=LATER)
    assert second.replaces == first
    assert (second.added, second.changed, second.withdrawn, second.unchanged) == (1, 1, 1, 1)
    with acting(context("health")):
        kinds = RosterRemark.Kind
        found = queries.remarks(second, kinds.ADDED, kinds.CHANGED, kinds.GONE)
        assert sorted((row.kind, row.value, row.reason) for row in found) == [
            ("added", "S009", ""),
            ("changed", "S002", "電話"),
            ("gone", "S003", ""),
        ]
        assert queries.corrected_by(first) == second
        assert queries.month(MARCH)[3].receipt == second
        current = SourceRecord.objects.filter(withdrawn_at=None).values_list("record_number", flat=True)
        assert set(current) == {"S001", "S002", "S009"}


def test_going_back_to_the_first_version_is_a_correction_too(tmp_path: Path) -> None:
    path = suicide_roster(tmp_path)
    before = path.read_bytes()
    load(path)
    load(suicide_roster(tmp_path, SUICIDE_ROWS[:1]), now=LATER)
    path.write_bytes(before)
    third = load(path, now=LATER + dt.timedelta(hours=1))
    assert (third.added, third.unchanged, third.withdrawn) == (2, 1, 0)


def test_a_liaison_loads_only_the_own_bureaus_rosters(tmp_path: Path) -> None:
    path = suicide_roster(tmp_path)
    with pytest.raises(LoadNotAllowed, match="衛生局"):
        load(path, "police")
    with pytest.raises(LoadNotAllowed, match="職務"):
        load(path, "luodong.worker")
    with acting(SYSTEM):
        assert not RosterReceipt.objects.exists()
    assert load(path, "data").accepted == 3


def test_saying_that_it_is_ones_own_bureaus_list_does_not_help(tmp_path: Path) -> None:
    given = Given(AgencyCode.POLICE, RosterCode.SUICIDE_REPORT, Period(2026, 3))
    with pytest.raises(LoadNotAllowed, match="衛生局"):
        load(suicide_roster(tmp_path), "police", given)


def test_another_bureau_sees_neither_receipt_nor_rows(tmp_path: Path) -> None:
    receipt = load(suicide_roster(tmp_path))
    with acting(context("police")):
        assert queries.receipts() == []
        assert queries.receipt(receipt.pk) is None
        assert queries.refused_rows(receipt) == []
        assert all(line.receipt is None for line in queries.month(MARCH))
        assert queries.months_with_receipts() == []


def test_a_file_that_does_not_say_its_month_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    rows = [(*row[:8], "") for row in SUICIDE_ROWS]
    path = csv_file(tmp_path, "自殺通報個案.csv", SUICIDE_HEADER, rows)
    receipt = load(path)
    assert receipt.state == RosterReceipt.State.REFUSED
    assert receipt.recognition["missing"] == ["period"]
    assert "月份" in receipt.message
    assert "anwang" not in receipt.message
    given = Given(period=Period(2026, 3))
    assert load(path, given=given, now=LATER).accepted == 3


def test_a_broken_file_gives_a_receipt_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "11503_自殺通報個案.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(400))
    receipt = load(path)
    assert receipt.state == RosterReceipt.State.REFUSED
    assert receipt.message
    assert ":" not in receipt.message[:20], "the stable code is not for the user"
    with acting(SYSTEM):
        assert not SourceRecord.objects.exists()
        assert not RosterRemark.objects.exists()
    with acting(context("health")):
        assert queries.receipts() == [receipt]


def test_refused_rows_go_back_as_ods_and_csv_with_the_columns_as_received(tmp_path: Path) -> None:
    receipt = load(suicide_roster(tmp_path))
    by = loader("health")
    with acting(by.context):
        rows = refusals_of(receipt=receipt, by=by, now=LATER)
        ods, plain = io.BytesIO(), io.BytesIO()
        write_refusals(ods, receipt, rows)
        write_refusals_csv(plain, receipt, rows)
    sheet = read_table(ods.getvalue(), name="a.ods").sheets[0]
    assert sheet.rows[2] == ("檔案列號", "欄位", "原因", "收到的值", *SUICIDE_HEADER)
    assert [row[0] for row in sheet.rows[3:]] == [5, 6]
    assert sheet.rows[4][4:7] == ("S005", "張三", None)
    lines = plain.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].split(",")[:5] == ["檔案列號", "欄位", "原因", "收到的值", "通報編號"]
    assert len(lines) == 3
    assert actions()[-1] == ("exported_refusals", "roster_receipt", str(receipt.pk))


def test_opening_a_receipt_is_recorded(tmp_path: Path) -> None:
    receipt = load(suicide_roster(tmp_path))
    by = loader("health")
    with acting(by.context):
        open_receipt(receipt=receipt, by=by, now=LATER)
    assert actions()[-1] == ("opened_roster", "roster_receipt", str(receipt.pk))


def test_notes_come_by_kind(tmp_path: Path) -> None:
    receipt = load(suicide_roster(tmp_path))
    with acting(context("health")):
        groups = queries.note_groups(receipt)
        assert sum(group.count for group in groups) == len(queries.notes(receipt)) > 0
        assert all(group.reason and group.examples for group in groups)
