"""Small rosters made for the tests: people who do not exist, in the nine lists' usual columns."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from anwang.people.rosters.recognise import recognise_all
from anwang.people.rosters.recognition import Given, Recognition
from anwang.platform.files.ods import ColumnOut, SheetOut, write_ods
from anwang.platform.files.sheet import Table, cell_text
from anwang.platform.files.tables import read_table
from anwang.standard.codes import RosterCode
from anwang.standard.fields import FieldId as F
from anwang.standard.identity import complete

_NOTHING = Given()

SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐"
GIVEN = ("怡君", "志明", "淑芬", "俊傑", "雅婷", "家豪", "美玲", "冠宇", "佩珊", "建宏", "詩涵", "宗翰")
ROADS = (
    "宜蘭縣宜蘭市神農路一段",
    "宜蘭縣羅東鎮公正路",
    "26宜蘭縣礁溪鄉大忠村中山路二段",
    "宜蘭縣冬山鄉群英村永興路",
)

USUAL_HEADERS: dict[RosterCode, dict[str, F]] = {
    RosterCode.VULNERABLE_FAMILY: {
        "案號": F.RECORD_NUMBER, "個案姓名": F.NAME, "身分證字號": F.ID_NUMBER, "出生日期": F.BIRTH, "性別": F.SEX,
        "聯絡電話": F.PHONE, "居住地址": F.ADDRESS, "與案主關係": F.RELATION, "案主姓名": F.REFERENCE_NAME,
        "開案日期": F.OPENED_ON, "社福中心": F.WELFARE_CENTER,
    },
    RosterCode.CHILD_OUTREACH: {
        "編號": F.RECORD_NUMBER, "兒童姓名": F.NAME, "身分證字號": F.ID_NUMBER, "出生日期": F.BIRTH, "性別": F.SEX,
        "電話": F.PHONE, "地址": F.ADDRESS, "主要照顧者": F.CARER_NAME, "訪視結果": F.VISIT_RESULT,
    },
    RosterCode.EMERGENCY_RELIEF: {
        "申請案號": F.RECORD_NUMBER, "申請人": F.NAME, "身分證字號": F.ID_NUMBER, "出生年月日": F.BIRTH, "性別": F.SEX,
        "聯絡電話": F.PHONE, "地址": F.ADDRESS, "申請日期": F.APPLIED_ON, "核定金額": F.APPROVED_AMOUNT,
    },
    RosterCode.SUICIDE_REPORT: {
        "編號": F.RECORD_NUMBER, "姓名": F.NAME, "身分證統一編號": F.ID_NUMBER, "生日": F.BIRTH, "性別": F.SEX,
        "電話": F.PHONE, "住址": F.ADDRESS, "通報日期": F.REPORTED_ON, "自殺原因": F.SUICIDE_CAUSE,
    },
    RosterCode.HEALTH_CASE: {
        "序": F.ROW_NUMBER, "流水號": F.RECORD_NUMBER, "姓名": F.NAME, "身分證號": F.ID_NUMBER, "出生年月日": F.BIRTH,
        "性別": F.SEX, "手機": F.PHONE, "通訊地址": F.ADDRESS, "個案類別": F.CASE_CATEGORY, "就醫或追蹤情形": F.CARE_STATUS,
    },
    RosterCode.POLICE_VISIT: {
        "ID": F.RECORD_NUMBER, "NAME": F.NAME, "IDNO": F.ID_NUMBER, "BIRTH": F.BIRTH, "SEX": F.SEX, "TEL": F.PHONE,
        "ADDR": F.ADDRESS, "UNIT": F.POLICE_UNIT, "LAST_VISIT": F.VISITED_ON,
    },
    RosterCode.SCHOOL_DROPOUT: {
        "編號": F.RECORD_NUMBER, "學生姓名": F.NAME, "身分證字號": F.ID_NUMBER, "出生日期": F.BIRTH, "性別": F.SEX,
        "家長電話": F.PHONE, "戶籍地址": F.ADDRESS, "就讀學校": F.SCHOOL, "輟學日期": F.DROPOUT_ON, "狀態": F.DROPOUT_STATUS,
    },
    RosterCode.EMPLOYMENT: {
        "登記編號": F.RECORD_NUMBER, "求職者": F.NAME, "身分證字號": F.ID_NUMBER, "生日": F.BIRTH, "性別": F.SEX,
        "電話": F.PHONE, "地址": F.ADDRESS, "身分別": F.WELFARE_STATUS, "登記日期": F.REGISTERED_ON, "推介結果": F.EMPLOYMENT_RESULT,
    },
    RosterCode.HOUSEHOLD_REGISTER: {
        "序號": F.RECORD_NUMBER, "戶號": F.HOUSEHOLD_NUMBER, "姓名": F.NAME, "統一編號": F.ID_NUMBER, "出生日期": F.BIRTH,
        "性別": F.SEX, "稱謂": F.RELATION, "戶籍地址": F.ADDRESS,
    },
}  # fmt: skip

_WORDS: dict[F, Sequence[str]] = {
    F.RELATION: ("本人", "長子", "配偶", "母", "孫女"),
    F.VISIT_RESULT: ("已訪視", "待訪視", "行方不明"),
    F.SUICIDE_CAUSE: ("經濟因素", "家庭關係", "感情因素", ""),
    F.CASE_CATEGORY: ("精神疾病", "藥癮"),
    F.CARE_STATUS: ("未就醫", "規則就醫", "追蹤中", "失聯"),
    F.POLICE_UNIT: ("宜蘭分駐所", "羅東派出所"),
    F.SCHOOL: ("員山國小", "宜蘭國中", "羅東高中"),
    F.DROPOUT_STATUS: ("中輟", "復學", "輔導中"),
    F.WELFARE_STATUS: ("低收入戶", "更生人", "長期失業"),
    F.EMPLOYMENT_RESULT: ("已就業", "未就業"),
    F.WELFARE_CENTER: ("宜蘭", "羅東", "礁溪"),
    F.APPROVED_AMOUNT: ("0", "15000", "30000"),
}


def person_name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def id_number(rng: random.Random, sex: str = "男") -> str:
    return complete(f"G{'1' if sex == '男' else '2'}{rng.randrange(10**7):07d}")


def _value(field: F, index: int, rng: random.Random, sex: str, year: int) -> str:
    match field:
        case F.RECORD_NUMBER:
            return f"T{rng.randrange(10**6):06d}{index:03d}"
        case F.ROW_NUMBER:
            return str(index + 1)
        case F.NAME | F.REFERENCE_NAME | F.CARER_NAME:
            return person_name(rng)
        case F.ID_NUMBER:
            return id_number(rng, sex) if rng.random() < 0.8 else ""
        case F.BIRTH:
            return f"{year:03d}{rng.randrange(1, 13):02d}{rng.randrange(1, 28):02d}"
        case F.SEX:
            return sex
        case F.PHONE:
            return f"09{rng.randrange(10**8):08d}" if rng.random() < 0.8 else ""
        case F.ADDRESS:
            return f"{rng.choice(ROADS)}{rng.randrange(1, 400)}號{rng.randrange(2, 9)}樓"
        case F.HOUSEHOLD_NUMBER:
            return f"G{index // 3:07d}"
        case _ if field in _WORDS:
            return rng.choice(_WORDS[field])
        case _:
            return f"115/3/{rng.randrange(1, 29)}"


def rows_of(roster: RosterCode, count: int = 30, seed: int = 1) -> tuple[list[str], list[list[str]]]:
    """The usual header and `count` rows of a list."""
    rng = random.Random(seed)
    headers = USUAL_HEADERS[roster]
    rows = []
    for index in range(count):
        sex = rng.choice("男女")
        year = rng.randrange(109, 115) if roster is RosterCode.CHILD_OUTREACH else rng.randrange(30, 100)
        rows.append([_value(field, index, rng, sex, year) for field in headers.values()])
    return list(headers), rows


def csv_table(rows: Sequence[Sequence[Any]], name: str) -> Table:
    stream = io.StringIO()
    csv.writer(stream).writerows([[cell_text(cell) for cell in row] for row in rows])
    return read_table(stream.getvalue().encode("utf-8-sig"), name=name)


def ods_table(rows: Sequence[Sequence[Any]], name: str, sheet: str = "工作表1") -> Table:
    stream = io.BytesIO()
    write_ods(stream, [SheetOut(sheet, [ColumnOut(cell_text(cell)) for cell in rows[0]], rows[1:])])
    return read_table(stream.getvalue(), name=name)


def xlsx_table(
    sheets: dict[str, Sequence[Sequence[Any]]], name: str, merges: Sequence[tuple[int, int, int, int]] = ()
) -> Table:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy/m/d"})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(r, c, cell)
                elif cell is not None:
                    sheet.write(r, c, cell)
        for first_row, first_column, last_row, last_column in merges:
            value = rows[first_row][first_column]
            sheet.merge_range(first_row, first_column, last_row, last_column, value)
    book.close()
    return read_table(stream.getvalue(), name=name)


def recognise(table: Table, given: Given = _NOTHING) -> Recognition:
    """The roster of a file with one roster."""
    (found,) = recognise_all(table, given)
    return found
