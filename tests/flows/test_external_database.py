"""A server that somebody else runs: both roles given, or made by a role that may; superusers are never worked with."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from anwang.platform.database import settings
from anwang.platform.database.binaries import Origin
from anwang.platform.database.errors import DatabaseError
from anwang.platform.database.launcher import DatabaseServer
from anwang.platform.database.urls import DatabaseAddress, parse_address
from anwang.platform.home import Home

ROLES = {
    "boss": "superuser",
    "builder": "createrole createdb",
    "watcher": "",
    "sees_all": "bypassrls",
    "plain_owner": "",
}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseAddress]:
    """Somebody else's server, with roles of several kinds that all have the password `x`."""

    def statements(*, for_tests: bool) -> list[str]:
        made = [f"create role {name} login password 'x' {rights}" for name, rights in ROLES.items()]
        return [*made, "create database theirs owner builder"]

    place = tmp_path_factory.mktemp("e")
    server = DatabaseServer(Home(place / "home"), origin=_origin(), test_mode=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "database_statements", statements)
        patch.setattr(settings, "role_statements", lambda *_: [])
        patch.setattr(settings, "ACCESS_RULES", "local all all scram-sha-256\n")
        info = server.ensure_started()
        yield parse_address(info.url_app).with_role("watcher", "x").with_name("theirs")
        server.stop()
    shutil.rmtree(place)


def _origin() -> Origin:
    return "path" if os.environ.get("ANWANG_TEST_POSTGRES") == "path" else "wheel"


def test_a_role_that_may_make_roles_makes_ours_and_is_used_no_further(
    elsewhere: DatabaseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    monkeypatch.setenv("DATABASE_URL", elsewhere.with_role("builder", "x").url)
    for _ in range(2):  # the second time it only finds what is there
        with DatabaseServer(home) as info:
            assert not info.embedded
            with psycopg.connect(info.url_owner) as owner:
                assert owner.execute("select current_user::text").fetchone() == (settings.OWNER,)
                owner.execute("create table if not exists t (x int)")
            with psycopg.connect(info.url_app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("select * from t")
            with psycopg.connect(info.url_app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("create table u (x int)")
    assert not (home.database / "data").exists()


def test_two_given_roles_are_taken_as_they_are(
    elsewhere: DatabaseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(elsewhere.with_role("boss", "x").url, autocommit=True) as boss:
        boss.execute("create database given owner plain_owner")
    app = elsewhere.with_name("given")
    owner = app.with_role("plain_owner", "x")
    monkeypatch.setenv("DATABASE_URL", app.url)
    monkeypatch.setenv("ANWANG_OWNER_URL", owner.url)
    with DatabaseServer(Home(tmp_path / "home")) as info:
        assert (info.url_owner, info.url_app) == (owner.url, app.url)
        with psycopg.connect(info.url_app) as connection:
            assert connection.execute("select has_schema_privilege('public', 'usage')").fetchone() == (True,)


@pytest.mark.parametrize(
    ("owner", "app", "why"),
    [
        ("boss", "watcher", "boss"),
        ("plain_owner", "sees_all", "sees_all"),
        ("watcher", "watcher", "兩個不同"),
        (None, "watcher", "不能建立資料庫角色"),
        (None, "nobody_here", "連不上"),
    ],
)
def test_unsafe_or_powerless_roles_are_refused_with_what_to_do(
    elsewhere: DatabaseAddress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: str | None,
    app: str,
    why: str,
) -> None:
    monkeypatch.setenv("DATABASE_URL", elsewhere.with_role(app, "x").url)
    if owner:
        monkeypatch.setenv("ANWANG_OWNER_URL", elsewhere.with_role(owner, "x").url)
    with pytest.raises(DatabaseError, match=why) as refusal:
        DatabaseServer(Home(tmp_path / "home")).ensure_started()
    assert ":x@" not in str(refusal.value)
