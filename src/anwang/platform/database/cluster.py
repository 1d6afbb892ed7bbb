"""The data folder of the embedded server: making it, and making it again whole after any accident."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from anwang.platform.database import settings
from anwang.platform.database.account import ServerAccount, readable_by_others
from anwang.platform.database.binaries import Binaries
from anwang.platform.database.errors import DatabaseError
from anwang.platform.home import Home
from anwang.platform.locks import FileLock

OWNER_SECRET = "owner.password"  # noqa: S105 - the name of the file, not its content
APP_SECRET = "app.password"  # noqa: S105


@dataclass(frozen=True)
class Cluster:
    """One home's PostgreSQL data, with the programs and the account that work on it.

    As root on Linux the server reaches its folder through an inherited, open folder (`/proc/self/fd/N`). So the
    folders above it may stay closed to the server's account; nothing above is opened and nothing there is exposed.
    Programs that write the folder inherit the lock `starting`: if we are killed, the next starter waits for them.
    """

    home: Home
    binaries: Binaries
    account: ServerAccount | None
    starting: FileLock
    test_mode: bool = False

    @property
    def folder(self) -> Path:
        return self.home.database

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def run(self) -> Path:
        """The folder of the server's socket, which only the server's account and its starter can enter."""
        return self.folder / "run"

    def prepare(self) -> None:
        """Make the cluster if it is missing and put right what an interrupted run left. No server may be running."""
        for leftover in self.folder.glob("new-*"):
            shutil.rmtree(leftover)
        if not self.data.exists():
            self._create()
        elif not (self.home.has_secret(OWNER_SECRET) and self.home.has_secret(APP_SECRET)):
            self._single_user(self.data, self._passwords())
        self.run.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(self.run, self.account.uid, self.account.gid)
            if self.data.stat().st_uid != self.account.uid:
                _give(self.data, self.account.uid, self.account.gid)
        rules = self.data / "pg_hba.conf"
        if rules.read_text("utf-8") != settings.ACCESS_RULES:
            rules.write_text(settings.ACCESS_RULES, "utf-8")

    def server_arguments(self, *, base: str, tcp_port: int | None) -> list[str]:
        """Command line of the server, reached through `base`; on TCP (loopback only) when `tcp_port` is given."""
        values = settings.server_settings(self.binaries, test_mode=self.test_mode)
        values["unix_socket_directories"] = "" if tcp_port else f"{base}/run"
        values["listen_addresses"] = "127.0.0.1" if tcp_port else ""
        values["port"] = str(tcp_port or settings.SOCKET_PORT)
        pairs = [part for key, value in values.items() for part in ("-c", f"{key}={value}")]
        return [str(self.binaries.postgres), "-D", f"{base}/data", *pairs]

    def _create(self) -> None:
        """Run initdb in a folder aside and rename it when it is complete: a half-made cluster is never used."""
        draft = self.folder / "new-data"
        draft.mkdir(mode=0o700)
        if self.account:
            os.chown(draft, self.account.setup_uid, self.account.gid)
        with self._base() as (base, files):
            self._run(
                [str(self.binaries.initdb), "-D", f"{base}/new-data", *self._initdb_options()],
                files,
                "initdb",
            )
        with open(draft / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write("\n# Anwang gives its settings on the command line at every start.\n")
        statements = settings.database_statements(for_tests=self.test_mode) + self._passwords()
        self._single_user(draft, statements)
        if self.account:
            _give(draft, self.account.uid, self.account.gid)
        os.rename(draft, self.data)

    def _initdb_options(self) -> list[str]:
        # Sorting by code point everywhere: no ICU in the wheel, and names are sorted by a stored stroke key.
        if self.binaries.major >= 17:
            place = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            place = ["--locale=C" if sys.platform == "darwin" else "--locale=C.UTF-8"]
        return ["-U", settings.SUPERUSER, "-A", "reject", "-E", "UTF8", "--no-sync", *place]

    def _passwords(self) -> list[str]:
        return settings.role_statements(self.home.secret(OWNER_SECRET), self.home.secret(APP_SECRET))

    def _single_user(self, data: Path, statements: list[str]) -> None:
        """Run SQL as the superuser without any server: the only use of that role."""
        if self.account:
            _give(data, self.account.setup_uid, self.account.gid)
        with self._base() as (base, files):
            command = [str(self.binaries.postgres), "--single", "-j", "-D", f"{base}/{data.name}"]
            command += ["-c", "dynamic_shared_memory_type=mmap", "-c", "exit_on_error=on", "template1"]
            # In single-user mode a statement ends with a semicolon and an empty line.
            self._run(command, files, "roles", text="".join(f"{line};\n\n" for line in statements))

    @contextmanager
    def _base(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The name under which a program of the server finds `folder`, and the open files it needs for that."""
        if not self.account:
            yield str(self.folder), ()
            return
        fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{fd}", (fd,)
        finally:
            os.close(fd)

    def _run(self, command: list[str], files: tuple[int, ...], step: str, *, text: str = "") -> None:
        account = self.account
        try:
            done = subprocess.run(  # noqa: S603 - our own programs, no shell
                command,
                input=text,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                pass_fds=(*files, self.starting.fileno()),
                cwd="/",
                env=server_environment(),
                umask=0o077,
                user=account.setup_uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                timeout=300,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DatabaseError(f"建立資料庫時，程式「{command[0]}」無法執行完成。") from error
        if done.returncode or "ERROR:" in done.stderr or "FATAL:" in done.stderr:
            log = self.home.logs / "postgres.log"
            with open(log, "a", encoding="utf-8") as file:
                file.write(f"--- {step}: exit {done.returncode}\n{done.stderr}\n")
            reason = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise DatabaseError(f"建立資料庫失敗（{reason}）。詳細記錄在「{log}」。")


def server_environment() -> dict[str, str]:
    """What the server inherits: nothing of the user's, so no PG* variable or locale changes what it does."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def within_reach(binaries: Binaries, home: Home, account: ServerAccount | None) -> Binaries:
    """The same programs, where `account` can run them.

    When the project lies in a closed folder (such as root's home) the programs are copied into our own home.
    Raises DatabaseError when that is closed too: folders above are the user's to open, not ours.
    """
    if account is None or readable_by_others(binaries.folder):
        return binaries
    closed = [place for place in home.path.parents if not place.stat().st_mode & 0o001]
    if closed or binaries.origin != "wheel":
        where = closed[-1] if closed else binaries.folder
        raise DatabaseError(
            f"以 root 執行時，資料庫改用另一個帳號，但該帳號進不了「{where}」。"
            "請把專案或資料位置放在其他帳號進得去的地方，例如 --home /var/lib/anwang；或改用一般帳號執行。"
        )
    package = binaries.folder.parent.parent
    facts = binaries.postgres.stat()
    target = home.database / f"programs-{facts.st_size:x}-{facts.st_mtime_ns:x}"
    if not target.exists():
        for old in home.database.glob("programs-*"):
            shutil.rmtree(old)
        draft = home.database / "new-programs"
        shutil.rmtree(draft, ignore_errors=True)
        for part in (package, package.with_name(package.name + ".libs")):
            if part.exists():
                shutil.copytree(
                    part, draft / part.name, ignore=shutil.ignore_patterns("*.py", "*.pyc", "*.a")
                )
        for place, _, names in os.walk(draft):
            os.chmod(place, 0o755)  # noqa: S103 - programs, the same for everyone
            for name in names:
                file = Path(place, name)
                if not file.is_symlink():
                    os.chmod(file, file.stat().st_mode | 0o444 | (file.stat().st_mode & 0o100) >> 6)
        os.rename(draft, target)
    # Passing through is enough; the folders inside stay closed.
    os.chmod(home.path, 0o711)  # noqa: S103
    return Binaries(target / package.name / "pginstall" / "bin", binaries.major, binaries.origin)


def _give(folder: Path, uid: int, gid: int) -> None:
    """Change the owner of a folder and all that is in it, never following a link out of it."""
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            os.chown(Path(place, name), uid, gid, follow_symlinks=False)
    os.chown(folder, uid, gid)
