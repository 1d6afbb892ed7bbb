"""What holds for every page: only our own files run, nobody frames us, nothing signed-in is cached; and what is sent is
text that the database can keep."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, QueryDict

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeadersMiddleware:
    """Django middleware; put it first, so that answers made by later middleware carry the headers too.

    Whatever does not say how long it may be kept (static files do) is kept nowhere (`no-store`): PCs are shared,
    and pages, downloads and fragments are all about people. The member is not asked for, so no query is made here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


_NUL = "\x00"


class PlainTextMiddleware:
    """Takes the character NUL out of whatever a page was sent: PostgreSQL keeps none, nobody types one, and text that
    was copied out of a document may hold some. Put it behind the check of CSRF tokens; other systems' requests, which
    carry none, are left to their own checks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> None:
        _drop_nul(request.GET)
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            _drop_nul(request.POST)


def _drop_nul(sent: QueryDict) -> None:
    lists = list(sent.lists())
    if not any(_NUL in text for name, texts in lists for text in (name, *map(str, texts))):
        return
    sent._mutable = True
    sent.clear()
    for name, texts in lists:
        sent.setlist(name.replace(_NUL, ""), [str(text).replace(_NUL, "") for text in texts])
    sent._mutable = False
