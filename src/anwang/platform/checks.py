"""`./anwang test` and `./anwang check`: what a developer, and the continuous integration, runs.

Only the standard library is imported here: the checks must run when nothing else does.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from anwang.platform.processors import usable_processors

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSERS_MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Where Debian, Fedora and macOS put fonts with Traditional Chinese.
FONT_PATTERNS = ("*CJK*", "*PingFang*", "*wqy*", "*uming*")
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "~/.fonts",
    "~/.local/share/fonts",
)
# Options of pytest that one process must answer: the number of processes itself, and what talks to the terminal.
ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "-s", "--capture=no")
MOST_PROCESSES = 4
DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")
# mypy's plugin reads the Django settings. This address leads nowhere; nothing connects.
SETTINGS_TO_READ = {
    "DATABASE_URL": "postgresql://anwang_app@127.0.0.1:1/types_only",
    "ANWANG_SECRET_KEY": "types-only",
}


def find_browser() -> str | None:
    """Path of an installed Chromium or Chrome; `ANWANG_CHROMIUM` comes first. None when there is none."""
    given = os.environ.get("ANWANG_CHROMIUM")
    for name in (given, *BROWSERS) if given else BROWSERS:
        path = shutil.which(name)
        if path:
            return path
    return next((path for path in BROWSERS_MACOS if os.access(path, os.X_OK)), None)


def has_chinese_font() -> bool:
    """Whether a font with Traditional Chinese is installed, so that pages do not show empty boxes."""
    if shutil.which("fc-list"):
        answer = subprocess.run(
            ["fc-list", ":lang=zh-tw", "family"],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.stdout.strip():
            return True
    folders = [Path(name).expanduser() for name in FONT_FOLDERS]
    return any(
        next(folder.rglob(pattern), None)
        for folder in folders
        if folder.is_dir()
        for pattern in FONT_PATTERNS
    )


def missing_programs() -> list[str]:
    """Debian names of what the browser tests still need."""
    return [
        package
        for package, there in zip(
            DEBIAN_PACKAGES, (find_browser() is not None, has_chinese_font()), strict=True
        )
        if not there
    ]


def install_programs(missing: list[str]) -> bool:
    """Install with apt where we may (as root on Debian); else say the exact command. Returns whether it is there."""
    if sys.platform == "darwin":
        _say("瀏覽器測試需要 Chrome，請執行：brew install --cask google-chrome")
        return False
    apt = shutil.which("apt-get")
    if apt is None:
        if shutil.which("dnf"):
            _say(
                "瀏覽器測試需要瀏覽器與中文字型，請執行：sudo dnf install chromium google-noto-sans-cjk-fonts"
            )
        else:
            _say("瀏覽器測試需要 Chromium（或 Chrome）與中文字型 Noto Sans CJK，請以系統的套件管理程式安裝。")
        return False
    if os.geteuid() != 0:
        _say(f"瀏覽器測試需要瀏覽器與中文字型，請執行：sudo apt-get install {' '.join(missing)}")
        return False
    _say(f"安裝 {'、'.join(missing)}（apt-get）……")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "update", "-q"], [apt, "install", "-q", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(  # noqa: S603
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode and command[1] == "install":
            _say("\n".join((done.stderr or done.stdout).strip().splitlines()[-5:]))
            _say(f"安裝失敗，請執行：apt-get install {' '.join(missing)}")
            return False
    return not missing_programs()


def run_tests(arguments: list[str]) -> int:
    """Run pytest in the project's folder; `arguments` go to pytest. Returns its exit status."""
    missing = missing_programs()
    # Who names single tests may be after one that needs no browser.
    if missing and not install_programs(missing) and not arguments:
        return 1
    environment = dict(os.environ)
    browser = find_browser()
    if browser:
        environment["ANWANG_CHROMIUM"] = browser
    for name in (
        "DATABASE_URL",
        "ANWANG_DATABASE",
        "ANWANG_OWNER_URL",
        "ANWANG_HOME",
        "DJANGO_SETTINGS_MODULE",
    ):
        environment.pop(name, None)
    return _run([sys.executable, "-m", "pytest", *side_by_side(arguments), *arguments], environment)


def side_by_side(arguments: list[str]) -> list[str]:
    """Options for the whole suite on all processors; none where files or tests are named, for that begins at once.

    A file stays in one process, so what it makes once is made once. Files go out in their order and not the largest
    first: the long ones, which start servers and browsers, come before the thousands of short ones that fill up the end.
    """
    named = any((_root() / argument.partition("::")[0]).exists() for argument in arguments)
    processes = min(usable_processors(), MOST_PROCESSES)
    if named or processes < 2 or any(argument.startswith(ONE_PROCESS) for argument in arguments):
        return []
    return ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]


def run_checks() -> int:
    """Format, lint, types and import contracts; all four run, the exit status says whether all passed."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    steps = (
        ("格式", [sys.executable, "-m", "ruff", "format", "--check", "."]),
        ("寫法", [sys.executable, "-m", "ruff", "check", "."]),
        ("型別", [sys.executable, "-m", "mypy"]),
        ("匯入", [sys.executable, "-c", lint]),
    )
    failed = []
    environment = {**os.environ, **SETTINGS_TO_READ}
    environment.pop("ANWANG_SECRET_KEY_FILE", None)
    for label, command in steps:
        _say(f"— {label}")
        if _run(command, environment):
            failed.append(label)
    _say(f"未通過：{'、'.join(failed)}" if failed else "全部通過。")
    return 1 if failed else 0


def _run(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(command, cwd=_root(), env=environment, check=False).returncode  # noqa: S603


def _root() -> Path:
    """The project's folder: the nearest one above this file with `pyproject.toml`."""
    return next(place for place in Path(__file__).resolve().parents if (place / "pyproject.toml").exists())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["test"]:
        return run_tests(arguments[1:])
    if arguments == ["check"]:
        return run_checks()
    _say("用法：./anwang test [pytest 的參數]，或 ./anwang check")
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
