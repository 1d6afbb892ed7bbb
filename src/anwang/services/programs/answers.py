"""One answer: from what was typed to what is stored, and back to words. Pure; dates are 民國 to the reader, ISO inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from anwang.standard.codes import IdState
from anwang.standard.dates import Unreadable, read_date, roc_partial, roc_short
from anwang.standard.identity import read_id_number
from anwang.standard.names import read_name
from anwang.standard.phones import read_phones
from anwang.standard.record import PartialDate
from anwang.standard.text import half_width

from .codes import FieldKind
from .programme import FormField

SHORT, LONG = 200, 10_000
"""Characters that a text and a long text may have."""

Answer = str | int | float | list[str]


class WrongAnswer(ValueError):
    """An answer that cannot be kept; the text says what to do (zh-TW)."""


def is_empty(given: Sequence[str]) -> bool:
    return not any(each.strip() for each in given)


def read_answer(asked: FormField, given: Sequence[str], today: dt.date) -> tuple[Answer, str]:
    """The stored value of a filled-in answer and a remark for the reader ("" for none). Raises WrongAnswer."""
    if asked.kind is FieldKind.CHOICES:
        return _choices(asked, given), ""
    text = given[0].strip() if given else ""
    match asked.kind:
        case FieldKind.CHOICE:
            return _choices(asked, [text])[0], ""
        case FieldKind.YES_NO:
            if text not in ("yes", "no"):
                raise WrongAnswer(f"請選擇「{asked.label}」。")
            return text, ""
        case FieldKind.NUMBER:
            return _number(asked, text), ""
        case FieldKind.DATE:
            return _date(asked, text, today), ""
        case FieldKind.ID_NUMBER:
            return _id_number(asked, text)
        case FieldKind.PHONE:
            return _phone(asked, text), ""
        case FieldKind.NAME:
            name = read_name(text)
            return _within(asked, name.text if name and name.text else text, SHORT), ""
        case FieldKind.LONG_TEXT:
            return _within(asked, text.replace("\r\n", "\n"), LONG), ""
    return _within(asked, text, SHORT), ""


def _within(asked: FormField, text: str, most: int) -> str:
    if len(text) > most:
        raise WrongAnswer(f"「{asked.label}」最多 {most} 字，目前 {len(text)} 字，請縮短。")
    if "\x00" in text:
        raise WrongAnswer(f"「{asked.label}」裡有不能儲存的字元，請重新輸入。")
    return text


def _choices(asked: FormField, given: Sequence[str]) -> list[str]:
    """The chosen codes in the order of the form, whatever the order of the answer."""
    chosen = {each.strip() for each in given if each.strip()}
    if chosen - {choice.value for choice in asked.choices}:
        raise WrongAnswer(f"請從列出的選項中選擇「{asked.label}」。")
    return [choice.value for choice in asked.choices if choice.value in chosen]


def _number(asked: FormField, text: str) -> int | float:
    plain = half_width(text).replace(",", "").replace(" ", "").removesuffix(asked.unit or "\x00")
    try:
        value = float(plain)
    except ValueError:
        raise WrongAnswer(f"「{asked.label}」請輸入數字，例如 3。") from None
    low, high = asked.at_least, asked.at_most
    if value != value or (low is not None and value < low) or (high is not None and value > high):
        raise WrongAnswer(f"「{asked.label}」請輸入{_bounds(low, high)}的數字。")
    if abs(value) > 1e12:
        raise WrongAnswer(f"「{asked.label}」的數字太大，請確認。")
    return int(value) if value == int(value) else value


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" {low:g} 到 {high:g} "
    if low is not None:
        return f" {low:g} 以上"
    return f" {high:g} 以下" if high is not None else "正確"


def _date(asked: FormField, text: str, today: dt.date) -> str:
    """ISO; a birth may be known to the month or the year only (`1989-03`, `1989`)."""
    try:
        found = read_date(text)
    except Unreadable as error:
        raise WrongAnswer(f"「{asked.label}」看不懂（{error}），請輸入例如 115/3/1。") from None
    if found is None or found.year is None:
        raise WrongAnswer(f"「{asked.label}」請輸入日期，例如 115/3/1。")
    if found.date is None:
        if asked.standard == "birth" and (found.year, found.month or 1) <= (today.year, today.month):
            return f"{found.year:04d}-{found.month:02d}" if found.month else f"{found.year:04d}"
        raise WrongAnswer(f"「{asked.label}」請輸入完整的日期，例如 115/3/1。")
    if found.date > today and not asked.future:
        raise WrongAnswer(f"「{asked.label}」不能是今天以後的日期，請確認年份。")
    return found.date.isoformat()


def _id_number(asked: FormField, text: str) -> tuple[str, str]:
    found = read_id_number(text)
    if found is None or found.state is IdState.UNREADABLE:
        raise WrongAnswer(f"「{asked.label}」不像統一編號，請核對；不知道可以留空。")
    if found.state is IdState.CHECK_FAILED:
        return found.text, f"「{asked.label}」的檢查碼不符，請再核對一次證件。"
    return found.text, ""


def _phone(asked: FormField, text: str) -> str:
    found = read_phones(text)
    if not found or not all(each.digits for each in found):
        raise WrongAnswer(f"「{asked.label}」請輸入含區碼的電話，例如 03-9251000 或 0912-345-678。")
    return "、".join(f"{each.digits}#{each.extension}" if each.extension else each.digits for each in found)


def text_of(asked: FormField, value: object, *, long: bool = False) -> str:
    """A stored value as text: dates as 115/3/1, or 115年3月1日 when `long`."""
    if asked.kind is not FieldKind.DATE or not isinstance(value, str):
        return str(value)
    try:
        parts = [int(each) for each in value.split("-")]
        whole = dt.date(*parts) if len(parts) == 3 else None
    except ValueError:
        return value
    if whole is not None and not long:
        return roc_short(whole)
    return roc_partial(PartialDate(value, *parts))
