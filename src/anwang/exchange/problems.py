"""What the API says when it cannot do what was asked: application/problem+json (RFC 9457), in words for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.http import HttpResponse

from .rules import Refusal

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "讀不懂這個請求",
    401: "權杖不能用",
    403: "這支權杖不能做這件事",
    404: "找不到",
    405: "這個網址不接受這種方法",
    409: "與先前的送件不同",
    413: "內容太大",
    415: "內容的格式不對",
    422: "內容有問題",
    429: "呼叫太頻繁",
    500: "系統出了問題",
    503: "暫時不能處理",
}

REFUSALS = {
    Refusal.UNKNOWN: "請在 Authorization 標頭寫 Bearer 與權杖；權杖由對方的系統管理者發給。",
    Refusal.REVOKED: "這支權杖已停用，請改用新的權杖。",
    Refusal.EXPIRED: "這支權杖已到期，請向系統管理者申請新的。",
    Refusal.INACTIVE: "這個介接系統已停用，請聯絡系統管理者。",
    Refusal.NETWORK: "這個介接系統只能從登記的網路呼叫。",
}


class Problem(Exception):
    """Ends a call. `errors` are (JSON pointer into the body, or the parameter's name; what to do), zh-TW."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str = "",
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")  # never the detail: it may speak of what was sent
        self.status, self.detail, self.code = status, detail, code
        self.errors, self.headers = errors, dict(headers or {})


def problem_response(problem: Problem) -> HttpResponse:
    body = {
        "type": f"urn:anwang:problem:{problem.code or HTTPStatus(problem.status).name.lower()}",
        "title": TITLES.get(problem.status, "無法處理"),
        "status": problem.status,
        "detail": problem.detail,
        "errors": [{"pointer": pointer, "detail": detail} for pointer, detail in problem.errors],
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False).encode(),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )
