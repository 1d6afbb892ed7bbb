"""The handbook page of the office calendar: how terms are counted, and the days of each year with who says so."""

from __future__ import annotations

import datetime as dt

from anwang.platform.due_rules import Calendar, TermKind
from anwang.policy import standard
from anwang.policy.holidays import CalendarDay, years

_WEEKDAYS = "一二三四五六日"
_CLOCKS = {
    TermKind.HOURS: ("從起算那一刻起算滿，夜間、假日、停班照算", "003 貳二(1/2)（24 小時內處理比率）"),
    TermKind.DAYS: ("起算當日不算，最後一日 23:59 前完成；遇假日、停班不順延", "民法 第120條"),
    TermKind.MONTHS: ("到相當的那一日 23:59；那個月沒有這一日，就是月底", "民法 第121條"),
    TermKind.WORKING_DAYS: (
        "起算當日不算，扣除星期六日、放假日與停班，最後一個工作天 23:59 前完成",
        "規則寫明工作天者",
    ),
}


def page() -> str:
    documents = standard().documents
    lines = [
        "# 期限與行事曆",
        "",
        "本頁由 `platform/due_rules.py` 與 `policy/calendar/*.yaml` 產生，請改資料，不要改本頁。",
        "",
        "## 怎麼算期限",
        "",
        "| 單位 | 怎麼算 | 依據 | 停班會順延 |",
        "| --- | --- | --- | --- |",
    ]
    for kind, (how, source) in _CLOCKS.items():
        lines.append(f"| {kind.label} | {how} | {source} | {'會' if kind.moves_with_closures else '不會'} |")
    lines += [
        "",
        "日曆天與月的末日遇假日不順延：這些期限多是保護期限，不因假日延後；規則要順延的，寫成工作天。",
        "時間一律是臺灣時間（UTC+8，沒有日光節約時間）。",
        "",
        "## 換上公布的日曆表",
        "",
        "縣府取得新的「政府行政機關辦公日曆表」後，把同樣格式的檔案放進資料夾的 `policy/calendar/`（例如 `2027.yaml`），"
        "重新啟動即生效，並在當夜重算以工作天計算的期限。沒有資料的年度只扣除星期六、日，畫面會註明。",
        "",
    ]
    for year in sorted(years()):
        found = years()[year]
        document = documents[found.citation.document]
        office = Calendar.of([found])
        days = [dt.date(year, 1, 1) + dt.timedelta(days=i) for i in range(366)]
        working = sum(office.is_working(day) for day in days if day.year == year)
        lines += [
            f"## {year - 1911}年",
            "",
            f"{document.title}（{document.number}）。工作天 {working} 日。",
            "",
        ]
        if found.note:
            lines += [found.note, ""]
        lines += ["| 日期 | 類別 | 名稱 | 依據 | 來源 |", "| --- | --- | --- | --- | --- |"]
        lines += [_row("放假", day) for day in found.holidays]
        lines += [_row("補行上班", day) for day in found.make_up_days]
        lines.append("")
    return "\n".join(lines)


def _row(kind: str, day: CalendarDay) -> str:
    on = f"{day.on.month}月{day.on.day}日（{_WEEKDAYS[day.on.weekday()]}）"
    return f"| {on} | {kind} | {day.name} | {day.citation} | {day.origin.label} |"
