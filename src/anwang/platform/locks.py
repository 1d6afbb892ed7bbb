"""Locks between processes that the kernel releases by itself when their holder dies, however it dies."""

import errno
import fcntl
import os
from pathlib import Path
from types import TracebackType


class FileLock:
    """An advisory lock (`flock`) on one file, exclusive or shared.

    The lock belongs to the open file, so a killed process can never leave it behind. The file itself stays:
    deleting a lock file while another process is about to lock it would let two holders in.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock, in either mode."""
        return self._fd is not None

    def fileno(self) -> int:
        """The open file that carries the lock: a child that inherits it holds the lock as long as it lives."""
        if self._fd is None:
            raise ValueError("the lock is not held")
        return self._fd

    def acquire(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take the lock; with `wait=False` answer False at once when another process is in the way."""
        if self._fd is not None:
            return True
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(fd, mode if wait else mode | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            if not wait and error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            raise
        except BaseException:  # a signal handler of ours may raise in the middle of the wait
            os.close(fd)
            raise
        self._fd = fd
        return True

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> "FileLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock at `path` exclusively."""
    probe = FileLock(path)
    if not probe.acquire(shared=True, wait=False):
        return True
    probe.release()
    return False
