"""A server that somebody else runs, given by `DATABASE_URL`."""

import os
from typing import TYPE_CHECKING

from anwang.platform.database import settings
from anwang.platform.database.errors import DatabaseError
from anwang.platform.database.urls import DatabaseAddress, parse_address
from anwang.platform.home import Home

if TYPE_CHECKING:
    import psycopg

_HOW_TO = f"""\
請資料庫管理者先執行（密碼自訂）：
  CREATE ROLE {settings.OWNER} LOGIN PASSWORD '…';
  CREATE ROLE {settings.APP} LOGIN PASSWORD '…';
  CREATE DATABASE {settings.DATABASE} OWNER {settings.OWNER} ENCODING 'UTF8' TEMPLATE template0;
再設定 ANWANG_OWNER_URL（{settings.OWNER}）與 DATABASE_URL（{settings.APP}）兩個環境變數。"""


def external_connection(home: Home) -> tuple[str, str]:
    """Addresses of the owner and of the application role on the server of `DATABASE_URL`.

    With `ANWANG_OWNER_URL` both are taken as they are, and refused if one is a superuser or bypasses row security.
    With `DATABASE_URL` alone, a role that may create roles: then our two roles are made there (or given their
    passwords again), with passwords kept in the home, and that role is not used any further. Raises DatabaseError.
    """
    given = parse_address(os.environ["DATABASE_URL"])
    owner_url = os.environ.get("ANWANG_OWNER_URL")
    if owner_url:
        owner = parse_address(owner_url)
        if owner.user == given.user:
            raise DatabaseError("DATABASE_URL 與 ANWANG_OWNER_URL 必須是兩個不同的資料庫帳號。" + _HOW_TO)
        for address in (owner, given):
            with _connect(address) as connection:
                _check_server(connection)
                if _is_mighty(connection):
                    raise DatabaseError(f"資料庫帳號 {address.user} 會略過資料列權限，不能使用。" + _HOW_TO)
        with _connect(owner) as connection:
            _grant(connection, owner.user, given.user)
        return owner.url, given.url
    with _connect(given) as connection:
        _check_server(connection)
        if not _may_create_roles(connection):
            raise DatabaseError("DATABASE_URL 的帳號不能建立資料庫角色。" + _HOW_TO)
        return _provision(connection, given, home)


def _connect(address: DatabaseAddress) -> "psycopg.Connection[tuple[object, ...]]":
    import psycopg

    try:
        return psycopg.connect(address.url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        where = address.host or "localhost"
        raise DatabaseError(f"連不上資料庫 {address.user}@{where}/{address.name}：{error}") from error


def _check_server(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    if connection.info.server_version < 150000:
        raise DatabaseError("資料庫伺服器必須是 PostgreSQL 15 以上。")
    row = connection.execute(
        "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()"
    )
    if row.fetchone() != ("UTF8",):
        raise DatabaseError("資料庫的編碼必須是 UTF8。")


def _is_mighty(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    row = connection.execute(
        "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    ).fetchone()
    return row == (True,)


def _may_create_roles(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    row = connection.execute(
        "select rolsuper or rolcreaterole from pg_roles where rolname = current_user"
    ).fetchone()
    return row == (True,)


def _provision(
    connection: "psycopg.Connection[tuple[object, ...]]", given: DatabaseAddress, home: Home
) -> tuple[str, str]:
    """Make or refresh the two roles and hand the database to the owner role."""
    import psycopg
    from psycopg import sql

    passwords = {
        settings.OWNER: home.secret("external-owner.password"),
        settings.APP: home.secret("external-app.password"),
    }
    try:
        for role, password in passwords.items():
            known = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
            connection.execute(
                sql.SQL("{} role {} login nocreatedb nocreaterole password {}").format(
                    sql.SQL("alter" if known else "create"), sql.Identifier(role), sql.Literal(password)
                )
            )
        # ALTER DATABASE … OWNER asks the present owner to be a member of the next one.
        connection.execute(f"grant {settings.OWNER} to current_user")
        connection.execute(
            sql.SQL("alter database {} owner to {}").format(
                sql.Identifier(given.name), sql.Identifier(settings.OWNER)
            )
        )
    except psycopg.Error as error:
        raise DatabaseError(f"無法在資料庫伺服器上建立角色：{error}\n" + _HOW_TO) from error
    owner = given.with_role(settings.OWNER, passwords[settings.OWNER])
    app = given.with_role(settings.APP, passwords[settings.APP])
    with _connect(owner) as mine:
        _grant(mine, settings.OWNER, settings.APP)
    return owner.url, app.url


def _grant(connection: "psycopg.Connection[tuple[object, ...]]", owner: str, app: str) -> None:
    """As the owner of the database: what the application role may do in it. Doing it again changes nothing."""
    from psycopg import sql

    for statement in settings.grant_statements():
        text = statement.replace(settings.OWNER, "{owner}").replace(settings.APP, "{app}")
        connection.execute(sql.SQL(text).format(owner=sql.Identifier(owner), app=sql.Identifier(app)))
    connection.execute(
        sql.SQL("grant connect on database {} to {}").format(
            sql.Identifier(connection.info.dbname), sql.Identifier(app)
        )
    )
