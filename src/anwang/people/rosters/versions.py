"""What a file is to those of the same roster and month that came before: a correction, another part, or not sure.

A month may come in parts, one for each centre say. A part is corrected by a file that shares record numbers with it.
Taking another part for a correction would withdraw the first part's rows, so a file that shares hardly any number is
refused until the sender says what it is. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .recognition import RecognitionUnsure, Version

# Of the smaller of the two. A correction keeps the numbers of nearly all its rows; parts of a month share next to none.
SHARED_AT_LEAST = 0.2


def replaced_parts(
    new: Collection[str], parts: Sequence[Collection[str]], version: Version, what: str
) -> tuple[int, ...]:
    """Which of the parts in force (as record numbers) a file with the numbers `new` takes the place of, by index.

    `what` names roster, month and receipts for the message. Raises RecognitionUnsure (missing `version`) when the rows
    of another part would be lost silently.
    """
    everything = tuple(range(len(parts)))
    if version is Version.REPLACE or not any(parts):
        return everything
    numbers = set(new)
    rows = sum(map(len, parts))
    if not numbers:
        raise RecognitionUnsure(
            f"{what}先前已載入 {rows} 列，這個檔案卻沒有一列可以收下；若載入，先前的列會全部撤回。這次沒有任何更動。"
            "請確認檔案；若這個月真的沒有資料，請選「取代先前的全部」。",
            missing=("version",),
        )
    shared = tuple(
        index
        for index, part in enumerate(parts)
        if part and len(numbers.intersection(part)) >= SHARED_AT_LEAST * min(len(numbers), len(part))
    )
    if not shared and version is Version.RECOGNISE:
        raise RecognitionUnsure(
            f"{what}先前已載入 {rows} 列，和這個檔案的編號幾乎都不同。它可能是同月份的另一部分（例如另一個中心的名冊），"
            "也可能是編號重編的更正檔。為了不讓先前的列被撤回，這次沒有任何更動。"
            "請說明是「同月份的另一部分」或「取代先前的全部」。",
            missing=("version",),
        )
    return shared


def version_notes(withdrawn: int, replaced_rows: int, kept_rows: int) -> list[str]:
    """What the receipt says about the files before: rows of other parts stay, or unusually many rows went."""
    notes = []
    if kept_rows:
        notes.append(f"同月份其他部分先前載入的 {kept_rows} 列照常有效。")
    if withdrawn * 2 > replaced_rows:
        notes.append(f"這次更正撤回了先前 {replaced_rows} 列中的 {withdrawn} 列，請確認檔案不是只有一部分。")
    return notes
