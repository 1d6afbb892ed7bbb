"""How a Han name sounds: a toneless pinyin key, for names that were typed by ear (homophones).

The dictionary of pypinyin is loaded on the first call, and each character is looked up once.
"""

from __future__ import annotations

from functools import lru_cache

from .variants import VARIANTS


@lru_cache(maxsize=65536)
def sound_of(character: str) -> str:
    """The toneless pinyin of one Han character by its usual reading; any other character as itself."""
    from pypinyin import Style, pinyin

    read = pinyin(VARIANTS.get(character, character), style=Style.NORMAL, errors="ignore")
    return str(read[0][0]) if read and read[0] else character
