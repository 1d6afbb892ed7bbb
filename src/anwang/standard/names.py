"""Personal names: Han names with remarks, titles and masks, indigenous names with dots, foreign names in Latin.

The raw text is never changed. `text` is the name alone, its characters byte for byte (rare characters and private-use
characters too); `key` is for comparison only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .record import PersonName
from .surnames import COMPOUND_SURNAMES, SURNAMES
from .text import half_width
from .variants import VARIANTS

MASK = "○"
_DOTS = "‧·・•．∙･"
_BRACKETS = re.compile(r"[(\[{【〔（﹝「『<《]([^)\]}】〕）﹞」』>》]*)(?:[)\]}】〕）﹞」』>》]|$)")
_FORMER = re.compile(r"^(?:原姓名|原名|舊姓名|舊名|曾用名|更名前|改名前|前名|舊稱)(?:為|是|叫)?[:：\s]*(.+)$")
_INLINE_FORMER = re.compile(
    r"^(.{2,}?)[\s,，、/;；-]*((?:原姓名|原名|舊姓名|舊名|曾用名|更名前|改名前)[^名]*)$"
)
_REMARK_WORDS = (
    "歿|已歿|亡|已亡|已故|死亡|過世|已死亡|改名|已改名|更名|已更名|更改姓名|失蹤|行方不明|遷出|已遷出|結案|新案|舊案|雙胞胎|雙胞胎之一|"
    "外籍|新住民|原住民|外配|陸配|未成年|安置中|服刑中|在監|出境|同名|同名同姓"
)
_INLINE_REMARK = re.compile(rf"^(.+?)[\s\-/、,，;；:：*]+({_REMARK_WORDS})$|^(.{{2,}}?)(已歿|歿|已故)$")
# 李婷川*: a star behind a whole name points to a note. A hidden last character is written ○ or with a shorter name.
_NOTE_MARK = re.compile(r"^([\u3400-\u9fff\U00020000-\U0003ffff]{2,}\s*)[*＊※#]$")
# 小妹 and the like end real names (李小妹), so they need a whole name in front.
_TITLE = re.compile(
    r"^(?:(.+?)(先生|女士|小姐|小朋友|太太|同學|老師)|(.{2,}?)(小弟弟|小妹妹|小弟|小妹|弟弟|妹妹|阿嬤|阿公|伯伯|奶奶|爺爺))$"
)
_LABEL = re.compile(r"^(?:\d{1,4}\s*[.、)]\s*)?(?:(?:案主|個案|姓名|學生|申請人|案父|案母|戶長)\s*[:：]\s*)?")
_HAN = re.compile(
    r"[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff\U000f0000-\U0010fffd]"
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_MASKS = str.maketrans(dict.fromkeys("○◯〇●◎*＊OoＯｏXxＸｘ×✕0０□囗■某?？＿_", MASK))
_LATIN_RUN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff][A-Za-z\u00c0-\u024f\u1e00-\u1eff\s.'’,\-]*")
_MASK_RUN = re.compile(r"^[OoXx0\s]+$")
_KEY_DROPS = re.compile(rf"[\s{_DOTS}.\-,'’\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_INVISIBLE = str.maketrans("", "", "\ufeff\u200b\u200c\u200d\u2060\u00ad")


def read_name(text: object) -> PersonName | None:
    """Read a name as written; None when the cell is empty.

    Spaces inside a Han name go; remarks in brackets or behind it (歿, 改名, 原名王小明), titles and a note mark (`李婷川*`) go to
    `remarks`; a former name to `former`; hidden characters (○ O * X 某 …) become `○`. A Latin name keeps single spaces.
    """
    raw = "" if text is None else str(text)
    return _read(raw) if raw.strip().translate(_INVISIBLE) else None


@lru_cache(maxsize=65536)
def _read(raw: str) -> PersonName:
    plain = raw.translate(_INVISIBLE).replace("\u3000", " ").strip()
    if _is_plain_han(plain):  # by far the commonest: nothing to take off
        return _named(raw, plain, (), None)
    plain = _LABEL.sub("", plain)
    remarks: list[str] = []
    inside = [b.strip() for b in _BRACKETS.findall(plain)]
    plain = _BRACKETS.sub(" ", plain).strip()
    former: str | None = None
    if not plain and inside:  # the whole name stands in brackets
        plain = inside.pop(0)
    if match := _INLINE_FORMER.match(plain):
        plain = match[1]
        inside.append(match[2])
    if match := _NOTE_MARK.match(plain):
        plain = match[1].strip()
        inside.append("*")
    while match := _INLINE_REMARK.match(plain):
        plain = (match[1] or match[3]).strip()
        inside.append(match[2] or match[4])
    if (match := _TITLE.match(plain)) and _HAN.search(match[1] or match[3]):
        plain = (match[1] or match[3]).strip()
        inside.append(match[2] or match[4])
    for remark in inside:
        if not remark:
            continue
        if match := _FORMER.match(remark):
            former = _text(match[1].strip())
        elif (
            not _HAN.search(plain)
            and len(_HAN.findall(remark)) >= 2
            and not re.fullmatch(_REMARK_WORDS, remark)
        ):
            plain, remark = remark, plain  # Latin outside, Han inside: lists write the Han name
        remarks.append(remark)
    if _HAN.search(plain):
        for latin in _LATIN_RUN.findall(plain):  # 高志明 Yukan Temu: the romanised name is a remark
            if len(_LATIN.findall(latin)) >= 2 and not _MASK_RUN.match(latin):
                plain = plain.replace(latin, " ")
                remarks.append(latin.strip())
    return _named(raw, _text(plain), tuple(remarks), former)


def _is_plain_han(text: str) -> bool:
    return (
        1 < len(text) <= 4
        and all("\u4e00" <= c <= "\u9fff" and c not in "某囗歿亡故" for c in text)
        and text[-1] not in ("生士姐友太學弟妹嬤公伯奶爺師名")
    )


def _text(plain: str) -> str:
    """The name alone: a Han name without spaces and with its masks as `○`, another with single spaces."""
    if not _HAN.search(plain.replace("〇", "").replace("某", "")):
        return re.sub(r"\s+", " ", half_width(plain)).strip(" -,/、;；")
    return re.sub(r"\s", "", plain).translate(_MASKS).strip(f"-,/、;；:：.{_DOTS}")


def _named(raw: str, text: str, remarks: tuple[str, ...], former: str | None) -> PersonName:
    surname = surname_of(text)
    return PersonName(
        raw=raw,
        text=text,
        surname=surname,
        given=text[len(surname) :] if surname else text[1:] if text.startswith(MASK) else "",
        remarks=remarks,
        former=former,
        key=name_key(text),
    )


def surname_of(text: str) -> str:
    """The surname of a Han name; "" for an indigenous, foreign or fully masked name.

    A known compound surname first. Up to three characters the first is the surname. Four characters need a known
    surname in front (阮氏碧草, 陳林美玉); five or more only behind 氏 or a compound surname, otherwise the name is one piece.
    """
    if not text or _LATIN.search(text) or any(dot in text for dot in _DOTS):
        return ""
    if text[:2] in COMPOUND_SURNAMES and len(text) >= 3:
        return text[:2]
    first = text[0]
    if first == MASK:
        return ""
    if len(text) <= 3:
        return first
    folded = VARIANTS.get(first, first)
    if folded not in SURNAMES:
        return ""
    return first if len(text) == 4 or text[1] == "氏" else ""


def name_key(text: str) -> str:
    """`text` folded for comparison: variant characters, width, case; without spaces, dots and hyphens. Masks stay.

    Only a *key*: two people may share it, and it is never shown or stored instead of the name.
    """
    if len(text) <= 4 and not any(c in VARIANTS or not "\u4e00" <= c <= "\u9fff" for c in text):
        return text
    folded = []
    for c in half_width(text):
        if "\uf900" <= c <= "\ufaff":  # compatibility ideographs are the same characters with another code
            c = unicodedata.normalize("NFKC", c)
        folded.append(VARIANTS.get(c, c))
    return _KEY_DROPS.sub("", "".join(folded)).casefold()
