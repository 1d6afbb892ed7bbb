from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from anwang.policy import Citation, Origin, PolicyError, load, standard, value
from anwang.policy.versions import version_of
from anwang.standard.codes import AgencyCode, RosterCode

DAY = dt.date(2026, 3, 1)

OVERLAY = """\
county: 宜蘭縣
documents:
  - {code: 宜蘭-1, title: 宜蘭縣作業規定, number: 府社字第1號, effective_on: 2026-04-01}
overrides:
  - id: deadline.receipt.days
    citation: {document: 宜蘭-1, clause: 第3點}
    values: {2026-04-01: 5}
"""


def overlay(folder: Path, text: str = OVERLAY, name: str = "yilan.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_value_holds_from_its_first_day() -> None:
    assert value("person.adult_age", on=dt.date(2022, 12, 31)) == 20
    assert value("person.adult_age", on=dt.date(2023, 1, 1)) == 18


def test_value_before_the_first_day_is_an_error_in_chinese() -> None:
    with pytest.raises(PolicyError, match="尚未生效"):
        value("cocase.minimum", on=dt.date(2019, 12, 31))


def test_unknown_id_is_an_error() -> None:
    with pytest.raises(PolicyError, match=r"沒有「no\.such」這項規定"):
        value("no.such", on=DAY)


def test_typed_reading_refuses_another_kind() -> None:
    policy = standard()
    assert policy.number("cocase.minimum", on=DAY) == 2
    assert policy.code("cocase.counted_by", on=DAY) == "unit"
    assert "drug" in policy.texts("codes.category.drug", on=DAY)
    for read in (policy.number, policy.texts):
        with pytest.raises(PolicyError):
            read("cocase.counted_by", on=DAY)
    with pytest.raises(PolicyError):
        policy.code("cocase.minimum", on=DAY)


def test_citations_name_document_and_clause() -> None:
    policy = standard()
    citation = policy.citation("high_risk_child.under_age")
    assert str(citation) == "001 參三(六)1(3)"
    assert policy.documents[citation.document].title.startswith("桃園市政府109年")


def test_flags_show_defects_and_defaults() -> None:
    policy = standard()
    assert policy.flags("cocase.counted_by") == (
        "原文「單位」「局處」並用，本系統以單位計，一份名冊算一個單位。",
    )
    assert policy.flags("deadline.receipt.days") == ("期限日數為本系統預設，待縣府核定。",)
    assert policy.flags("lists.reference_day") == (
        "名單的年齡計算日（名冊月份的第一日或末日）：本系統預設，待縣府核定。",
    )
    assert policy.flags("priority.elder_age") == ()


def test_every_default_says_so_and_why() -> None:
    for parameter in standard().parameters.values():
        if parameter.origin is Origin.DEFAULT:
            assert parameter.origin.label == "本系統預設，待縣府核定"
            assert parameter.note or parameter.id.startswith("visible.")


def test_codes_in_the_data_exist_in_the_standard() -> None:
    policy = standard()
    for id in ("cocase.rosters", "missing_child.rosters", "priority.self_harm_rosters"):
        assert {RosterCode(code) for code in policy.texts(id, on=DAY)}
    for name in policy.parameters:
        if name.startswith("receivers."):
            assert {AgencyCode(code) for code in policy.texts(name, on=DAY)}
    assert "household_register" not in policy.texts("cocase.rosters", on=DAY)


def test_every_known_defect_of_the_documents_is_kept() -> None:
    defects = standard().defects
    assert {d.citation.document for d in defects.values()} == {"001", "002", "003", "004"}
    assert "8.57%" in defects["004-1-7-year-117"].printed
    assert "87.5%" in defects["004-1-7-year-117"].reading
    assert all(d.flag and d.reading for d in defects.values())


def test_county_overlay_overrides_with_its_own_document(tmp_path: Path) -> None:
    policy = load(overlay(tmp_path))
    changed = policy.parameter("deadline.receipt.days")
    assert policy.number("deadline.receipt.days", on=dt.date(2026, 3, 31)) == 3
    assert policy.number("deadline.receipt.days", on=dt.date(2026, 4, 1)) == 5
    assert changed.citation == Citation("宜蘭-1", "第3點")
    assert changed.origin.label == "縣府核定"
    assert changed.note == "宜蘭縣覆寫。"
    assert not policy.is_ours("deadline.receipt.days")
    assert policy.version != standard().version
    assert policy.documents[changed.citation.document].title == "宜蘭縣作業規定"


def test_loading_without_overlay_is_the_standard() -> None:
    assert load().version == standard().version


def test_overlay_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"gone\.yaml 讀不到"):
        load(tmp_path / "gone.yaml")
    path = tmp_path / "big5.yaml"
    path.write_bytes("county: 宜蘭縣".encode("big5"))
    with pytest.raises(PolicyError, match="UTF-8"):
        load(path)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("deadline.receipt.days", "deadline.none", 5, "沒有「deadline.none」這項規定可以覆寫"),
        ("document: 宜蘭-1, clause", 'document: "001", clause', 6, "文件「001」不在文件清單中"),
        ("code: 宜蘭-1", 'code: "001"', 3, "文件代號「001」已被使用"),
        ("{2026-04-01: 5}", "{2026-04-01: [a]}", 7, "值的種類與原規定不同"),
        ("county: 宜蘭縣", "county: ''", 1, "不可空白"),
        ("county: 宜蘭縣", "nation: 宜蘭縣", 1, "不認得的欄位「nation」"),
    ],
)
def test_overlay_errors_name_the_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in OVERLAY
    with pytest.raises(PolicyError, match=message) as error:
        load(overlay(tmp_path, OVERLAY.replace(old, new)))
    assert f"yilan.yaml 第 {line} 行" in str(error.value)


def test_overlay_may_not_override_twice(tmp_path: Path) -> None:
    head, _, entry = OVERLAY.partition("overrides:\n")
    with pytest.raises(PolicyError, match="重複"):
        load(overlay(tmp_path, f"{head}overrides:\n{entry}{entry}"))


def test_overlay_keeps_its_own_note(tmp_path: Path) -> None:
    policy = load(overlay(tmp_path, OVERLAY + "    note: 經縣務會議通過\n"))
    assert policy.parameter("deadline.receipt.days").note == "經縣務會議通過"


def test_version_changes_with_values_and_readings_only() -> None:
    policy = standard()
    parameters, defects = list(policy.parameters.values()), list(policy.defects.values())
    assert version_of(parameters[::-1], defects[::-1]) == policy.version
    noted = [dataclasses.replace(parameters[0], note="另註"), *parameters[1:]]
    assert version_of(noted, defects) == policy.version
    moved = [dataclasses.replace(parameters[0], values={DAY: 7}), *parameters[1:]]
    assert version_of(moved, defects) != policy.version
    reread = [dataclasses.replace(defects[0], reading="另一種讀法"), *defects[1:]]
    assert version_of(parameters, reread) != policy.version
