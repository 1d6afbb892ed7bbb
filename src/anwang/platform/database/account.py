"""Under which account the server runs. PostgreSQL refuses root, so root lends it an account of its own."""

import grp
import os
import pwd
import stat
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from anwang.platform.database.errors import DatabaseError

# Not given out by Debian, Fedora or systemd to anybody (systemd's UIDS-GIDS table calls 60706-61183 unused), and
# below 65536, so that it exists in a container's user namespace as well.
_FREE_IDS = range(60706, 61184)


@dataclass(frozen=True)
class ServerAccount:
    """Numeric identity of the server when the launcher runs as root.

    `uid`/`gid` have no name in the account files, so no other service can be running under them. `initdb` insists
    on an account that has a name: it borrows `setup_uid` while it makes the new folder, inside a folder that only
    root and this `gid` can enter.
    """

    uid: int
    gid: int
    setup_uid: int


def server_account(database_folder: Path) -> ServerAccount | None:
    """The account for the server of this home; None when the launcher is not root: then it runs as the user.

    The choice is remembered as the group of `database_folder`, so it survives every restart. Raises DatabaseError
    when the folder belongs to another person: as root we would leave files behind which that person cannot open.
    """
    if os.geteuid() != 0:
        return None
    facts = os.stat(database_folder)
    if facts.st_uid != 0:
        raise DatabaseError(
            f"「{database_folder.parent}」屬於帳號 {_name(facts.st_uid)}，請用該帳號執行，"
            "不要用 root；或用 --home 指定別的位置。"
        )
    if sys.platform != "linux":
        raise DatabaseError("在這個作業系統上請用一般帳號執行；安網不需要 root。")
    number = facts.st_gid if facts.st_gid in _FREE_IDS else _free_id(database_folder)
    try:
        os.chown(database_folder, 0, number)
        os.chmod(database_folder, 0o710)  # noqa: S103 - to pass through, for that group alone
    except OSError as error:
        raise DatabaseError(
            "root 執行時資料庫要換成另一個帳號，但這個環境不允許（"
            f"{error.strerror}）。請改用一般帳號執行，或以 DATABASE_URL 指定資料庫伺服器。"
        ) from error
    return ServerAccount(number, number, _named_account())


def _free_id(folder: Path) -> int:
    start = zlib.crc32(os.fsencode(folder)) % len(_FREE_IDS)
    for step in range(len(_FREE_IDS)):
        number = _FREE_IDS[(start + step) % len(_FREE_IDS)]
        if not _known(number):
            return number
    raise DatabaseError("找不到可供資料庫使用的帳號編號。請改用一般帳號執行。")


def _known(number: int) -> bool:
    try:
        pwd.getpwuid(number)
    except KeyError:
        try:
            grp.getgrgid(number)
        except KeyError:
            return False
    return True


def _named_account() -> int:
    for name in ("nobody", "daemon", "bin"):
        try:
            uid = pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
        if uid != 0:
            return uid
    raise DatabaseError("系統上沒有 nobody 帳號，無法建立資料庫。請改用一般帳號執行。")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def readable_by_others(folder: Path) -> bool:
    """Whether an account without any special right can reach `folder` and read it."""
    folder = Path(os.path.abspath(folder))
    if not os.stat(folder).st_mode & stat.S_IROTH:
        return False
    return all(os.stat(place).st_mode & stat.S_IXOTH for place in (folder, *folder.parents))
