"""Tests run on a PostgreSQL of their own, as the role `anwang_app`, the way the application does.

`anwang_owner` migrates once into a database that is only ever copied; each run works on a copy. Ordinary tests roll
back. After a transactional test (`transactional_db`, `live_server`) the owner copies the database anew, because the
application role may not truncate, and because rows that migrations made must be there again.
Processes that run tests side by side (`-n 2`) have a home and a server each.
`ANWANG_TEST_POSTGRES=path` takes the server beside the `pg_ctl` on PATH instead of the one from the wheel.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator

import django
import hypothesis
import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from anwang.platform.database.launcher import ConnectionInfo, DatabaseServer
from anwang.platform.database.settings import DATABASE
from anwang.platform.database.urls import parse_address
from anwang.platform.home import Home

TEST_DATABASE = "anwang_test"
_TEST_HOME = Home(tempfile.mkdtemp(prefix="anwang-test-")).create()

# The same examples in every run, however slow the machine: a suite that fails, fails again. To search for new ones:
# ./anwang test tests/rules --hypothesis-profile=search
_SLOW_IS_NO_FAULT = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=_SLOW_IS_NO_FAULT
)
hypothesis.settings.register_profile("search", deadline=None, suppress_health_check=_SLOW_IS_NO_FAULT)
hypothesis.settings.load_profile("steady")

# Read when pytest-django loads the settings. The server starts only when a test needs it; until then these two
# addresses lead nowhere.
_NOWHERE = {
    "DATABASE_URL": "postgresql://anwang_app@127.0.0.1:1/not_started",
    "ANWANG_OWNER_URL": "postgresql://anwang_owner@127.0.0.1:1/not_started",
}
os.environ.update(_NOWHERE, **_TEST_HOME.environment())
os.environ["DJANGO_SETTINGS_MODULE"] = "anwang.platform.settings"


def pytest_configure() -> None:
    django.setup()
    # The settings are read. A test that starts the command line in a process of its own must not inherit these, nor
    # must a process that runs tests beside this one: pytest-django would read the settings before this file.
    for name in (*_NOWHERE, "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)


def pytest_unconfigure() -> None:
    shutil.rmtree(_TEST_HOME.path, ignore_errors=True)


@pytest.fixture(scope="session")
def database_server() -> Iterator[ConnectionInfo]:
    """The server of this test run, with an empty database that the owner role owns."""
    wish = os.environ.get("ANWANG_TEST_POSTGRES", "wheel")
    assert wish in ("wheel", "path"), "ANWANG_TEST_POSTGRES is wheel or path"
    server = DatabaseServer(_TEST_HOME, origin="wheel" if wish == "wheel" else "path", test_mode=True)
    yield server.ensure_started()
    server.stop()


@pytest.fixture(scope="session")
def django_db_setup(
    database_server: ConnectionInfo, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Migrate as the owner, then let every test connect to a copy as the application role."""
    from django.core.management import call_command
    from django.db import connections
    from django.test import TransactionTestCase

    def point_at(name: str) -> None:
        for alias, url in (("default", database_server.url_app), ("owner", database_server.url_owner)):
            connections[alias].close()
            connections[alias].settings_dict.update(
                parse_address(url).with_name(name).django(), CONN_MAX_AGE=0, CONN_HEALTH_CHECKS=False
            )

    def copy_anew() -> None:
        for connection in connections.all(initialized_only=True):
            connection.close()
        owner = parse_address(database_server.url_owner).with_name("postgres")
        with psycopg.connect(owner.url, autocommit=True) as connection:
            connection.execute(f"drop database if exists {TEST_DATABASE} with (force)")
            connection.execute(f"create database {TEST_DATABASE} template {DATABASE} strategy file_copy")

    with django_db_blocker.unblock():
        point_at(DATABASE)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        copy_anew()
        point_at(TEST_DATABASE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: copy_anew())
        yield
        with django_db_blocker.unblock():
            for connection in connections.all(initialized_only=True):
                connection.close()
