"""The Chinese table of screening: read, run, and printed as the handbook page `screening.md`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from anwang.policy import standard
from anwang.services.intake.screening_rules import PersonFacts, ReportFacts, Suggestion, suggest
from anwang.services.intake.vocabulary import ReporterKind, ReportRole
from anwang.services.programs.loading import shipped
from anwang.standard.report_answers import Danger, MandatedKind, Need

ON = dt.date(2026, 4, 25)
ROLES = {"被通報人": ReportRole.SUBJECT, "相對人": ReportRole.ALLEGED, "家人": ReportRole.FAMILY}


def raw() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")))


def cases() -> list[dict[str, Any]]:
    return list(raw()["案例"])


def facts_of(case: dict[str, Any]) -> ReportFacts:
    mandated = case.get("通報人")
    return ReportFacts(
        dangers=frozenset(case["危險"]),
        needs=frozenset(case.get("需求", ())),
        persons=tuple(_person(text) for text in case["人"]),
        text=case.get("內容", ""),
        same_home=bool(case.get("同住")),
        is_re_report=bool(case.get("再通報")),
        services=case.get("服務單位", 0),
        reporter=ReporterKind.MANDATED if mandated else ReporterKind.CITIZEN,
        mandated=MandatedKind(mandated) if mandated else None,
    )


def _person(text: str) -> PersonFacts:
    role, age, *rest = text.split()
    if age == "?":
        return PersonFacts(ROLES[role], None, "受傷" in rest)
    least, _, most = age.partition("–")
    return PersonFacts(ROLES[role], int(least), "受傷" in rest, int(most) if most else None)


def run(case: dict[str, Any]) -> Suggestion:
    return suggest(facts_of(case), policy=standard(), on=ON, programmes=shipped().on(ON))


def page() -> str:
    """Cases with what the rule says, then every factor with its points, and what speaks for each programme."""
    programmes = shipped().on(ON)
    lines = [
        "# 篩案建議",
        "",
        "本頁由 `tests/spec/screening/cases.yaml` 與 `policy/parameters/screening.yaml`、方案檔產生；每一列案例都是一個會執行的測試。",
        "建議只供參考，由人決定；決定與建議不同時須寫理由，兩者都留在紀錄上。",
        str(raw()["說明"]),
        "",
        "| 案例 | 通報 | 緊急程度 | 分數 | 建議方案 | 原因 | 缺什麼 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for case in cases():
        found = run(case)
        cells = [
            case["名稱"],
            _told(case),
            found.urgency.label,
            str(found.points),
            "、".join(programmes[each.programme].label for each in found.programmes),
            found.reason,
            "".join(found.missing),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    policy = standard()
    alone = set(policy.texts("screening.immediate.alone", on=ON))
    lines += [
        "",
        "## 因素與分數",
        "",
        "| 因素 | 分數 | 單獨即屬立即危險 | 依據 |",
        "| --- | --- | --- | --- |",
    ]
    for parameter in policy.parameters.values():
        if parameter.id.startswith("screening.points."):
            code = parameter.id.removeprefix("screening.points.")
            label = parameter.label_zh.removeprefix("篩案分數：")
            lines.append(
                f"| {label} | {parameter.on(ON)} | {'是' if code in alone else ''} | {parameter.citation} |"
            )
    lines += [
        "",
        "## 建議方案",
        "",
        "方案檔的 `entry` 說明通報有哪些情形時建議這個方案，縣市可增減。有危險的在前，其次明確、很可能、可能。",
        "條件都要符合，同一條件有一項即可。",
        "",
        "| 方案 | 情形 | 程度 | 字句 | 依據 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for programme in programmes.values():
        for rule in programme.entry:
            strength = rule.strength.label + ("，危險" if rule.danger else "")
            lines.append(
                f"| {programme.label} | {rule.label} | {strength} | {'、'.join(rule.words) or '—'} | {rule.citation} |"
            )
    return "\n".join([*lines, ""])


def _told(case: dict[str, Any]) -> str:
    parts = ["、".join(case["人"]) or "沒有寫人"]
    parts += ["、".join(Danger(code).label for code in case["危險"] if code in set(Danger)) or "沒有問危險"]
    parts += [f"需求：{'、'.join(Need(code).label for code in case['需求'])}"] if "需求" in case else []
    parts += [f"「{case['內容']}」"] if "內容" in case else []
    parts += ["同住"] if case.get("同住") else []
    parts += ["再通報"] if case.get("再通報") else []
    parts += [f"{case['服務單位']} 個單位服務中"] if "服務單位" in case else []
    parts += [f"{MandatedKind(case['通報人']).label}通報"] if "通報人" in case else []
    return "；".join(parts)
