"""The home: the one folder that holds everything Anwang keeps. Nothing outside it is ever written."""

import contextlib
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from anwang.platform.locks import FileLock


class HomeError(Exception):
    """The home cannot be used; the message is for the user, in zh-TW."""


def default_home() -> Path:
    """`$ANWANG_HOME`, else the place the operating system keeps application data in.

    As root on Linux this is `/var/lib/anwang`, the place for the state of a system service: root's own home is
    closed to other accounts, and the database must not run as root.
    """
    given = os.environ.get("ANWANG_HOME")
    if given:
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "anwang"
    if os.geteuid() == 0:
        return Path("/var/lib/anwang")
    data = os.environ.get("XDG_DATA_HOME", "")
    # The XDG specification says that a relative value is to be ignored.
    base = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
    return base / "anwang"


class Home:
    """The state folder of one installation. Making the object touches nothing; `create()` makes the folders."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        chosen = Path(path) if path is not None else default_home()
        self.path = Path(os.path.abspath(chosen.expanduser()))

    def __repr__(self) -> str:
        return f"Home({str(self.path)!r})"

    def __fspath__(self) -> str:
        return str(self.path)

    @property
    def secrets(self) -> Path:
        """Keys and passwords, one per file, readable by the owner alone."""
        return self.path / "secrets"

    @property
    def database(self) -> Path:
        """The embedded PostgreSQL: its data, its socket."""
        return self.path / "database"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def models(self) -> Path:
        """Trained linkage models and their reports."""
        return self.path / "models"

    @property
    def files(self) -> Path:
        """Files received and made: rosters as sent, exports."""
        return self.path / "files"

    @property
    def cache(self) -> Path:
        """What can be made again at any time."""
        return self.path / "cache"

    @property
    def locks(self) -> Path:
        return self.path / "locks"

    @property
    def state_file(self) -> Path:
        return self.path / "state.json"

    @property
    def secret_key_file(self) -> Path:
        """The key Django signs with."""
        return self.secrets / "secret.key"

    @property
    def field_key_file(self) -> Path:
        """The keys that seal fields, one a line, the last one in use. A backup without it cannot open them."""
        return self.secrets / "field.key"

    def create(self) -> "Home":
        """Make the folders (0700) where they are missing and return self. Raises HomeError with a reason."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (
                self.secrets,
                self.database,
                self.logs,
                self.models,
                self.files,
                self.cache,
                self.locks,
            ):
                folder.mkdir(mode=0o700, exist_ok=True)
        except (NotADirectoryError, FileExistsError) as error:
            raise HomeError(f"「{error.filename}」不是資料夾，不能當作安網的資料位置。") from error
        except OSError as error:
            raise HomeError(
                f"無法在「{self.path}」建立資料夾（{error.strerror}）。請用 --home 指定可以寫入的位置。"
            ) from error
        if not os.access(self.path, os.W_OK | os.X_OK) or not os.access(self.secrets, os.R_OK | os.X_OK):
            raise HomeError(
                f"目前的帳號不能寫入「{self.path}」。請用建立它的帳號執行，或用 --home 指定別的位置。"
            )
        return self

    def secret(self, name: str) -> str:
        """The secret called `name`, made on first use: 256 random bits as 43 URL-safe characters, mode 0600.

        Two processes that ask at once get the same value: the file appears by a link, which only one can make.
        """
        path = self.secrets / name
        if path.exists():
            return path.read_text("ascii").strip()
        draft = self.secrets / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(fd, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return path.read_text("ascii").strip()

    def has_secret(self, name: str) -> bool:
        return (self.secrets / name).exists()

    def read_state(self) -> dict[str, Any]:
        """Small facts about this home (demo or not, what was last done); empty when there are none yet."""
        try:
            state = json.loads(self.state_file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise HomeError(f"「{self.state_file}」的內容已毀損，請刪除後再執行一次。") from error
        return state if isinstance(state, dict) else {}

    def write_state(self, **changes: Any) -> dict[str, Any]:
        """Merge `changes` into the state in one atomic step (None removes a key) and return the new state."""
        with FileLock(self.locks / "state.lock"):
            state = {
                key: value for key, value in {**self.read_state(), **changes}.items() if value is not None
            }
            draft = self.state_file.with_suffix(".new")
            with open(draft, "w", encoding="utf-8") as file:
                json.dump(state, file, ensure_ascii=False, indent=1, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self.state_file)
        return state

    def environment(self) -> dict[str, str]:
        """Variables for every process that works on this home, so that libraries write inside it too."""
        self.secret("secret.key")
        self.secret("field.key")
        return {
            "ANWANG_HOME": str(self.path),
            "ANWANG_SECRET_KEY_FILE": str(self.secret_key_file),
            "ANWANG_FIELD_KEY_FILE": str(self.field_key_file),
            "NUMBA_CACHE_DIR": str(self.cache / "numba"),
            "XDG_CACHE_HOME": str(self.cache),
        }
