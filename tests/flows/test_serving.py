"""One process tree: it answers, it ends as a whole, and nothing of it outlives a kill."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import anwang
from anwang.platform.database.orphans import processes_in
from anwang.platform.home import Home
from anwang.platform.locks import FileLock, is_locked
from anwang.platform.processes import claim_port

# A wish: the site takes the next free port, and says which. Runs beside this one wish for others.
PORT = 20000 + os.getpid() % 10000
SITE = Path(__file__).with_name("small_site.py")
IMPORTS = os.pathsep.join(
    [str(SITE.parent), str(Path(anwang.__file__).parent.parent), *filter(None, sys.path)]
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    place = tmp_path_factory.mktemp("s")
    yield Home(place / "home")
    shutil.rmtree(place)


Start = Callable[[Home, int], "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the small site; whatever a failed test leaves is ended."""
    started: list[subprocess.Popen[str]] = []

    def begin(home: Home, port: int) -> "subprocess.Popen[str]":
        started.append(_site(home, port))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def _site(home: Home, port: int) -> "subprocess.Popen[str]":
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("ANWANG_", "DATABASE_"))
    }
    return subprocess.Popen(  # noqa: S603
        [sys.executable, str(SITE), str(home.path), str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**inherited, "PYTHONPATH": IMPORTS, "ANWANG_OWNER_URL": "postgresql://not-for-the-site/x"},
    )


def address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=120) as answer:  # noqa: S310 - our own loopback address
        return str(answer.read().decode())


def eventually(holds: Callable[[], bool], within: float = 120.0) -> bool:
    """Whether `holds` becomes true in time; for what no process tells."""
    pause = threading.Event()
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.02)
    return True


def all_ended(home: Home, url: str) -> bool:
    port = int(url.rsplit(":", 1)[1].strip("/"))
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return False
    locks = [home.locks / name for name in ("serve.lock", "database-keeper.lock")]
    return not any(map(is_locked, locks)) and processes_in(home.database / "data") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process(home: Home, start: Start, number: signal.Signals) -> None:
    site = start(home, PORT)
    url = address(site)
    assert read(url).isdigit()
    site.send_signal(number)
    assert site.wait(120) == 0
    assert all_ended(home, url)
    assert "serving" not in home.read_state()


def test_after_kill_9_nothing_is_left_and_the_next_start_is_as_ever(home: Home, start: Start) -> None:
    site = start(home, PORT)
    url = address(site)
    site.kill()
    site.wait(120)
    assert eventually(lambda: all_ended(home, url))
    again = start(home, int(url.rsplit(":", 1)[1].strip("/")))
    assert address(again) == url
    assert read(url).isdigit()
    again.terminate()
    assert again.wait(120) == 0


def test_a_crashed_worker_and_a_crashed_server_come_back(home: Home, start: Start) -> None:
    site = start(home, PORT)
    url = address(site)
    server = psutil.Process(int(read(url))).parent()
    assert server is not None
    workers = {each.pid for each in server.children()}
    with pytest.raises(OSError, match=r".*"):
        read(url + "die")

    def one_came_in_its_place() -> bool:
        now = {each.pid for each in server.children()}
        return len(now) == len(workers) and bool(now - workers)

    assert eventually(one_came_in_its_place)
    assert read(url).isdigit()
    workers |= {each.pid for each in server.children()}
    server.kill()  # Granian's main process: its workers go with it, and the tree starts another

    def others_answer() -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return int(read(url)) not in workers
        return False

    assert eventually(others_answer)
    assert "web ended with -9" in (home.logs / "serve.log").read_text("utf-8")
    site.terminate()
    assert site.wait(120) == 0
    assert all_ended(home, url)


def test_the_database_comes_back_while_the_site_runs(home: Home, start: Start) -> None:
    site = start(home, PORT)
    address(site)
    before = processes_in(home.database / "data")
    for pid in before:
        with contextlib.suppress(ProcessLookupError):  # it ends by itself when its server is gone
            os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: bool(set(processes_in(home.database / "data")) - set(before)))
    site.terminate()
    assert site.wait(120) == 0


def test_a_taken_port_means_the_next_and_a_second_site_is_told_where_the_first_is(
    home: Home, start: Start
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        site = start(home, port)
        url = address(site)
        assert port < int(url.rsplit(":", 1)[1].strip("/")) <= port + 100
        second = start(home, port)
        assert eventually(lambda: home.read_state().get("serving") == url)
        out, _ = second.communicate(timeout=120)
        assert second.returncode == 1
        assert "已經在執行" in out
    site.terminate()
    assert site.wait(120) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no two servers share a port")
def test_two_sites_that_start_at_once_do_not_choose_the_same_port() -> None:
    first, claim = claim_port(PORT)
    second, other = claim_port(first)
    other.close()
    third, other = claim_port(first)
    assert first < second == third
    claim.close()
    fourth, claim = claim_port(first)
    assert fourth == first
    claim.close()
    other.close()


def test_the_site_does_not_know_the_owner(home: Home, start: Start) -> None:
    site = start(home, PORT)
    names = read(address(site) + "environment").split()
    assert "DATABASE_URL" in names
    assert "ANWANG_OWNER_URL" not in names
    site.terminate()
    assert site.wait(120) == 0


def test_serving_is_refused_while_another_holds_the_home(tmp_path: Path, start: Start) -> None:
    place = Home(tmp_path / "home").create()
    with FileLock(place.locks / "serve.lock"):
        site = start(place, PORT)
        out, _ = site.communicate(timeout=120)
    assert site.returncode == 1
    assert "已經在執行" in out
    assert not (place.database / "data").exists()
