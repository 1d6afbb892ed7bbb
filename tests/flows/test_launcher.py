"""The embedded database: who may come in, who shares it, and what happens when anything is killed at any moment."""

import contextlib
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil
import psycopg
import pytest

import anwang
from anwang.platform.database import cluster, settings
from anwang.platform.database.binaries import Origin
from anwang.platform.database.errors import DatabaseError
from anwang.platform.database.launcher import DatabaseServer
from anwang.platform.database.orphans import processes_in, read_pid_file
from anwang.platform.database.urls import parse_address
from anwang.platform.home import Home
from anwang.platform.locks import FileLock, is_locked

USER = Path(__file__).with_name("server_user.py")
IMPORTS = os.pathsep.join([str(Path(anwang.__file__).parent.parent), *filter(None, sys.path)])


def origins() -> list[Origin]:
    return ["wheel", "path"] if shutil.which("pg_ctl") else ["wheel"]


@pytest.fixture(scope="module", params=origins())
def origin(request: pytest.FixtureRequest) -> Origin:
    """Each test runs on the wheel and, where there is one, on the PostgreSQL of PATH."""
    return "path" if request.param == "path" else "wheel"


@pytest.fixture(scope="module")
def home(origin: Origin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose cluster is made once; the tests leave its server stopped."""
    place = tmp_path_factory.mktemp("h")
    yield Home(place / "home")
    shutil.rmtree(place)


def user(home: Home, origin: Origin, deed: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603
        [sys.executable, str(USER), str(home.path), origin, deed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": IMPORTS},
    )


def end(process: "subprocess.Popen[str]") -> str:
    """Let a process finish, or collect a killed one; returns what it still had to say."""
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in err or process.returncode < 0, err
    return out


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline().strip()


def wait_until_stopped(home: Home) -> None:
    """Return when the keeper is gone: the kernel tells, there is nothing to poll."""
    lock = FileLock(home.locks / "database-keeper.lock")
    lock.acquire()
    lock.release()
    assert processes_in(home.database / "data") == []


def test_the_application_meets_the_database_without_any_power_over_it(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin) as info, psycopg.connect(info.url_app, autocommit=True) as app:
        role = app.execute(
            "select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication"
            " from pg_roles where rolname = current_user"
        ).fetchone()
        assert role == (False,) * 5
        owned = app.execute(
            "select count(*) from pg_shdepend d join pg_roles r on r.oid = d.refobjid"
            " where r.rolname = 'anwang_app' and d.deptype = 'o'"
        ).fetchone()
        assert owned == (0,)
        for forbidden in (
            "create table t (x int)",
            "create temp table t (x int)",
            "create schema s",
            "create role r",
            "create database d",
            "set role anwang_owner",
            "select pg_read_file('postgresql.conf')",
            "copy (select 1) to program 'true'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)


def test_the_owner_owns_the_database_but_is_no_superuser(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin) as info, psycopg.connect(info.url_owner) as owner:
        row = owner.execute(
            "select r.rolname::text, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb,"
            " pg_encoding_to_char(d.encoding)::text, current_setting('fsync')"
            " from pg_database d join pg_roles r on r.oid = d.datdba where d.datname = current_database()"
        ).fetchone()
        assert row == ("anwang_owner", False, "UTF8", "on")
        owner.execute("create table mine (x int)")
        owner.rollback()


def test_nobody_signs_in_as_superuser_or_without_the_password(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin) as info:
        address = parse_address(info.url_app)
        for name, password in (
            (settings.SUPERUSER, ""),
            (settings.SUPERUSER, address.password),
            (settings.OWNER, ""),
            (settings.OWNER, address.password),
            ("root", ""),
            ("postgres", ""),
        ):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(address.with_role(name, password).url)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address.with_name("template1").url)


def test_everything_lies_in_the_home_and_secrets_are_closed_to_others(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin) as info:
        address = parse_address(info.url_app)
        assert Path(address.host).is_relative_to(home.path)
        assert [place.name for place in home.path.parent.iterdir()] == ["home"]
        closed = [home.path, home.secrets, home.database / "data", home.database / "run"]
        assert [stat.S_IMODE(place.stat().st_mode) for place in closed] == [0o700] * 4
        assert {stat.S_IMODE(file.stat().st_mode) for file in home.secrets.iterdir()} == {0o600}


def test_the_server_never_runs_as_root(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin):
        facts = read_pid_file(home.database / "data")
        assert facts
        assert (
            os.stat(f"/proc/{facts.pid}" if sys.platform == "linux" else home.database / "data").st_uid != 0
        )


def test_a_second_start_rebuilds_nothing(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin):
        made = (home.database / "data" / "PG_VERSION").stat()
    with DatabaseServer(home, origin=origin):
        again = (home.database / "data" / "PG_VERSION").stat()
    assert (made.st_ino, made.st_mtime_ns) == (again.st_ino, again.st_mtime_ns)


def test_an_address_that_we_exported_ourselves_is_not_taken_for_the_operators(
    home: Home, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DatabaseServer(home, origin=origin) as info:
        for name, value in info.owner_environment().items():
            monkeypatch.setenv(name, value)
    with DatabaseServer(home, origin=origin) as again, psycopg.connect(again.url_app):
        assert again == info


def test_the_server_stops_when_its_last_user_leaves(home: Home, origin: Origin) -> None:
    server = DatabaseServer(home, origin=origin)
    server.ensure_started()
    other = user(home, origin, "hold")
    assert [line(other.stdout), line(other.stdout)] == ["anwang_app", "ready"]
    server.stop()
    assert server.is_running()
    assert end(user(home, origin, "leave")).strip() == "anwang_app"
    assert server.is_running()
    end(other)
    assert not server.is_running()
    assert processes_in(home.database / "data") == []


def test_the_server_stops_when_its_last_user_is_killed(home: Home, origin: Origin) -> None:
    other = user(home, origin, "hold")
    assert line(other.stdout) == "anwang_app"
    other.kill()
    end(other)
    wait_until_stopped(home)


def test_many_first_starts_at_once_make_one_cluster(origin: Origin, tmp_path: Path) -> None:
    place = Home(tmp_path / "home")
    users = [user(place, origin, "leave") for _ in range(3)]
    assert [end(process).strip() for process in users] == ["anwang_app"] * 3
    assert [process.returncode for process in users] == [0] * 3
    wait_until_stopped(place)
    assert not list(place.database.glob("new-*"))


@pytest.mark.parametrize("victim", ["postmaster", "backend", "keeper", "keeper and postmaster", "all"])
def test_after_a_kill_the_next_start_recovers_with_all_that_was_committed(
    home: Home, origin: Origin, victim: str
) -> None:
    writer = user(home, origin, "write")
    first = int(line(writer.stdout))
    left = processes_in(home.database / "data")
    facts = read_pid_file(home.database / "data")
    assert facts
    assert facts.pid in left
    postmaster, keeper = facts.pid, psutil.Process(facts.pid).ppid()
    victims = {
        "postmaster": [postmaster],
        "backend": [pid for pid in left if pid != postmaster][-1:],
        "keeper": [keeper],
        "keeper and postmaster": [keeper, postmaster],
        "all": [keeper, *left, writer.pid],
    }[victim]
    server = psutil.Process(postmaster)
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):  # one may have ended by the death of another
            os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([server], timeout=30)  # each of these deaths ends the server, some a moment later
    assert writer.stdout is not None
    said = [first, *map(int, writer.stdout.read().split())]  # until it is killed or loses its connection
    writer.communicate(timeout=300)
    with DatabaseServer(home, origin=origin) as info, psycopg.connect(info.url_owner) as owner:
        row = owner.execute("select count(*), max(number) from kept").fetchone()
        assert row is not None
        assert row[0] == row[1]  # numbers without a hole
        assert row[1] in (said[-1], said[-1] + 1)  # the last may be committed and not yet said
    wait_until_stopped(home)


def test_killed_at_any_moment_of_the_first_start_the_next_start_succeeds(
    origin: Origin, tmp_path: Path
) -> None:
    chance = random.Random(20260301)
    place = Home(tmp_path / "home")
    for _ in range(3):
        starter = user(place, origin, "leave")
        with contextlib.suppress(subprocess.TimeoutExpired):  # being quicker is as good a moment as any
            starter.wait(chance.uniform(0.1, 2.0))
        starter.kill()
        starter.communicate(timeout=300)
    assert end(user(place, origin, "leave")).strip() == "anwang_app"
    wait_until_stopped(place)
    assert sorted(entry.name for entry in place.database.iterdir()) == ["data", "endpoint.json", "run"]


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin):
        note = (home.database / "data" / "postmaster.pid").read_text("utf-8")
        number = note.splitlines()[0]
    (home.database / "data" / "postmaster.pid").write_text(note.replace(number, str(os.getpid()), 1), "utf-8")
    (home.database / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n", "utf-8")
    with DatabaseServer(home, origin=origin) as info, psycopg.connect(info.url_app):
        pass


def test_lost_passwords_are_made_anew(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin) as before:
        pass
    (home.secrets / "app.password").unlink()
    with DatabaseServer(home, origin=origin) as after, psycopg.connect(after.url_app):
        assert after.url_app != before.url_app
        assert after.url_owner == before.url_owner


def test_a_home_too_deep_for_a_socket_is_served_on_the_loopback(tmp_path: Path) -> None:
    place = Home(tmp_path / ("深" * 40) / "home")
    with DatabaseServer(place) as info:
        address = parse_address(info.url_app)
        assert address.host == "127.0.0.1"
        with psycopg.connect(info.url_app) as app:
            assert app.execute("select inet_server_addr() = '127.0.0.1'").fetchone() == (True,)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address.with_role(settings.APP, "guess").url)
    assert not is_locked(place.locks / "database-keeper.lock")


def test_data_of_another_major_version_is_left_alone(home: Home, origin: Origin) -> None:
    with DatabaseServer(home, origin=origin):
        pass
    version = home.database / "data" / "PG_VERSION"
    written = version.read_text("ascii")
    version.write_text("14\n", "ascii")
    try:
        with pytest.raises(DatabaseError, match="PostgreSQL 14"):
            DatabaseServer(home).ensure_started()
    finally:
        version.write_text(written, "ascii")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can stand for another person")
def test_root_does_not_take_over_another_persons_home(tmp_path: Path) -> None:
    place = Home(tmp_path / "home").create()
    os.chown(place.database, 12345, 12345)
    with pytest.raises(DatabaseError, match="12345"):
        DatabaseServer(place).ensure_started()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another person")
def test_an_ordinary_person_needs_no_rights() -> None:
    python = f"/usr/bin/python3.{sys.version_info.minor}"
    person = 65534
    try:
        subprocess.run(  # noqa: S603
            [python, "-c", "import psycopg"], user=person, check=True, env={"PYTHONPATH": IMPORTS}, cwd="/"
        )
    except (OSError, subprocess.SubprocessError):
        pytest.skip("no Python that another account can use")
    place = Path("/tmp") / f"anwang-test-person-{os.getpid()}"  # noqa: S108 - pytest's own folder is closed to them
    place.mkdir(mode=0o700)
    os.chown(place, person, person)
    try:
        done = subprocess.run(  # noqa: S603
            [python, str(USER), str(place / "home"), "wheel", "leave"],
            user=person,
            group=person,
            extra_groups=[],
            env={"PYTHONPATH": IMPORTS, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        assert (done.stdout.strip(), done.stderr) == ("anwang_app", "")
        assert {file.stat().st_uid for file in place.rglob("*")} == {person}
    finally:
        shutil.rmtree(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_programs_in_a_closed_checkout_are_copied_into_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "readable_by_others", lambda _: False)
    place = Path("/tmp") / f"anwang-test-closed-{os.getpid()}"  # noqa: S108 - pytest's own folder is closed
    place.mkdir(mode=0o755)
    try:
        home = Home(place / "home")
        with DatabaseServer(home, origin="wheel") as info, psycopg.connect(info.url_app) as app:
            app.execute("select 1")
            facts = read_pid_file(home.database / "data")
            assert facts
            assert Path(psutil.Process(facts.pid).exe()).is_relative_to(home.database)
        assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o700
        assert stat.S_IMODE(place.stat().st_mode) == 0o755
    finally:
        shutil.rmtree(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_when_checkout_and_home_are_both_closed_it_says_so_and_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cluster, "readable_by_others", lambda _: False)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(DatabaseError, match="進不了"):
        DatabaseServer(Home(closed / "home"), origin="wheel").ensure_started()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
