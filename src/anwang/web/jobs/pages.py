"""背景工作: what the job worker gave up after several tries, for the administrator, who may have it tried once more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.given_up import GivenUp, NotAgain, given_up_jobs, try_again
from anwang.platform.retry_rules import MOST_TRIES
from anwang.web.clocks import moment_text
from anwang.web.components import Cell, Column, Row, Table

# Task to what it is called and what its standing still means for people.
WORDS = {
    "link": ("重新歸戶", "新收的名冊還沒有歸戶，名單沒有更新。"),
    "services.follow_records": ("通報與個案跟隨歸戶", "歸戶後換了編號的人，通報與個案可能還指著舊的。"),
    "cocases.make_lists": ("產製名單", "這個月的名單還是舊的。"),
    "cocases.remind_overdue": ("提醒逾期未簽收的名單", "逾期的簽收沒有列進送出單位的待辦。"),
    "cases.hand_on_promises": (
        "把離職同事的約定轉給主責社工",
        "同事職務結束後，答應在別人個案裡做的事可能還沒有轉給主責社工。",
    ),
    "cases.note_new_reports": ("把新通報告知個案主責", "有開案的家庭若有新通報，社工可能還不知道。"),
    "dispatch.draw_samples": ("每月抽案", "上個月未開案的通報還沒有抽樣複閱。"),
    "agencies.escalate": ("逾期升級", "逾期的待辦沒有送到督導或局處本部。"),
    "exchange.relay": ("準備對外通知", "介接系統收不到通報狀態的變更。"),
    "exchange.deliver": ("送出對外通知", "有一個介接系統收不到通報狀態的變更。"),
    "exchange.tidy": ("清理已送達的通知", "不影響作業；資料庫會變大。"),
    "platform.seal_audit": ("封存稽核紀錄", "新的稽核紀錄還沒有封存，被改動時看不出來。"),
    "platform.recompute_deadlines": ("停班後重算期限", "以工作天計算的期限可能還是停班前的。"),
    "platform.recompute_all": ("每晚重算期限", "以工作天計算的期限可能不是最新。"),
    "platform.delete_old_drafts": ("刪除過期草稿", "過期的草稿還留著。"),
    "platform.delete_old_jobs": ("清理已完成的工作紀錄", "不影響作業；資料庫會變大。"),
    "platform.take_up_jobs": ("接手中斷的工作", "中斷的工作沒有人接手。"),
}
_COLUMNS = (
    Column("工作"),
    Column("沒有做會怎樣"),
    Column("最後一次", narrow=True),
    Column("試過", numeric=True),
)


@sign_in_required
@require_GET
def jobs(request: MemberRequest) -> HttpResponse:
    """What was given up and nobody has done since."""
    require(request, Permission.MANAGE_MEMBERS)
    found = given_up_jobs(now=timezone.now())
    token = get_token(request)
    rows = [_row(each, token) for each in found]
    return render(
        request,
        "jobs/jobs.html",
        {
            "nav": "jobs",
            "total": len(found),
            "most": MOST_TRIES,
            "table": Table("沒有完成的背景工作", _COLUMNS, rows, hide_caption=True),
        },
    )


def _row(each: GivenUp, token: str) -> Row:
    name, harm = WORDS.get(each.task, (each.task, ""))
    said = "、".join(str(value) for value in each.arguments.values())
    again = format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="button button--small">重新執行<span class="hidden-text">{}</span></button></form>',
        reverse("job-again", args=[each.job_id]),
        token,
        name,
    )
    sub = f"{each.task}（{said}）" if said else each.task
    return Row((Cell(name, sub=sub), harm, moment_text(each.at) or "—", f"{each.tries} 次"), again)


@sign_in_required
@require_POST
def again(request: MemberRequest, job_id: int) -> HttpResponse:
    """Have it tried once more."""
    access = require(request, Permission.MANAGE_MEMBERS)
    try:
        task = try_again(job_id=job_id, by=access, by_name=request.user.name, now=timezone.now())
    except NotAgain as error:
        messages.error(request, str(error))
    else:
        name = WORDS.get(task, (task, ""))[0]
        messages.success(request, f"「{name}」已排入執行；沒有完成會再列在這裡。")
    return redirect("jobs")
