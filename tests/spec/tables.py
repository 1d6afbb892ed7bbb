"""The Chinese tables of cases: read, run, and printed as the handbook page `lists.md`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from anwang.network.cocases import rules
from anwang.network.cocases.ages import bounds_of
from anwang.network.cocases.facts import Absent, Carer, Household, Member, RelationTo, Service
from anwang.policy import Decision, standard
from anwang.standard.codes import RosterCode
from anwang.standard.fields import FieldId
from anwang.standard.kinship import read_relation
from anwang.standard.record import PartialDate, Period

HERE = Path(__file__).parent
DEFAULT_DAY = "115/3/1"

ROSTERS = {
    "脆家": RosterCode.VULNERABLE_FAMILY,
    "關懷": RosterCode.CHILD_OUTREACH,
    "急難": RosterCode.EMERGENCY_RELIEF,
    "自殺": RosterCode.SUICIDE_REPORT,
    "個管": RosterCode.HEALTH_CASE,
    "查訪": RosterCode.POLICE_VISIT,
    "中輟": RosterCode.SCHOOL_DROPOUT,
    "就業": RosterCode.EMPLOYMENT,
    "戶籍": RosterCode.HOUSEHOLD_REGISTER,
}
DETAILS = {
    "原因": FieldId.SUICIDE_CAUSE,
    "類別": FieldId.CASE_CATEGORY,
    "情形": FieldId.CARE_STATUS,
    "訪視": FieldId.VISIT_RESULT,
    "申請": FieldId.APPLIED_ON,
    "身分": FieldId.WELFARE_STATUS,
    "推介": FieldId.EMPLOYMENT_RESULT,
}
YES_NO = {"是": True, "否": False, True: True, False: False}


@dataclass(frozen=True)
class Table:
    file: str
    title: str
    rule: str
    clause: str
    text: str
    cases: tuple[dict[str, Any], ...]


def tables() -> list[Table]:
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.append(Table(path.name, raw["清單"], raw["規則"], raw["條文"], raw["說明"], tuple(raw["案例"])))
    return found


def day(text: str) -> dt.date:
    year, month, number = (int(part) for part in text.split("/"))
    return dt.date(year + 1911, month, number)


def household(case: dict[str, Any]) -> Household:
    month = day(case.get("參考日", DEFAULT_DAY))
    period = Period(month.year, month.month)
    names = {row["代號"] for row in case["家戶"]}
    absent = tuple(Absent(a["身分"], a["代號"]) for a in case.get("不在成員", ()))
    return Household("H", tuple(_member(row, period, names) for row in case["家戶"]), "羅東鎮", absent)


def decide(table: Table, case: dict[str, Any]) -> Decision | None:
    policy, on = standard(), day(case.get("參考日", DEFAULT_DAY))
    home = household(case)
    person = home.member(case.get("對象", ""))
    if table.rule == "cocase":
        return rules.cocases(home, policy=policy, on=on)
    if table.rule.startswith("priority"):
        found = rules.priority_marks(home, policy=policy, on=on)
        return next((decision for decision in found if decision.rule == table.rule), None)
    assert person is not None, f"{table.file}：{case['名稱']} 沒有對象"
    if table.rule == "economic_suicide_watch":
        return rules.economic_suicide_watch(person, home, policy=policy, on=on)
    if table.rule == "missing_child":
        return rules.missing_child(person, policy=policy, on=on)
    assert table.rule == "high_risk_child"
    return rules.high_risk_child(person, home, policy=policy, on=on)


def page() -> str:
    lines = [
        "# 名單規則案例",
        "",
        "本頁由 `tests/spec/*.yaml` 產生，每一列都是一個會執行的測試；請改 YAML，不要改本頁。",
        f"未另註明時，年齡計算日為 {DEFAULT_DAY}。「確定」為否時，判斷用到了推定，缺什麼寫在最後一欄。",
        "",
    ]
    for table in tables():
        lines += [f"## {table.title}", "", f"依據：{table.clause}。{table.text}", ""]
        lines += ["| 案例 | 家戶 | 結果 | 原因 | 缺什麼 |", "| --- | --- | --- | --- | --- |"]
        for case in table.cases:
            decision = decide(table, case)
            outcome = "不在規則範圍" if decision is None else decision.outcome.label
            if decision is not None and not decision.certain:
                outcome += "（推定）"
            reason = decision.reason if decision else ""
            missing = "".join(decision.missing) if decision else ""
            cells = [case["名稱"], _home_text(case), outcome, reason, missing]
            lines.append("| " + " | ".join(cell.replace("|", "｜") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def _member(row: dict[str, Any], period: Period, names: set[str]) -> Member:
    name = row["代號"]
    client = row.get("與案主關係", "")
    word = client or row.get("稱謂", "")
    carer = row.get("照顧者")
    return Member(
        key=name,
        label=name,
        birth=bounds_of(_birth(row.get("生日")), "名冊出生日期"),
        relation=read_relation(word),
        relation_to=RelationTo.CLIENT if client else RelationTo.HEAD,
        relation_raw=word,
        services=tuple(_service(text, period, f"{name}-{i}") for i, text in enumerate(row.get("名冊", ()))),
        record_keys=(f"{name}-戶籍",) if "戶籍" in row else (f"{name}-0",),
        registered="戶籍" in row,
        carer=Carer(carer, carer if carer in names else None, (f"{name}-0",)) if carer else None,
        deceased=row.get("歿") == "部分" or YES_NO[row.get("歿", False)],
        death_disputed=row.get("歿") == "部分",
        disabled=YES_NO[row["失能"]] if "失能" in row else None,
    )


def _service(text: str, period: Period, key: str) -> Service:
    roster, *fields = text.split(" ")
    pairs = dict(field.split("=", 1) for field in fields)
    code = ROSTERS[roster]
    return Service(
        code.agency,
        code,
        period,
        (key,),
        pairs.pop("單位", ""),
        {DETAILS[name].value: value for name, value in pairs.items()},
    )


def _birth(text: str | None) -> PartialDate | None:
    if text is None:
        return None
    parts = [int(part) for part in str(text).split("/")]
    return PartialDate(str(text), parts[0] + 1911, *parts[1:])


def _home_text(case: dict[str, Any]) -> str:
    persons = []
    for row in case["家戶"]:
        about = [row[key] for key in ("稱謂", "與案主關係") if key in row]
        about.append(f"生日{row['生日']}" if "生日" in row else "生日不詳")
        about += [f"照顧者欄{row['照顧者']}"] if "照顧者" in row else []
        about += [f"歿（{row['歿']}名冊）" if row["歿"] == "部分" else "歿"] if "歿" in row else []
        about += [f"失能：{'是' if YES_NO[row['失能']] else '否'}"] if "失能" in row else []
        about += row.get("名冊", [])
        persons.append(f"{row['代號']}（{'，'.join(about)}）")
    persons += [f"{a['身分']}{a['代號']}（不在成員）" for a in case.get("不在成員", ())]
    prefix = f"計算日{case['參考日']}：" if "參考日" in case else ""
    return prefix + "、".join(persons)
