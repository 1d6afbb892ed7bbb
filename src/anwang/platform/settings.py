"""Django settings, read from the environment that the launcher (or the operator) provides.

`DATABASE_URL` is the restricted role `app`; `ANWANG_OWNER_URL` the role `owner`, used only to migrate.
Nothing here is secret: keys are read from files in the home (`ANWANG_HOME`) or from the environment.
"""

from __future__ import annotations

import os
from pathlib import Path

from .database.urls import django_database

HOME = Path(os.environ.get("ANWANG_HOME", "."))
DEBUG = os.environ.get("ANWANG_DEBUG") == "1"


def _secret_key() -> str:
    file = os.environ.get("ANWANG_SECRET_KEY_FILE")
    if file:
        return Path(file).read_text().strip()
    return os.environ["ANWANG_SECRET_KEY"]


SECRET_KEY = _secret_key()
# Keys of sealed fields (keyring.py): a file of the home, or ANWANG_FIELD_KEY where the operator keeps secrets elsewhere.
_field_key_file = os.environ.get("ANWANG_FIELD_KEY_FILE")
ANWANG_FIELD_KEY_FILE = Path(_field_key_file) if _field_key_file else None
ANWANG_FIELD_KEY = os.environ.get("ANWANG_FIELD_KEY", "")
ALLOWED_HOSTS = os.environ.get("ANWANG_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

DATABASES = {"default": django_database(os.environ["DATABASE_URL"])}
if os.environ.get("ANWANG_OWNER_URL"):
    DATABASES["owner"] = django_database(os.environ["ANWANG_OWNER_URL"])
DATABASE_ROUTERS: list[str] = []
ANWANG_APP_ROLE = DATABASES["default"]["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "anwang.platform",
    "anwang.agencies",
    "anwang.people.registry",
    "anwang.people.linkage",
    "anwang.people.rosters",
    "anwang.services.programs",
    "anwang.services.intake",
    "anwang.services.dispatch",
    "anwang.services.cases",
    "anwang.network.cocases",
    "anwang.exchange",
    "anwang.web",
]

MIDDLEWARE = [
    "anwang.web.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "anwang.web.middleware.PlainTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "anwang.agencies.middleware.AccessMiddleware",
]

ROOT_URLCONF = "anwang.web.urls"
WSGI_APPLICATION = "anwang.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anwang.web.shell.shell_context",
            ],
        },
    }
]

AUTH_USER_MODEL = "agencies.Member"
AUTHENTICATION_BACKENDS = ["anwang.agencies.sign_in.MemberBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "anwang.platform.sessions"
SESSION_COOKIE_NAME = "anwang_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "anwang_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "anwang.web.errors.csrf_failure"
# Behind TLS the operator sets ANWANG_HTTPS=1; the demo on 127.0.0.1 has no certificate.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("ANWANG_HTTPS") == "1"
SECURE_SSL_REDIRECT = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if os.environ.get("ANWANG_HTTPS") == "1" else 0
X_FRAME_OPTIONS = "DENY"

ANWANG_IDLE_MINUTES = int(os.environ.get("ANWANG_IDLE_MINUTES", "30"))
ANWANG_COUNTY = os.environ.get("ANWANG_COUNTY", "宜蘭縣")
ANWANG_DEMO = os.environ.get("ANWANG_DEMO") == "1"

# Other systems (exchange). The API keeps its own transactions and knows no sessions.
ANWANG_API_URL = "/api/"


def _networks(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())


# Proxies of the operator whose X-Forwarded-For is believed; inner networks that events may be sent to.
ANWANG_PROXIES = _networks("ANWANG_PROXIES")
ANWANG_WEBHOOK_NETWORKS = _networks("ANWANG_WEBHOOK_NETWORKS")
# http:// to this machine: for the demo and for tests of a receiver.
ANWANG_WEBHOOK_LOOPBACK = ANWANG_DEMO or os.environ.get("ANWANG_WEBHOOK_LOOPBACK") == "1"

LANGUAGE_CODE = "zh-hant"
TIME_ZONE = "Asia/Taipei"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"/anwang/[\w.]+-[0-9a-f]{10}\.\w+$"

FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = os.environ.get("ANWANG_UPLOAD_DIR") or None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # each room's jobs.py

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Logs carry events and row counts, never names, numbers or addresses of people.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"anwang": {"level": "INFO"}},
}
