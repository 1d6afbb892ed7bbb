"""`./anwang` on a fresh machine: it makes .venv, notices a half-made or outdated one, and says what is wrong."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = next(place for place in Path(__file__).resolve().parents if (place / "pyproject.toml").exists())
SCRIPT = ROOT / "anwang"
ANSWER = "import sys\nprint('ran', *sys.argv[1:])\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout with the real script and installer, no packages to install, and a command that echoes."""
    place = tmp_path / "a project 專案"
    (place / "requirements").mkdir(parents=True)
    (place / "src" / "anwang").mkdir(parents=True)
    shutil.copy(SCRIPT, place / "anwang")
    shutil.copy(ROOT / "requirements" / "install.py", place / "requirements")
    for name in ("run", "test"):
        (place / "requirements" / f"{name}.txt").write_text("# nothing\n", "utf-8")
    (place / "src" / "anwang" / "__init__.py").touch()
    (place / "src" / "anwang" / "__main__.py").write_text(ANSWER, "utf-8")
    return place


def run(command: Path | str, *arguments: str, folder: Path = Path("/")) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "ANWANG_PYTHON": sys.executable}
    return subprocess.run(  # noqa: S603
        [str(command), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        check=False,
        timeout=300,
    )


def test_it_installs_once_and_passes_the_arguments_on(project: Path) -> None:
    first = run(project / "anwang", "roster", "load", "a b.csv")
    assert (first.returncode, first.stdout) == (0, "ran roster load a b.csv\n"), first.stderr
    assert "安裝完成" in first.stderr
    link = project.parent / "link"
    link.symlink_to(project / "anwang")
    for command, folder in ((project / "anwang", project.parent), (link, Path("/")), ("./anwang", project)):
        again = run(command, "x", folder=folder)
        assert (again.stdout, again.stderr) == ("ran x\n", "")
    moved = project.rename(project.with_name("moved away"))
    assert run(moved / "anwang", "x").stdout == "ran x\n"


def test_a_half_made_or_broken_environment_is_made_again(project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").write_text("half")
    assert run(project / "anwang").stdout == "ran\n"
    (project / ".venv" / "bin" / "python").unlink()
    done = run(project / "anwang")
    assert done.stdout == "ran\n"
    assert "建立 Python 環境" in done.stderr


def test_a_changed_lock_file_installs_again(project: Path) -> None:
    run(project / "anwang")
    (project / "requirements" / "run.txt").write_text("# changed\n", "utf-8")
    assert "安裝完成" in run(project / "anwang").stderr
    assert run(project / "anwang").stderr == ""


def test_what_is_not_locked_by_its_hash_is_refused_and_tried_again(project: Path) -> None:
    (project / "requirements" / "run.txt").write_text(
        "django==5.2.19 --hash=sha256:" + "0" * 64 + "\n", "utf-8"
    )
    for _ in range(2):
        done = run(project / "anwang")
        assert done.returncode == 1
        assert "套件安裝失敗" in done.stderr
        assert done.stdout == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_closed_checkout_is_said_clearly(project: Path) -> None:
    project.chmod(0o555)
    done = run(project / "anwang")
    project.chmod(0o755)
    assert done.returncode == 1
    assert "不能寫入" in done.stderr


def test_without_a_python_it_says_what_to_install(project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("cksum", "readlink"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    done = subprocess.run(  # noqa: S603
        ["/bin/sh", str(project / "anwang")],
        capture_output=True,
        text=True,
        env={"PATH": str(tools)},
        check=False,
    )
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr
