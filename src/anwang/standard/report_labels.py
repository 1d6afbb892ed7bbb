"""A form's labels and what stands behind them: `姓名：…`, label and value in the cells of a table, tables with a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from .report_words import ATTRIBUTES, RELATIONS, WHO_WORDS, What, Who


@dataclass(frozen=True, slots=True)
class Label:
    """A label as written. `who` is None when it names nobody (姓名), `what` None when it names only a person (通報人)."""

    start: int
    end: int
    who: Who | None
    relation: str
    what: What | None
    word: str


def _spaced(word: str) -> str:
    """A word that forms stretch with spaces (姓　　名)."""
    return re.escape(word) if len(word) > 3 or word.isascii() else r"[ ]{0,4}".join(map(re.escape, word))


@cache
def _pattern() -> re.Pattern[str]:
    who = "|".join(map(re.escape, sorted(WHO_WORDS, key=len, reverse=True)))
    attribute = "|".join(_spaced(word) for word in sorted(ATTRIBUTES, key=len, reverse=True))
    numbering = r"(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.]\s*)?"
    return re.compile(
        rf"(?<![\u4e00-\u9fff\dA-Za-z]){numbering}[*※■□▲●◎\[【]?\s*(?:(?P<who>{who})(?:之|的|本人|[ ])?)?(?P<what>{attribute})?[\]】]?"
        r"\s*(?P<aside>\([^()\n]{1,14}\))?\s*(?P<sep>:|$)",
        re.MULTILINE,
    )


_SECTION = re.compile(
    rf"^[ \t]*(?:[壹貳參肆伍陸柒捌玖拾一二三四五六七八九十\d]{{1,3}}[、.)]|[(][一二三四五六七八九十\d]{{1,3}}[)]|[【\[《◎■●▲※*#])?\s*"
    rf"(?P<who>{'|'.join(map(re.escape, sorted(WHO_WORDS, key=len, reverse=True)))}|家庭成員|家屬|同住家人|同住者|通報單位|案家)"
    r"(?:之|的|[ ])?(?:基本)?(?:資料|資訊|部分|概況|狀況|基本資料表)?(?:[(][^()\n]{0,12}[)])?\s*[】\]》]?\s*:?\s*$"
)
_SECTIONS = {
    "家庭成員": Who.FAMILY, "家屬": Who.FAMILY, "同住家人": Who.FAMILY, "同住者": Who.FAMILY, "案家": Who.SUBJECT, "通報單位": Who.REPORTER,
}  # fmt: skip


def section_of(line: str) -> tuple[Who, str] | None:
    """Whose part of the form a heading opens (二、相對人資料), with the relation when it names one."""
    match = _SECTION.match(line)
    if match is None or not re.search(r"資料|資訊|部分|概況|成員|家屬|家人|同住者|[【\[《◎■●▲※、]", line):
        return None
    word = match["who"]
    return _SECTIONS.get(word) or WHO_WORDS[word], word if word in RELATIONS else ""


def label_at(text: str, start: int, end: int) -> Label | None:
    """The label that a whole cell is (`姓名`, `1.個案姓名：`); None when it is anything else."""
    cell = text[start:end]
    match = _pattern().match(cell.strip() if cell.strip().endswith(":") else cell.strip() + ":")
    if match is None or match.end() < len(cell.strip()) or not (match["who"] or match["what"]):
        return None
    return _label(match, start, end)


def labels_in(text: str, start: int, end: int) -> Iterator[Label]:
    """The labels with a colon in one line, in order."""
    last = -1
    for match in _pattern().finditer(text, start, end):
        if match["sep"] != ":" or not (match["who"] or match["what"]):
            continue
        label = _label(match, match.start(), match.end())
        between = text[match.end("who") : match.start("what")] if match["who"] and match["what"] else ""
        if last >= 0 and between.isspace() and not text[last : match.start("who")].strip():
            # 關係：母親　電話：… - the word is the value of the label before.
            label = Label(match.start("what"), match.end(), None, "", label.what, match["what"])
        last = match.end()
        yield label


def _label(match: re.Match[str], start: int, end: int) -> Label:
    who, what = match["who"], re.sub(" ", "", match["what"] or "")
    aside = (match["aside"] or "").strip("()")
    relation = who if who in RELATIONS else aside if aside in RELATIONS else ""
    return Label(
        start,
        end,
        WHO_WORDS[who] if who else None,
        relation,
        ATTRIBUTES[what] if what else None,
        (who or "") + what,
    )
