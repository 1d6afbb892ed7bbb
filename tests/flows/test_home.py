"""The home: made closed, found where it should be, and its secrets and state never half written."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import anwang
from anwang.platform.home import Home, HomeError, default_home


def test_the_home_is_made_closed_to_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "a b" / "家").create()
    assert {stat.S_IMODE(place.stat().st_mode) for place in [home.path, *home.path.iterdir()]} == {0o700}


def test_making_the_object_touches_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert home.read_state() == {}
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeError, match="不是資料夾"):
        Home(tmp_path / "home").create()


def test_the_home_is_where_the_variable_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANWANG_HOME", str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.delenv("ANWANG_HOME")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", "/home/person")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_home() == Path("/home/person/.local/share/anwang")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_home() == Path("/data/anwang")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home() == Path("/var/lib/anwang")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_home() == Path("/home/person/Library/Application Support/anwang")


def test_processes_that_ask_at_once_get_the_same_secret(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    code = "import sys; from anwang.platform.home import Home; print(Home(sys.argv[1]).secret('x'))"
    environment = {**os.environ, "PYTHONPATH": str(Path(anwang.__file__).parent.parent)}
    asked = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", code, str(home.path)], stdout=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(4)
    ]
    answers = {process.communicate(timeout=300)[0].strip() for process in asked}
    assert answers == {home.secret("x")}
    assert len(home.secret("x")) == 43
    assert [file.name for file in home.secrets.iterdir()] == ["x"]
    assert stat.S_IMODE((home.secrets / "x").stat().st_mode) == 0o600
    assert home.secret("y") != home.secret("x")


def test_the_state_is_merged_and_a_damaged_one_is_not_guessed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    home.write_state(demo=True, seed=1)
    assert home.write_state(seed=2, demo=None) == {"seed": 2} == home.read_state()
    home.state_file.write_text("{", "utf-8")
    with pytest.raises(HomeError, match="毀損"):
        home.read_state()
