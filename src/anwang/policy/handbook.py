"""The handbook pages of the policy, as Markdown text. Whoever calls this writes the files."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from .model import Parameter, Value
from .store import Policy

_GROUPS = (
    (
        "ages",
        "年齡",
        ("high_risk_child", "priority.child", "priority.elder", "person", "missing_child.under"),
    ),
    ("deadlines", "期限與簽收", ("deadline",)),
    ("clocks", "逾期升級與行事曆", ("escalation", "calendar", "load")),
    ("receivers", "誰收名單", ("receivers",)),
    ("visible", "誰看得到哪些欄位", ("visible",)),
    ("screening", "篩案", ("screening",)),
    ("dispatch", "派案、退派與抽案", ("dispatch", "sampling")),
    ("linkage", "比對", ("linkage",)),
    ("codes", "名冊用語怎麼讀", ("codes", "words")),
    ("lists", "名單", ("",)),
)


def parameters_page(policy: Policy) -> str:
    """All parameters with their dated values, sources and notes, by subject."""
    lines = [
        "# 規定值",
        "",
        "本頁由 `policy/parameters/*.yaml` 產生，請改 YAML，不要改本頁。",
        "「來源」為原文者，數值出自所引條文；為本系統預設者，條文要求而沒有給數值，待縣府核定，核定後以縣府檔覆寫。",
        "",
        f"規定版本：`{policy.version}`（每一項決定都記下當時的版本）",
        "",
    ]
    ordered = sorted(policy.parameters.values(), key=lambda p: (_group(p.id)[0], p.id))
    for (_, title), members in groupby(ordered, key=lambda p: _group(p.id)):
        lines += [
            f"## {title}",
            "",
            "| 代號 | 規定 | 值 | 單位 | 依據 | 來源 | 說明 |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        lines += [_row(p, policy) for p in members]
        lines.append("")
    lines += ["## 文件", "", "| 代號 | 文件 | 文號 | 生效 |", "| --- | --- | --- | --- |"]
    for document in policy.documents.values():
        lines.append(
            f"| {document.code} | {document.title} | {document.number} | {_roc(document.effective_on)} |"
        )
    return "\n".join([*lines, ""])


def defects_page(policy: Policy) -> str:
    """The known defects of the source documents: as printed, what is wrong, our reading, what the user sees."""
    lines = [
        "# 來源文件疑義",
        "",
        "本頁由 `policy/source_defects.yaml` 產生。原文照印，不更正；本系統的讀法與使用者看到的提示列在旁邊。",
        "",
        "| 依據 | 原文 | 疑義 | 本系統讀作 | 使用者看到 | 影響的規定 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for defect in policy.defects.values():
        affects = "、".join(f"`{name}`" for name in defect.affects)
        lines.append(
            f"| {defect.citation} | {defect.printed} | {defect.problem} | {defect.reading} | {defect.flag} | {affects} |"
        )
    return "\n".join([*lines, ""])


def _group(name: str) -> tuple[int, str]:
    number = next(i for i, (_, _, starts) in enumerate(_GROUPS) if name.startswith(starts))
    return number, _GROUPS[number][1]


def _row(parameter: Parameter, policy: Policy) -> str:
    values = "；".join(f"{_roc(day)}起 {_value(value)}" for day, value in parameter.values.items())
    note = "".join(
        [parameter.note, *(f"【{flag}】" for flag in policy.flags(parameter.id) if parameter.note != flag)]
    )
    cells = [
        f"`{parameter.id}`",
        parameter.label_zh,
        values,
        parameter.unit,
        str(parameter.citation),
        parameter.origin.label,
        note,
    ]
    return "| " + " | ".join(cells) + " |"


def _value(value: Value) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _roc(day: dt.date) -> str:
    return f"{day.year - 1911}年{day.month}月{day.day}日"
