"""`anwang` as other programs use it: JSON on standard output, words on standard error, exit status 0, 1 or 2."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import anwang
from anwang.commands import failing, linking
from anwang.commands.errors import CommandError
from tests.roster_files import SUICIDE_ROWS, suicide_roster

SOURCE = str(Path(anwang.__file__).parent.parent)


def environment(**more: str) -> dict[str, str]:
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("ANWANG_", "DATABASE_", "DJANGO_", "LC_", "LANG"))
    }
    return {**kept, "PYTHONPATH": SOURCE, **more}


def start(*arguments: str | Path, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "anwang", *map(os.fspath, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**more),
    )


def end(process: subprocess.Popen[bytes]) -> tuple[int, Any, str]:
    """Exit status, what standard output says as JSON (None: nothing), standard error."""
    out, err = process.communicate(timeout=300)
    words = err.decode("utf-8", "replace")
    assert "Traceback" not in words, words
    return process.returncode, json.loads(out) if out else None, words


def run(*arguments: str | Path, **more: str) -> tuple[int, Any, str]:
    return end(start(*arguments, **more))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home made by two commands at once, in a path with spaces and Chinese."""
    place = tmp_path_factory.mktemp("commands") / "我的 家"
    both = [start("init", "--home", place) for _ in range(2)]
    for process in both:
        status, said, words = end(process)
        assert (status, said["units"] > 5) == (0, True), words
    return place


def test_one_refused_file_keeps_no_other_from_being_loaded(home: Path, tmp_path: Path) -> None:
    good = suicide_roster(tmp_path)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "other.csv").write_text("商品,價格\n蘋果,10\n", "utf-8")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    files = [tmp_path / name for name in ("empty.csv", "other.csv", "folder", "pipe.csv", "gone.csv")]
    status, said, words = run("--home", home, "roster", "load", *files, good)
    assert status == 2, words
    assert [one["state"] for one in said] == ["refused"] * 5 + ["accepted"]
    assert [one["file"] for one in said] == [str(path) for path in [*files, good]]
    assert all("名冊" in one["message"] or "檔案" in one["message"] for one in said[:5])
    assert (said[5]["accepted"], said[5]["repeated"]) == (3, False)
    status, said, _ = run("roster", "--home", home, "load", good)
    assert (status, said[0]["repeated"], said[0]["accepted"]) == (0, True, 3)


def test_names_of_odd_bytes_and_a_poor_locale_give_json_all_the_same(home: Path, tmp_path: Path) -> None:
    path = suicide_roster(tmp_path)
    odd = os.fsencode(tmp_path) + b"/\xff\xfe\n 11503.csv"
    os.rename(path, odd)
    for poor in (
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "big5"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        status, said, words = run("roster", "load", os.fsdecode(odd), "--home", home, **poor)
        assert status == 0, (poor, words)
        assert said[0]["period"] == "115-03"
        assert said[0]["file"] == os.fsdecode(odd)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("roster", "load", "x.csv", "--agency", "nobody"), "沒有「nobody」這個局處"),
        (("roster", "load", "x.csv", "--list", "nothing"), "沒有「nothing」這種名冊"),
        (("roster", "load", "x.csv", "--period", "115-13"), "月份「115-13」看不懂"),
        (("roster", "load", "x.csv", "--add", "--replace"), "不能和"),
        (("roster", "load"), "還缺：FILE"),
        (("export", "lists", "--period", "abc", "--out", "x"), "月份「abc」看不懂"),
        (("nonsense",), "可用"),
        (("link", "--home"), "後面要有值"),
        (("standard", "nothing"), "沒有「nothing」這種名冊"),
        ((), "usage"),
    ],
)
def test_wrong_usage_is_said_and_is_2(arguments: tuple[str, ...], words: str) -> None:
    status, said, err = run(*arguments, ANWANG_HOME="/nonexistent/home")
    assert (status, said) == (2, None)
    assert words in err


def test_what_is_no_home_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for arguments, words in (
        (("link", "--home", tmp_path / "none"), "還不是安網的資料夾"),
        (("init", "--home", tmp_path / "file"), "不是資料夾"),
        (("link", "--home", tmp_path / "file"), "資料夾"),
        (("init", "--home", tmp_path / "file" / "below"), "不是資料夾"),
    ):
        status, said, err = run(*arguments)
        assert (status, said) == (1, None)
        assert words in err


def test_exports_of_what_is_not_there_write_nothing(home: Path, tmp_path: Path) -> None:
    run(
        "roster",
        "load",
        suicide_roster(tmp_path, name="11507_自殺通報個案.csv"),
        "--period",
        "115-07",
        "--home",
        home,
    )
    for kind, period, words in (
        ("links", "115-09", "沒有 115-09 的名冊"),
        ("lists", "115-09", "沒有 115-09 的名冊"),
        ("lists", "115-07", "還沒有產製"),
    ):
        out = tmp_path / f"{kind}-{period}"
        status, said, err = run("export", kind, "--period", period, "--out", out, "--home", home)
        assert (status, said) == (1, None)
        assert words in err
        assert not out.exists()
    status, said, err = run(
        "export", "links", "--period", "115-07", "--out", tmp_path / "out.csv", "--home", home
    )
    assert (status, said["rows"]) == (0, 3)
    assert "還沒有歸戶" in err


def test_matching_twice_at_once_and_exporting(home: Path, tmp_path: Path) -> None:
    run("roster", "load", suicide_roster(tmp_path), "--home", home)
    both = [start("link", "--home", home) for _ in range(2)]
    results = [end(process) for process in both]
    assert [status for status, _, _ in results] == [0, 0], results
    assert results[0][1] == results[1][1]
    out = tmp_path / "名 單.csv"
    status, _, _ = run("export", "links", "--period", "115-03", "--out", out, "--home", home)
    assert status == 0
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert {row["record_id"] for row in found} == {row[0] for row in SUICIDE_ROWS}
    assert all(row["person_id"] and row["household_id"] for row in found)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for out, words in (
        (tmp_path / "none" / "x", "資料夾不存在"),
        (tmp_path / "folder", "那是資料夾"),
        (tmp_path / "file" / "x", "不是資料夾"),
        (tmp_path / ("x" * 250), "太長"),
    ):
        with pytest.raises(CommandError, match=words):
            linking.write_whole(out, "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_an_export_keeps_devices_and_links_and_clears_killed_drafts(tmp_path: Path) -> None:
    linking.write_whole(Path("/dev/null"), "text")
    assert not Path("/dev/null").is_file()
    (tmp_path / "real.csv").touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / f".real.csv.{gone.pid}.new").write_text("half")
    linking.write_whole(tmp_path / "link.csv", "text")
    assert (tmp_path / "real.csv").read_text() == "text"
    assert (tmp_path / "link.csv").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "real.csv"]


def test_a_reader_that_goes_away_makes_no_noise(home: Path, tmp_path: Path) -> None:
    process = start("roster", "load", suicide_roster(tmp_path), "--home", home)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    assert process.wait(300) == 1
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said(home: Path, tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(  # noqa: S603
            [
                sys.executable,
                "-m",
                "anwang",
                "roster",
                "load",
                str(suicide_roster(tmp_path)),
                "--home",
                str(home),
            ],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    words = done.stderr.decode()
    assert done.returncode == 1
    assert "磁碟已滿" in words
    assert "Traceback" not in words


def test_what_nobody_foresaw_is_one_line_and_the_log_quotes_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from anwang import cli

    (tmp_path / "logs").mkdir()

    def fails(given: object) -> int:
        try:
            raise KeyError("王小明")
        except KeyError as error:
            raise RuntimeError("A123456789") from error

    monkeypatch.setattr("anwang.commands.linking.link", fails)
    assert cli.main(["link", "--home", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    log = (tmp_path / "logs" / "errors.log").read_text("utf-8")
    assert out == ""
    assert err.count("\n") == 1
    assert "未預期" in err
    assert str(tmp_path / "logs" / "errors.log") in err
    assert "RuntimeError" in log
    assert "KeyError" in log
    assert "test_commands.py" in log
    assert "王小明" not in log + err
    assert "A123456789" not in log + err
    assert "（ValueError）。" in failing.keep_failure(ValueError(), tmp_path / "nowhere")
