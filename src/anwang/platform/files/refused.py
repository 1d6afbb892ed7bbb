"""What may come in, and the one error that says why a file may not."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class FileRefused(Exception):
    """The whole file is refused; nothing of it was used.

    `code` is stable and English (`too_large`, `encrypted`, `zip_bomb` …); `message_zh` is for the sender and says
    what to do. Neither holds personal data.
    """

    def __init__(self, code: str, message_zh: str) -> None:
        super().__init__(f"{code}: {message_zh}")
        self.code = code
        self.message_zh = message_zh


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Bounds of one incoming table file. Sizes are bytes, times are seconds.

    The largest real roster known is a register answer of a county with 70,000 rows in some 10 MB; the bounds leave
    room for several times that.
    """

    size: int = 50 * MEGABYTE
    unpacked_size: int = 600 * MEGABYTE
    unpacked_ratio: int = 120  # of one member, looked at only above `ratio_from`
    ratio_from: int = 4 * MEGABYTE
    members: int = 2_000
    sheets: int = 60
    rows: int = 500_000
    columns: int = 256
    cells: int = 12_000_000
    memory: int = 1_536 * MEGABYTE  # address space of the process that takes a workbook apart
    cpu_seconds: int = 40
    wall_seconds: int = 90


DEFAULT_LIMITS = FileLimits()
