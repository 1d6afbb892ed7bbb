"""Makes `.venv` beside the project from a hash-locked list. Called by `./anwang`; needs nothing but Python 3.11.

`install.py run|test|spark STAMP`: install `requirements/run.txt` (or `test.txt`, `spark.txt`, which hold all of it and
more), and write STAMP into `.venv/anwang-run` (or `-test`, `-spark`) when everything is there. A killed run leaves no
stamp: the next one begins anew. Two runs at once wait for each other. Which index pip asks is pip's own configuration; the hashes say
what may come from it.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
EXTRAS = ("test", "spark")
BUILDER = "setuptools"  # pyspark comes as source alone, a wheel of which is made on this machine


class InstallError(Exception):
    """What the user has to know, in zh-TW."""


def main(level: str, stamp: str) -> int:
    os.umask(0o022)  # the database server may run as another account and must be able to read its programs
    try:
        with lock() as file:
            # Another run may have done the work while we waited.
            if stamped(level) != stamp or not works():
                install(level, stamp, file.fileno())
    except InstallError as error:
        print(f"\n錯誤：{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已中止；下次執行會重新安裝。", file=sys.stderr)
        return 130
    return 0


def lock() -> TextIO:
    """Hold the only right to change `.venv`; the kernel gives it back however we end."""
    if not os.access(VENV if VENV.is_dir() else ROOT, os.W_OK | os.X_OK):
        raise InstallError(
            f"目前的帳號不能寫入「{ROOT}」。請把專案放在可以寫入的資料夾再執行，"
            "或請資料夾的擁有者先執行一次 ./anwang --version。"
        )
    file = open(__file__, encoding="utf-8")  # noqa: SIM115 - held until this process ends
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("另一個 ./anwang 正在安裝，等它完成……", file=sys.stderr, flush=True)
        fcntl.flock(file, fcntl.LOCK_EX)
    return file


def stamped(level: str) -> str | None:
    try:
        return (VENV / f"anwang-{level}").read_text("ascii").strip()
    except (OSError, ValueError):
        return None


def install(level: str, stamp: str, held: int) -> None:
    whole = stamped("run") is not None and works()
    if not whole:
        make_venv()
    if level == "run":
        # Out of date until the end; adding the test packages leaves the others as they are.
        (VENV / "anwang-run").unlink(missing_ok=True)
    for name in EXTRAS if level == "run" else (level,):
        (VENV / f"anwang-{name}").unlink(missing_ok=True)
    names = locked(level)
    print(f"安裝 {len(names)} 個套件到 .venv（第一次約需一兩分鐘）……", file=sys.stderr, flush=True)
    if level == "spark":
        with tempfile.TemporaryDirectory(prefix="anwang-install-") as folder:
            first = Path(folder) / "builder.txt"
            first.write_text(entry(level, BUILDER), "utf-8")
            run_pip(level, 1, held, listed=first)
    run_pip(level, len(names), held)
    # Relative to the folder it lies in, so the project may be moved as a whole.
    place = site_packages()
    (place / "anwang.pth").write_text(os.path.relpath(ROOT / "src", place) + "\n", "utf-8")
    for name in dict.fromkeys(("run", level)):
        write_stamp(name, stamp if name == level else checksum("run"))
    print("安裝完成。", file=sys.stderr, flush=True)


def works() -> bool:
    python = VENV / "bin" / "python"
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def make_venv() -> None:
    print("建立 Python 環境 .venv ……", file=sys.stderr, flush=True)
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    command = [sys.executable, "-I", "-m", "venv", "--without-pip", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if made.returncode:
        last = (made.stderr.strip().splitlines() or [""])[-1]
        raise InstallError(
            f"無法建立 .venv（{last}）。Debian、Ubuntu 請先執行：sudo apt-get install python3-venv"
        )
    if not has_pip():
        command = [str(VENV / "bin" / "python"), "-I", "-m", "ensurepip", "--default-pip"]
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if made.returncode:
            raise InstallError(
                "這個 Python 沒有 pip。Debian、Ubuntu 請先執行：sudo apt-get install python3-pip python3-venv"
            )


def has_pip() -> bool:
    """Whether our own pip can install into another environment (from version 22.3 on)."""
    command = [sys.executable, "-I", "-m", "pip", "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    version = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    return bool(version) and (int(version[1]), int(version[2])) >= (22, 3)


def locked(level: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{level}.txt").read_text("utf-8").splitlines()
    return [line.split("==")[0] for line in lines if "==" in line]


def entry(level: str, name: str) -> str:
    """The lines of one package in the locked list, with its hashes."""
    text = (ROOT / "requirements" / f"{level}.txt").read_text("utf-8")
    found = re.search(rf"^{name}==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    assert found is not None
    return found[0]


def run_pip(level: str, count: int, held: int, *, listed: Path | None = None) -> None:
    """Install the locked list (or the part of it in the file `listed`) with the hashes checked, and show how far it is.

    pip inherits the open lock `held`: when we are killed and pip lives on, the next run waits for it.
    """
    own = VENV / "bin" / "python"
    pip = [str(own), "-I", "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:  # noqa: S603
        pip = [sys.executable, "-I", "-m", "pip", "--python", str(own)]
    command = [
        *pip,
        "install",
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--no-input",
        "--no-compile",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--progress-bar=off",
        *(["--no-binary=pyspark", "--no-build-isolation"] if level == "spark" else []),
        "-r",
        str(listed or ROOT / "requirements" / f"{level}.txt"),
    ]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PIP_REQUIRE_VIRTUALENV": "false"}
    terminal = sys.stderr.isatty()
    seen = 0
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said = [*said[-40:], line.rstrip()]
            match = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
            if match:
                seen += 1
                if terminal:
                    print(f"\r\033[K[{seen}/{count}] {match[1]}", end="", file=sys.stderr, flush=True)
                elif seen % 10 == 0:
                    print(f"[{seen}/{count}] {match[1]}", file=sys.stderr, flush=True)
            elif line.startswith("Installing collected"):
                print(("\r\033[K" if terminal else "") + "下載完成，寫入中……", file=sys.stderr, flush=True)
    if process.returncode:
        raise InstallError(
            "套件安裝失敗。pip 的訊息：\n  "
            + "\n  ".join(said[-15:])
            + "\n請確認網路與 pip 的設定後再執行一次。"
        )


def site_packages() -> Path:
    answer = subprocess.run(  # noqa: S603
        [VENV / "bin" / "python", "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(answer.stdout.strip())


def checksum(level: str) -> str:
    """The same as `./anwang` computes: POSIX `cksum` of the list."""
    with open(ROOT / "requirements" / f"{level}.txt", "rb") as file:
        answer = subprocess.run(["cksum"], stdin=file, capture_output=True, text=True, check=True)  # noqa: S607
    return answer.stdout.strip()


def write_stamp(level: str, stamp: str) -> None:
    draft = VENV / f".anwang-{level}"
    draft.write_text(stamp + "\n", "ascii")
    os.replace(draft, VENV / f"anwang-{level}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
