"""Database addresses: `postgresql://user:password@host:port/name?option=value`, as libpq reads them."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from anwang.platform.database.errors import DatabaseError


@dataclass(frozen=True)
class DatabaseAddress:
    """Where one role meets one database. A `host` that starts with `/` is the folder of a Unix socket."""

    user: str
    password: str
    name: str
    host: str = ""
    port: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """The address as one URL; a socket folder goes into the query, where its slashes are legal."""
        who = quote(self.user, safe="")
        if self.password:
            who += ":" + quote(self.password, safe="")
        query = list(self.options)
        where = ""
        if self.host.startswith("/"):
            query.insert(0, ("host", self.host))
            if self.port:
                query.insert(1, ("port", self.port))
        else:
            where = f"[{self.host}]" if ":" in self.host else self.host
            if self.port:
                where += f":{self.port}"
        tail = "?" + urlencode(query, quote_via=quote) if query else ""
        return f"postgresql://{who}@{where}/{quote(self.name, safe='')}{tail}"

    def with_name(self, name: str) -> "DatabaseAddress":
        """The same role and server, another database."""
        return replace(self, name=name)

    def with_role(self, user: str, password: str) -> "DatabaseAddress":
        """The same server and database, another role."""
        return replace(self, user=user, password=password)

    def django(self) -> dict[str, Any]:
        """The entry for Django's `DATABASES`; connections are kept for ten minutes and checked before use."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(self.options),
        }


def parse_address(url: str) -> DatabaseAddress:
    """Read a `postgresql://` or `postgres://` URL. Raises DatabaseError without repeating the password."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("postgres", "postgresql"):
            raise ValueError(parts.scheme)
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        host = query.pop("host", "") or unquote(parts.hostname or "")
        port = query.pop("port", "") or str(parts.port or "")
    except ValueError as error:
        raise DatabaseError(
            "DATABASE_URL 的格式不對，應為 postgresql://帳號:密碼@主機:埠/資料庫名稱。"
        ) from error
    return DatabaseAddress(
        user=query.pop("user", "") or unquote(parts.username or ""),
        password=query.pop("password", "") or unquote(parts.password or ""),
        name=query.pop("dbname", "") or unquote(parts.path.lstrip("/")),
        host=host,
        port=port,
        options=tuple(query.items()),
    )


def django_database(url: str) -> dict[str, Any]:
    """The Django `DATABASES` entry for `url`. Raises DatabaseError when it is not a PostgreSQL address."""
    return parse_address(url).django()
