"""What waits for a role without a legal clock, and what to do when nothing is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.people.linkage.queries import waiting_pairs
from anwang.people.rosters.queries import month
from anwang.platform.context import AccessContext, Purpose, acting
from anwang.platform.given_up import given_up_jobs
from anwang.standard.record import Period
from anwang.web.clocks import roc_day
from anwang.web.shell import link


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work without a legal clock that waits for a role: how many, of what, and where."""

    text: str
    href: str
    note: str = ""


def waiting(access: AccessContext, allowed: frozenset[Permission], now: dt.datetime) -> list[Waiting]:
    """What waits without a clock: pairs to review, rosters of the month that have not come."""
    found = []
    if Permission.REVIEW_PAIRS in allowed:
        with acting(replace(access, purpose=Purpose.LINKAGE_REVIEW)):
            pairs = waiting_pairs().count()
        if pairs:
            found.append(
                Waiting(
                    f"比對覆核：{pairs} 組等待決定",
                    link("review"),
                    "難分辨的與隨機抽出的，由人決定是不是同一人",
                )
            )
    if Permission.LINK in allowed:
        day = timezone.localdate(now)
        period = Period(day.year, day.month).previous()
        missing = [line.roster.label for line in month(period.first_day) if line.receipt is None]
        if missing:
            text = f"{roc_day(period.first_day, 'month')}名冊：{len(missing)} 份還沒有收到"
            found.append(Waiting(text, link("rosters"), "、".join(missing)))
    if Permission.MANAGE_MEMBERS in allowed and (given_up := given_up_jobs(now=now)):
        found.append(
            Waiting(f"背景工作：{len(given_up)} 項沒有完成，已停止", link("jobs"), "請看原因，再重新執行")
        )
    return found


def what_to_do(allowed: frozenset[Permission]) -> str:
    """What a member may do when nothing is due; by role, the first that fits."""
    if Permission.LINK in allowed:
        return "名冊都收到後，執行歸戶並產製名單；有待決定的配對會列在上方。"
    if Permission.SEND_LISTS in allowed:
        return "每月名單產製後，要送出的名單與期限會列在這裡。"
    if Permission.RECEIPT_LISTS in allowed:
        return "收到名單後，要簽收與處理的期限會列在這裡。也可以用上方的搜尋找人或家戶。"
    if Permission.READ_AUDIT in allowed:
        return "您的工作在「誰看過」：看時間軸、數量異常，並核對紀錄。"
    if Permission.MANAGE_MEMBERS in allowed:
        return "您的工作在「人員與職務」：新增成員、派任與結束職務、設定一次性密碼、解除鎖定；停班日登錄在「行事曆」。"
    return "有期限的事會列在這裡。"
