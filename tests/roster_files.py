"""Small made-up rosters as files, for tests. No one in them exists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

SUICIDE_HEADER = (
    "通報編號",
    "姓名",
    "身分證字號",
    "生日",
    "性別",
    "聯絡電話",
    "居住地址",
    "自殺原因",
    "通報日期",
)
SUICIDE_ROWS = (
    (
        "S001",
        "王小明",
        "A123456789",
        "70/3/1",
        "男",
        "0912345678",
        "宜蘭縣羅東鎮公正路1號",
        "憂鬱",
        "115/3/2",
    ),
    (
        "S002",
        "林美玲",
        "F223456780",
        "65/12/9",
        "女",
        "0922111222",
        "宜蘭縣宜蘭市中山路2號",
        "家庭",
        "115/3/5",
    ),
    ("S003", "陳大文", "", "55", "男", "03-9321234", "宜蘭縣蘇澳鎮中原路3號", "經濟", "115/3/9"),
)
BAD_ROWS = (
    ("S004", "", "", "70/3/1", "男", "", "", "", "115/3/9"),
    ("S005", "張三", "", "999/13/45", "男", "", "", "", "115/3/9"),
)


def csv_file(folder: Path, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    path = folder / name
    lines = [",".join(header), *(",".join(row) for row in rows)]
    path.write_text("\r\n".join(lines) + "\r\n", "utf-8-sig")
    return path


def suicide_roster(
    folder: Path,
    rows: Sequence[Sequence[str]] = SUICIDE_ROWS + BAD_ROWS,
    name: str = "11503_自殺通報個案.csv",
) -> Path:
    """The health bureau's roster of 115-03: three good rows, two that cannot be loaded (lines 5 and 6)."""
    return csv_file(folder, name, SUICIDE_HEADER, rows)
