"""Whether words that somebody gives as a reason are enough for its next reader. Rooms say how many they want."""

from __future__ import annotations


def reason_problem(text: str, what: str = "理由", *, least: int, most: int) -> str:
    """What to do about a reason or note called `what`; "" when it will do.

    `least` counts characters without spaces, `most` is what the column holds.
    """
    length = len("".join(text.split()))
    if length < least:
        return f"請寫明{what}，至少 {least} 個字（現在 {length} 個字）。"
    if len(text) > most:
        return f"{what}請在 {most} 個字以內（現在 {len(text)} 個字）。"
    return ""
