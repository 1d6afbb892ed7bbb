"""What can go wrong with a report. Every text is zh-TW, for the user, and says what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class ReportError(Exception):
    """The deed cannot be done. `problems`: field id to what to do about it; "" for what is of no field."""

    def __init__(self, problems: Mapping[str, str] | str) -> None:
        self.problems = {"": problems} if isinstance(problems, str) else dict(problems)
        super().__init__("；".join(self.problems.values()))


class AlreadySubmitted(ReportError):
    """The form was sent before and said something else then: the report of that time stands, what is new was not kept."""

    def __init__(self, report_id: int, number: str) -> None:
        super().__init__(
            f"這份表單已經送出成為 {number}。剛才又改的內容還沒有存進通報，請到那一件用「補充或更正」。"
        )
        self.report_id = report_id


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that somebody else changed in the meantime: what stands there now, and what was about to be written."""

    field: str
    label: str
    theirs: object
    mine: object
    by_name: str


class ReportConflict(ReportError):
    """Somebody else changed the same fields since the page was opened; nothing was written."""

    def __init__(self, conflicts: Sequence[FieldConflict], revision: int) -> None:
        self.conflicts = tuple(conflicts)
        self.revision = revision
        names = "、".join(each.label for each in conflicts)
        super().__init__(f"您開啟後，別人改了同樣的欄位：{names}。請看過再決定要留哪一個。")
