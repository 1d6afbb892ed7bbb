from __future__ import annotations

import pytest

from anwang.policy import PolicyError
from anwang.policy.schema import merge_parameters, parse_defects, parse_documents, parse_parameters

GOOD = """\
parameters:
  - id: a.b
    label_zh: 甲
    citation: {document: "001", clause: 參三}
    unit: 日
    values: {2020-01-01: 3}
"""
DEFECT = """\
defects:
  - id: d
    citation: {document: "001", clause: 參三}
    printed: 甲
    problem: 乙
    reading: 丙
    flag: 丁
    affects: [a.b]
"""
DOCUMENTS = {"001"}


def test_good_file_reads() -> None:
    found = parse_parameters(GOOD, "p.yaml", DOCUMENTS)
    assert found["a.b"].unit == "日"
    assert list(found["a.b"].values.values()) == [3]


def test_values_are_sorted_by_date() -> None:
    text = GOOD.replace("{2020-01-01: 3}", "{2021-01-01: 4, 2020-01-01: 3.5}")
    assert list(parse_parameters(text, "p.yaml", DOCUMENTS)["a.b"].values.values()) == [3.5, 4]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("id: a.b", "id: [", 4, "不是合格的 YAML"),
        ("parameters:", "things:", 1, "不認得的欄位「things」"),
        ("  - id: a.b\n    label_zh: 甲\n", "  - label_zh: 甲\n", 2, "缺少欄位「id」"),
        ("    unit: 日\n", "    unit: 日\n    unit: 月\n", 6, "「unit」重複"),
        ("label_zh: 甲", "label_zh: 12", 3, "這裡應為文字"),
        ("label_zh: 甲", "label_zh: '  '", 3, "這裡應為文字"),
        ("label_zh: 甲", "label_zh: ''", 3, "這裡不可空白"),
        ('document: "001"', 'document: "009"', 4, "文件「009」不在文件清單中"),
        ('{document: "001", clause: 參三}', "參三", 4, "這裡應為「欄位: 值」"),
        ("{2020-01-01: 3}", "3", 6, "至少要有一個"),
        ("{2020-01-01: 3}", "{}", 6, "至少要有一個"),
        ("{2020-01-01: 3}", "{109年: 3}", 6, "日期應寫成"),
        ("{2020-01-01: 3}", "{2020-01-01 10:00:00: 3}", 6, "日期應寫成"),
        ("{2020-01-01: 3}", "{2020-13-01: 3}", 6, "讀不出來"),
        ("{2020-01-01: 3}", "{2020-01-01: 3, 2020-01-01: 4}", 6, "重複"),
        ("{2020-01-01: 3}", "{? [1] : 3}", 6, "欄位名稱應為文字或日期"),
        ("{2020-01-01: 3}", "{2020-01-01: }", 6, "值應為數字、文字或文字清單"),
        ("{2020-01-01: 3}", "{2020-01-01: ''}", 6, "值應為數字、文字或文字清單"),
        ("{2020-01-01: 3}", "{2020-01-01: {a: b}}", 6, "值應為數字、文字或文字清單"),
        ("{2020-01-01: 3}", "{2020-01-01: [1]}", 6, "這裡應為文字"),
        ("{2020-01-01: 3}", "{2020-01-01: 3, 2021-01-01: a}", 6, "種類不同"),
        ("    unit: 日\n", "    unit: 日\n    choices: a\n", 6, "這裡應為清單"),
        ("    unit: 日\n", "    unit: 日\n    choices: [a, b]\n", 7, "值「3」不在可選的 a、b 之中"),
        ("    unit: 日\n", "    unit: 日\n    origin: county\n", 6, "來源只能是"),
        ("    unit: 日\n", "    unit: 日\n    origin: default\n", 6, "在 note 說明"),
    ],
)
def test_errors_name_file_and_line(old: str, new: str, line: int, message: str) -> None:
    assert old in GOOD
    with pytest.raises(PolicyError, match=message) as error:
        parse_parameters(GOOD.replace(old, new), "p.yaml", DOCUMENTS)
    assert f"規定檔 p.yaml 第 {line} 行：" in str(error.value)


def test_empty_file_is_an_error_in_its_first_line() -> None:
    with pytest.raises(PolicyError, match="第 1 行"):
        parse_parameters("", "p.yaml", DOCUMENTS)


def test_control_character_is_an_error() -> None:
    with pytest.raises(PolicyError, match="不是合格的 YAML"):
        parse_parameters("a: \x00", "p.yaml", DOCUMENTS)


def test_repeated_id_is_an_error() -> None:
    entry = GOOD.removeprefix("parameters:\n")
    with pytest.raises(PolicyError, match=r"第 7 行：規定「a\.b」重複"):
        parse_parameters(GOOD + entry, "p.yaml", DOCUMENTS)


def test_repeated_document_is_an_error() -> None:
    entry = '  - {code: "1", title: 甲, number: "", effective_on: 2020-01-01}\n'
    assert parse_documents("documents:\n" + entry, "d.yaml")["1"].title == "甲"
    with pytest.raises(PolicyError, match="第 3 行：文件「1」重複"):
        parse_documents("documents:\n" + entry * 2, "d.yaml")


def test_defects_name_known_parameters_once() -> None:
    assert parse_defects(DEFECT, "s.yaml", DOCUMENTS, {"a.b"})["d"].affects == ("a.b",)
    with pytest.raises(PolicyError, match=r"第 8 行：沒有「a\.b」這項規定"):
        parse_defects(DEFECT, "s.yaml", DOCUMENTS, set())
    with pytest.raises(PolicyError, match="第 9 行：「d」重複"):
        parse_defects(DEFECT + DEFECT.removeprefix("defects:\n"), "s.yaml", DOCUMENTS, {"a.b"})


def test_an_id_stands_in_one_file_only() -> None:
    found = parse_parameters(GOOD, "p.yaml", DOCUMENTS)
    assert merge_parameters({}, found, "p.yaml") == found
    with pytest.raises(PolicyError, match=r"規定檔 q\.yaml：規定「a\.b」已在另一檔"):
        merge_parameters(found, found, "q.yaml")
