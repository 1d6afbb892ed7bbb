"""API v1 (/api/v1/): another system delivers reports and asks how far they are. The contract is docs/api/openapi.json.

Each call: the door (door.py, a transaction of its own), then the deed in the connected system's context, then an answer. Whatever
goes wrong is application/problem+json without a trace of the inside.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Status
from ninja.params.functions import Header, Path, Query

from anwang import __version__
from anwang.platform.context import acting

from . import answers
from .api_frame import Api, SystemToken, caller_of, only_these, with_problems
from .body import Moment, ReportBody
from .code_lists import code_lists
from .delivering import deliver_report, state_of, states_since
from .problems import Problem
from .rules import Scope

DESCRIPTION = """
安網介接 API：送入通報、查詢自己送入的通報處理到哪裡、接收狀態變更的通知。

Deliver reports to the intake centre, ask how far they are, receive signed notices of changes.
See docs/api/README.md for tokens, idempotency, webhooks and their signatures.
""".strip()

api = Api(
    title="Anwang API",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    openapi_url=None,
    docs_url=None,
    auth=SystemToken(),
)
_SINCE = Query(None, description="只要這個時間以後有變更的；要有時區（+ 寫成 %2B）")
NUMBER = r"^R-\d{7,18}$"
CURSOR = r"^t(0|[1-9]\d{0,17})$"


@api.post(
    "/reports",
    operation_id="createReport",
    summary="送入一件通報",
    response={201: answers.Receipt, 200: answers.Receipt},
    openapi_extra=with_problems(
        400, 401, 403, 409, 413, 415, 422, 429, success={200: "先前已送過：同一份回覆", 201: "已收下"}
    ),
    tags=["reports"],
)
def create_report(
    request: HttpRequest,
    body: ReportBody,
    idempotency_key: str = Header(
        ...,
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="這一次送件的鍵（例如 UUID）；同一鍵重送不會重複收件。不要放個人資料。",
    ),
) -> Status[dict[str, Any]]:
    """Same key and same body: the same answer again (200). Same key and another body: 409, nothing is kept."""
    caller = caller_of(request, Scope.CREATE_REPORTS)
    with acting(caller.context):
        delivered = deliver_report(
            caller=caller, key=idempotency_key, raw=request.body, body=body, now=timezone.now()
        )
    return Status(201 if delivered.is_new else 200, delivered.answer)


@api.get(
    "/reports/{number}",
    operation_id="getReport",
    summary="查詢一件自己送入的通報",
    response=answers.ChangedReport,
    openapi_extra=with_problems(401, 403, 404, 422, 429),
    tags=["reports"],
)
def get_report(
    request: HttpRequest, number: str = Path(..., pattern=NUMBER, description="通報編號，例如 R-0000012")
) -> dict[str, Any]:
    """The state of a report that this connected system delivered. Any other number is not found."""
    caller = caller_of(request, Scope.READ_REPORTS)
    with acting(caller.context):
        found = state_of(caller=caller, number=number, now=timezone.now())
    if found is None:
        raise Problem(404, "沒有這件通報，或不是這個系統送入的。")
    return found


@api.get(
    "/reports",
    operation_id="listReports",
    summary="列出自己送入的通報，依最後變更的先後",
    response=answers.ReportPage,
    openapi_extra=with_problems(401, 403, 422, 429),
    tags=["reports"],
)
def list_reports(
    request: HttpRequest,
    since: Moment | None = _SINCE,
    cursor: str | None = Query(None, pattern=CURSOR, description="上一頁回覆的 cursor；隔多久再用都可以"),
    limit: int = Query(50, ge=1, le=200, description="一頁幾件"),
) -> dict[str, Any]:
    """Ask with the last cursor again and again: each report comes anew whenever it changed, and none is missed.
    A report appears here within a minute of its delivery."""
    caller = caller_of(request, Scope.READ_REPORTS)
    only_these(request, "since", "cursor", "limit")
    turn = int(cursor[1:]) if cursor else 0
    with acting(caller.context):
        reports, last, has_more = states_since(
            caller=caller, turn=turn, since=_utc(since), limit=limit, now=timezone.now()
        )
    return {"reports": reports, "cursor": f"t{last}", "has_more": has_more}


def _utc(at: dt.datetime | None) -> dt.datetime | None:
    try:
        return at.astimezone(dt.UTC) if at is not None else None
    except OverflowError:
        raise Problem(
            422, "時間超出範圍。", errors=[("since", "請寫西元 1900 到 2200 年之間的時間。")]
        ) from None


@api.get(
    "/code-lists",
    operation_id="listCodeLists",
    summary="代碼表",
    response=answers.CodeLists,
    openapi_extra=with_problems(401, 429),
    tags=["code-lists"],
)
def list_code_lists(request: HttpRequest) -> dict[str, Any]:
    """Every code of the API and of the data standard with its label."""
    caller_of(request)
    return {
        "lists": [
            {
                "id": each.id,
                "label": each.label,
                "codes": [{"code": code, "label": label} for code, label in each.codes],
            }
            for each in code_lists()
        ]
    }


@api.get(
    "/health",
    operation_id="getHealth",
    summary="服務是否正常",
    response=answers.Health,
    openapi_extra=with_problems(503),
    auth=None,
    tags=["health"],
)
def get_health(request: HttpRequest) -> dict[str, Any]:
    """No token is needed and nothing is logged."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        raise Problem(503, "資料庫暫時連不上，請稍後再試。") from None
    return {"status": "ok", "at": timezone.localtime(), "version": __version__}


def openapi() -> dict[str, Any]:
    """The contract as it is now; docs/api/openapi.json is a copy of it."""
    return api.contract()


@api.plain("openapi.json")
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The contract, for everybody: it says nothing of anybody."""
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})
