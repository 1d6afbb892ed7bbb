"""A delimited file as columns of text: UTF-8, UTF-16, Big5 or Western European, whichever it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anwang.platform.files.delimited import delimited_rows
from anwang.platform.files.refused import MEGABYTE, FileLimits, FileRefused
from anwang.platform.files.text_decoding import decoded_text

from .errors import FilesRefused
from .link_map import LinkMap

LIMITS = FileLimits(size=2_048 * MEGABYTE, rows=5_000_000)
_HIGH = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Table:
    """`columns[name][row]`: a value without the blanks around it. `encoding` as it was found."""

    name: str
    encoding: str
    columns: dict[str, list[str]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


def read_table(path: Path) -> Table:
    """Raises FilesRefused, or OSError where the file cannot be read."""
    if path.stat().st_size > LIMITS.size:
        raise FilesRefused(f"{path.name}：檔案超過 {LIMITS.size // MEGABYTE:,} MB，請分批。")
    try:
        text, encoding = _text(path.read_bytes())
        rows = delimited_rows(text, LIMITS).rows
    except FileRefused as error:
        raise FilesRefused(f"{path.name}：{error.message_zh}") from error
    if not rows:
        raise FilesRefused(f"{path.name}：檔案是空的。")
    header = [name.strip() for name in rows[0]]
    body = [row for row in rows[1:] if any(row)]
    if not body:
        raise FilesRefused(f"{path.name}：只有標題列，沒有資料。")
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise FilesRefused(f"{path.name}：欄名「{'」、「'.join(doubled)}」重複，請改成不同的名稱。")
    columns = {
        name: [row[k].strip() if k < len(row) else "" for row in body]
        for k, name in enumerate(header)
        if name
    }
    if not columns:
        raise FilesRefused(f"{path.name}：第一列沒有欄名。")
    return Table(path.name, encoding, columns)


def _text(data: bytes) -> tuple[str, str]:
    if _is_western(data):
        return data.decode("cp1252", errors="replace"), "windows-1252"
    decoded = decoded_text(data)
    return decoded.text, decoded.encoding


def _is_western(data: bytes) -> bool:
    """One byte with an accent stands between letters; the two bytes of a Chinese character come in runs."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        runs = _HIGH.findall(data[: 4 * MEGABYTE])
        single = sum(1 for run in runs if len(run) == 1 and run[0] >= 0xC0)
        return single * 10 >= len(runs) * 9 and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return False


def checked(link_map: LinkMap, tables: Sequence[Table], truth: str = "") -> None:
    """Raises FilesRefused when a column that the map (or `truth`) names is not there, or a number of a record is missing
    or not its only one."""
    problems: list[str] = []
    for side, table in enumerate(tables):
        id = link_map.id_b if side else link_map.id
        named = {id, *((truth,) if truth else ())}
        for field in link_map.fields:
            named |= set(field.columns_b if side else field.columns)
        missing = sorted(named - set(table.columns))
        if missing:
            problems.append(
                f"{table.name}：沒有「{'」、「'.join(missing)}」這些欄。檔案裡的欄："
                f"{'、'.join(table.columns)}。請修改對應檔的欄名。"
            )
        if id not in table.columns:
            continue
        numbers = table.columns[id]
        if empty := sum(not number for number in numbers):
            problems.append(f"{table.name}：「{id}」欄有 {empty:,} 列空白，每列都要有編號。")
        if again := len(numbers) - empty - len(set(numbers) - {""}):
            problems.append(f"{table.name}：「{id}」欄有 {again:,} 列的編號與別列相同，每列的編號要不同。")
    if problems:
        raise FilesRefused(*problems)
