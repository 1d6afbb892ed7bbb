"""A tree of child processes: started together, restarted when one fails, stopped together, never left behind."""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

PARENT_VARIABLE = "ANWANG_PARENT_PID"
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PAUSE_FIRST, _PAUSE_MOST = 0.5, 30.0
_LIVED_WELL = 60.0
_LOG_LIMIT = 10_000_000
_LOGS_KEPT = 3


def die_with_parent() -> None:
    """Called first in a child of the tree: end this process when its parent ends, even by `kill -9`.

    Linux does it by itself; elsewhere a thread looks every second whether the parent is still the same.
    """
    expected = int(os.environ.get(PARENT_VARIABLE) or os.getppid())
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    else:
        threading.Thread(target=_end_when_orphaned, args=(expected,), daemon=True).start()
    if os.getppid() != expected:  # it ended before we could ask to be told
        os._exit(1)
    # Children of ours that call this too have us as their parent.
    os.environ[PARENT_VARIABLE] = str(os.getpid())


def _end_when_orphaned(expected: int) -> None:
    while os.getppid() == expected:
        time.sleep(1)
    os._exit(1)


@dataclass(frozen=True)
class ChildSpec:
    """One child: its output goes to `<name>.log`; it has `patience` seconds to end after SIGTERM."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    patience: float = 10.0


@dataclass
class _Child:
    spec: ChildSpec
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _PAUSE_FIRST
    due: float = 0.0


class ProcessTree:
    """Keeps children running until a signal (Ctrl-C, TERM, HUP) or `stop()` ends them all."""

    def __init__(self, specs: Sequence[ChildSpec], logs: Path) -> None:
        self._children = [_Child(spec) for spec in specs]
        self._logs = logs
        self._ending = False
        self._wake, self._waker = os.pipe()
        for end in (self._wake, self._waker):
            os.set_blocking(end, False)

    def run(self, *, tick: Callable[[], None] | None = None, every: float = 2.0) -> None:
        """Start the children and stay until told to end; call `tick` (database, logs) every few seconds.

        Must run in the main thread. When it returns, or raises, no child is left.
        """
        before: dict[int, object] = {
            number: signal.signal(number, self._on_signal) for number in (*_ENDING, signal.SIGCHLD)
        }
        earlier_wake = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        try:
            next_tick = time.monotonic() + every
            while not self._ending:
                self._start_due()
                now = time.monotonic()
                due = [child.due for child in self._children if child.process is None]
                select.select([self._wake], [], [], max(0.0, min([next_tick, *due]) - now))
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
                self._notice_ends()
                if time.monotonic() >= next_tick and not self._ending:
                    self._rotate_logs()
                    if tick:
                        tick()
                    next_tick = time.monotonic() + every
        finally:
            self._stop_all()
            signal.set_wakeup_fd(earlier_wake)
            for number, handler in before.items():
                signal.signal(number, handler)  # type: ignore[arg-type]

    def stop(self) -> None:
        """End the tree from another thread, or from `tick`."""
        self._ending = True
        os.write(self._waker, b"\0")

    def replace(self, specs: Sequence[ChildSpec]) -> None:
        """Stop all children and start these instead (from `tick`: the database moved to another address)."""
        self._stop_all()
        self._children = [_Child(spec) for spec in specs]

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number in _ENDING:
            self._ending = True

    def _start_due(self) -> None:
        for child in self._children:
            if child.process is None and child.due <= time.monotonic():
                with open(self._logs / f"{child.spec.name}.log", "ab") as log:
                    child.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                        list(child.spec.command),
                        env={**child.spec.environment, PARENT_VARIABLE: str(os.getpid())},
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        # Its own group: Ctrl-C reaches us alone, and we can end its children with it.
                        start_new_session=True,
                    )
                child.started = time.monotonic()

    def _notice_ends(self) -> None:
        for child in self._children:
            process = child.process
            if process is None or process.poll() is None:
                continue
            _signal_group(process, signal.SIGKILL)  # what it started must not hold the port or a lock
            if time.monotonic() - child.started > _LIVED_WELL:
                child.pause = _PAUSE_FIRST
            child.process, child.due = None, time.monotonic() + child.pause
            self._say(f"{child.spec.name} ended with {process.returncode}; again in {child.pause:.1f} s")
            child.pause = min(child.pause * 2, _PAUSE_MOST)

    def _stop_all(self) -> None:
        running = [child for child in self._children if child.process is not None]
        for child in running:
            assert child.process is not None
            if child.process.poll() is None:
                child.process.terminate()
        begun = time.monotonic()
        for child in running:
            assert child.process is not None
            try:
                child.process.wait(max(0.0, begun + child.spec.patience - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(
                    f"{child.spec.name} did not end within {child.spec.patience:.0f} s; ending it by force"
                )
            _signal_group(child.process, signal.SIGKILL)
            child.process.wait()
            child.process = None

    def _rotate_logs(self) -> None:
        for log in self._logs.glob("*.log"):
            if log.stat().st_size > _LOG_LIMIT:
                for number in range(_LOGS_KEPT - 1, 0, -1):
                    with contextlib.suppress(FileNotFoundError):
                        os.replace(f"{log}.{number}", f"{log}.{number + 1}")
                # Copied and emptied, not renamed: the writers keep the file open, in append mode.
                shutil.copyfile(log, f"{log}.1")
                os.truncate(log, 0)

    def _say(self, text: str) -> None:
        with open(self._logs / "serve.log", "a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC {text}\n")


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
