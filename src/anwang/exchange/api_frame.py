"""The frame around each call of the API: who calls, how often, and every error in one form."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from .answers import ProblemAnswer
from .door import Caller, address_of, come_in
from .json_body import BadBody, read_json
from .problems import MEDIA_TYPE, REFUSALS, TITLES, Problem, problem_response
from .rules import Refusal, Scope
from .words import words_of

log = logging.getLogger("anwang.exchange")
PREFIX = "/api/v1/"
MOST_BYTES_TEXT = "5 MB"


class SystemToken(HttpBearer):
    """A connected system's token. Sessions and cookies of members mean nothing here."""

    openapi_description = "權杖由系統管理者在「介接系統」發給，以 Authorization: Bearer 送出。"

    def __call__(self, request: HttpRequest) -> Caller:
        found = come_in(
            authorization=request.headers.get("Authorization", ""),
            address=address_of(request),
            now=timezone.now(),
        )
        if isinstance(found, Refusal):
            headers = {"WWW-Authenticate": 'Bearer realm="anwang"'}
            raise Problem(401, REFUSALS[found], code=f"token_{found.value}", headers=headers)
        if not found.rate.is_allowed:
            raise Problem(
                429,
                f"這支權杖每分鐘最多 {found.rate.limit} 次，請在 {found.rate.retry_after} 秒後再試。",
                headers={"Retry-After": str(found.rate.retry_after)},
            )
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        return self(request)


def caller_of(request: HttpRequest, scope: Scope | None = None) -> Caller:
    """Who calls. Raises Problem when their scopes do not allow it."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if scope is not None and not caller.may(scope):
        raise Problem(
            403, f"這個系統沒有「{scope.label}」（{scope.value}），請洽系統管理者。", code="scope_missing"
        )
    return caller


def only_these(request: HttpRequest, *names: str) -> None:
    """Query parameters that the contract does not know are refused, as unknown fields of a body are. Raises Problem."""
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        known = "、".join(names)
        errors = [(name[:40] or "?", f"沒有這個查詢參數；可以用的是 {known}。") for name in unknown[:10]]
        raise Problem(422, "查詢參數有誤。", errors=errors)


class StrictParser(Parser):
    """JSON only, read strictly (json_body.py)."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise Problem(415, "請以 application/json 送出。")
        return read_json(request.body)


View = Callable[..., HttpResponse]


class Api(NinjaAPI):
    """NinjaAPI whose every answer that is no success is a problem in our form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=StrictParser(), **options)
        self._plain: list[tuple[str, View]] = []
        self._contract: dict[str, Any] | None = None
        for kind, handler in _HANDLERS.items():
            self.add_exception_handler(kind, handler)

    def plain(self, route: str) -> Callable[[View], View]:
        """A page beside the operations, which is no part of the contract."""

        def add(view: View) -> View:
            self._plain.append((route, view))
            return view

        return add

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        found = super()._get_urls()
        for pattern in found:
            if isinstance(pattern, URLPattern):
                pattern.callback = _in_our_form(pattern.callback)
        found = [each for each in found if getattr(each, "name", "") != "api-root"]
        found += [path(route, view) for route, view in self._plain]
        return [*found, re_path("^.*$", _nothing_here)]

    def contract(self) -> dict[str, Any]:
        if self._contract is None:
            found = self.get_openapi_schema(path_prefix=PREFIX)
            found["components"]["schemas"]["ProblemAnswer"] = ProblemAnswer.json_schema()
            for each in found["components"]["schemas"]["ProblemAnswer"].pop("$defs", {}).items():
                found["components"]["schemas"].setdefault(*each)
            text = _dump(found).replace("#/$defs/", "#/components/schemas/")
            self._contract = _load(text)
        return self._contract


def _dump(value: object) -> str:
    return bytes(JsonResponse(value, json_dumps_params={"ensure_ascii": False}).content).decode()


def _load(text: str) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(text)
    return found


def with_problems(*statuses: int, success: Mapping[int, str] | None = None) -> dict[str, Any]:
    """What an operation may answer besides its success, for the contract."""
    responses: dict[Any, Any] = {
        status: {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}},
        }
        for status in statuses
    }
    for status, text in (success or {}).items():
        responses[status] = {"description": text}
    return {"responses": responses}


def _in_our_form(view: View) -> View:
    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:
            return _unexpected(request, error)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            return problem_response(Problem(405, f"這個網址接受：{allowed}。", headers={"Allow": allowed}))
        return response

    return framed


def _nothing_here(request: HttpRequest) -> HttpResponse:
    return problem_response(Problem(404, "沒有這個網址。請看 docs/api，或 /api/v1/openapi.json。"))


_nothing_here.csrf_exempt = True  # type: ignore[attr-defined]


# ---- every error in one form ------------------------------------------------------------------------------------------


def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem_response(problem)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, Problem):
        return problem_response(cause)
    if isinstance(cause, BadBody):
        return problem_response(
            Problem(400, str(cause), code="bad_json", errors=[(cause.pointer, str(cause))])
        )
    if isinstance(error, AuthenticationError):
        return problem_response(Problem(401, REFUSALS[Refusal.UNKNOWN]))
    return problem_response(Problem(error.status_code, TITLES.get(error.status_code, "無法處理。")))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Where and what to mend; never what was sent."""
    found = []
    for each in error.errors:
        source, *where = each["loc"]
        if source == "body":
            pointer = "".join(f"/{part}" for part in where[1:])
        else:
            pointer = str(where[-1]) if where else str(source)
        found.append((pointer, words_of(each["type"], each.get("ctx", {}))))
    return problem_response(Problem(422, "內容有問題，請依 errors 修正後再送。", errors=found[:50]))


def _too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(
        Problem(413, f"整份內容請在 {MOST_BYTES_TEXT} 以內；照片請先縮小，或另用公文傳送。")
    )


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(Problem(404, "找不到。"))


def _forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(Problem(403, "這個系統不能做這件事。"))


def _cut_off(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(Problem(400, "內容沒有傳完，請再送一次（同一個 Idempotency-Key）。"))


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """Logged by kind and place: the message of an exception may hold what somebody sent."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    log.error("api call failed: %s at %s", type(error).__name__, place)
    return problem_response(
        Problem(500, "系統出了問題，沒有收下任何內容。請稍後用同一個 Idempotency-Key 再送。")
    )


_HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Problem: _problem,
    HttpError: _http_error,
    ValidationError: _invalid,
    RequestDataTooBig: _too_big,
    UnreadablePostError: _cut_off,
    Http404: _not_found,
    PermissionDenied: _forbidden,
    Exception: _unexpected,
}
