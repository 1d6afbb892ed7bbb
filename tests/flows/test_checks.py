"""`./anwang test` finds or installs what the browser tests need, or says the exact command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from anwang.platform import checks


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PATH to put programs into."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ANWANG_CHROMIUM", raising=False)
    monkeypatch.setattr(checks, "BROWSERS_MACOS", ())
    monkeypatch.setattr(checks, "FONT_FOLDERS", (str(tmp_path / "fonts"),))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def program(folder: Path, name: str, text: str = "") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_an_installed_browser_is_used(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.find_browser() is None
    chrome = program(tools, "google-chrome")
    assert checks.find_browser() == str(chrome)
    own = program(tools, "my-browser")
    monkeypatch.setenv("ANWANG_CHROMIUM", str(own))
    assert checks.find_browser() == str(own)


def test_a_chinese_font_is_found_by_fontconfig_or_by_its_file(tools: Path) -> None:
    assert not checks.has_chinese_font()
    (tools / "fonts" / "noto").mkdir(parents=True)
    (tools / "fonts" / "noto" / "NotoSansCJK-Regular.ttc").touch()
    assert checks.has_chinese_font()
    (tools / "fonts" / "noto" / "NotoSansCJK-Regular.ttc").unlink()
    program(tools, "fc-list", "echo Noto Sans CJK TC")
    assert checks.has_chinese_font()


def test_root_on_debian_installs_what_is_missing(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    # This apt "installs": the names it is given become programs.
    program(
        tools,
        "apt-get",
        f'for n; do case $n in chromium) echo >"{tools}/chromium"; /bin/chmod 755 "{tools}/chromium";; esac; done',
    )
    (tools / "fonts").mkdir()
    (tools / "fonts" / "NotoSansCJK.ttc").touch()
    assert checks.missing_programs() == ["chromium"]
    assert checks.install_programs(["chromium"])


def test_a_person_without_rights_is_told_the_command_and_nothing_runs(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    program(tools, "apt-get", "echo it ran >&2")
    monkeypatch.setattr(checks, "_run", lambda *_: pytest.fail("the tests must not begin"))
    assert checks.run_tests([]) == 1
    said = capsys.readouterr().err
    assert "sudo apt-get install chromium fonts-noto-cjk" in said
    assert "it ran" not in said


def test_named_tests_run_even_without_a_browser(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    commands: list[list[str]] = []
    monkeypatch.setattr(checks, "_run", lambda command, _: commands.append(command) or 0)
    assert checks.run_tests(["tests/rules"]) == 0
    assert commands == [[sys.executable, "-m", "pytest", "tests/rules"]]


def test_the_whole_suite_runs_on_all_processors_and_a_named_test_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "usable_processors", lambda: 2)
    together = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    assert checks.side_by_side([]) == together
    assert checks.side_by_side(["-k", "kinship", "-x"]) == together
    for alone in (
        ["tests/rules"],
        ["-x", "tests/flows/test_checks.py::test_a"],
        ["-n", "0"],
        ["--pdb"],
        ["-s"],
    ):
        assert checks.side_by_side(alone) == []
    monkeypatch.setattr(checks, "usable_processors", lambda: 64)
    assert checks.side_by_side([])[1] == "4"
    monkeypatch.setattr(checks, "usable_processors", lambda: 1)
    assert checks.side_by_side([]) == []


def test_all_four_checks_run_and_one_that_fails_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANWANG_SECRET_KEY_FILE", "/of/a/home/that/is/not/there")
    ran: list[tuple[str, dict[str, str]]] = []

    def run(command: list[str], environment: dict[str, str]) -> int:
        ran.append((command[2], environment))
        return int(command[2] == "mypy")

    monkeypatch.setattr(checks, "_run", run)
    assert checks.run_checks() == 1
    assert [name for name, _ in ran[:3]] == ["ruff", "ruff", "mypy"]
    assert len(ran) == 4
    for _, environment in ran:  # enough for mypy's plugin to read the settings, whatever home is in use
        assert set(checks.SETTINGS_TO_READ) <= set(environment)
        assert "ANWANG_SECRET_KEY_FILE" not in environment
    assert "未通過：型別" in capsys.readouterr().err


def test_a_wrong_use_says_the_right_one() -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(checks.__file__), "tset"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "./anwang test" in done.stderr
