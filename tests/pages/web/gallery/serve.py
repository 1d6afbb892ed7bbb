"""The gallery: every component and shell page with made-up content, on its own small server.

    python tests/pages/web/gallery/serve.py [PORT]

Prints its address. It has no database and no sign-in; drafts live in memory. Only tests and designers use it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[3]), str(HERE.parents[3] / "src"), str(HERE)]

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.configure(
    DEBUG=False,
    SECRET_KEY="gallery-only",  # noqa: S106 nothing here is secret
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF="serve_urls",
    INSTALLED_APPS=["django.contrib.staticfiles", "anwang.web"],
    MIDDLEWARE=[
        "anwang.web.middleware.SecurityHeadersMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [str(HERE / "templates")],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.template.context_processors.csrf",
                    "anwang.web.shell.shell_context",
                ]
            },
        }
    ],
    STATIC_URL="static/",
    STATIC_ROOT=None,
    WHITENOISE_USE_FINDERS=True,
    WHITENOISE_IMMUTABLE_FILE_TEST=r"/anwang/[\w.]+-[0-9a-f]{10}\.\w+$",
    CSRF_FAILURE_VIEW="anwang.web.errors.csrf_failure",
    USE_TZ=True,
    TIME_ZONE="Asia/Taipei",
    LANGUAGE_CODE="zh-hant",
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with make_server(
        "127.0.0.1", port, get_wsgi_application(), server_class=_Server, handler_class=_Quiet
    ) as server:
        print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
