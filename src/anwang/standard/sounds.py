"""How a Han name sounds: a toneless pinyin key, for names that were typed by ear (homophones).

The dictionary of pypinyin is loaded on the first call, and each character is looked up once.
"""

from __future__ import annotations

from functools import lru_cache

from .variants import VARIANTS

# As a surname these characters have a reading of their own; given in front of a name only.
_AS_SURNAME = {
    "曾": "zeng",
    "單": "shan",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "任": "ren",
    "尉": "yu",
    "樂": "yue",
    "區": "ou",
    "朴": "piao",
    "翟": "zhai",
}


@lru_cache(maxsize=65536)
def sound_of(character: str) -> str:
    """The toneless pinyin of one Han character by its usual reading; any other character as itself."""
    from pypinyin import Style, pinyin

    read = pinyin(VARIANTS.get(character, character), style=Style.NORMAL, errors="ignore")
    return str(read[0][0]) if read and read[0] else character


def sound_key(name: str) -> str:
    """The syllables of `name` joined by `-` (`陳佩珊` → `chen-pei-shan`); masks stay, a Latin name is itself in lower case."""
    if not name or name.isascii():
        return name.casefold()
    first = _AS_SURNAME.get(name[0]) or sound_of(name[0])
    return "-".join((first, *(sound_of(c) for c in name[1:])))
