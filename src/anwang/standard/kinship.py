"""Kinship terms (稱謂, 與案主關係) as standard relations, with the generation and the sex that a term tells.

A term says what the row's person is to the reference person: 戶長 of the register, 案主 of a case.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .codes import Relation, Sex
from .text import squeeze

_R, _M, _F = Relation, Sex.MALE, Sex.FEMALE

_GENERATIONS = {
    _R.SELF: 0,
    _R.SPOUSE: 0,
    _R.SIBLING: 0,
    _R.CHILD: 1,
    _R.CHILD_IN_LAW: 1,
    _R.GRANDCHILD: 2,
    _R.PARENT: -1,
    _R.PARENT_IN_LAW: -1,
    _R.GRANDPARENT: -2,
}

_ORDINAL = "長大次么幼首二三四五六七八九十"
_SPOKEN = {
    # whole terms, where the general patterns below would go wrong
    **dict.fromkeys(("本人", "戶長", "案主", "自己", "本身", "個案", "主案", "個案本人", "案主本人", "戶長本人", "當事人", "申請人", "主案主"), (_R.SELF, None)),
    **dict.fromkeys(("代理戶長", "共同生活戶戶長"), (_R.SELF, None)),
    **dict.fromkeys(("配偶", "伴侶", "夫妻", "同性配偶", "外籍配偶", "大陸配偶"), (_R.SPOUSE, None)),
    **dict.fromkeys(("夫", "丈夫", "先生", "老公", "案夫"), (_R.SPOUSE, _M)),
    **dict.fromkeys(("妻", "妻子", "太太", "老婆", "案妻"), (_R.SPOUSE, _F)),
    **dict.fromkeys(("子女", "小孩", "孩子", "兒女", "子或女", "案子女", "養子女", "繼子女"), (_R.CHILD, None)),
    **dict.fromkeys(("父母", "雙親", "父或母", "案父母", "養父母"), (_R.PARENT, None)),
    **dict.fromkeys(("孫子女", "外孫子女", "孫", "外孫", "曾孫", "孫輩", "內孫", "玄孫", "曾孫子女"), (_R.GRANDCHILD, None)),
    **dict.fromkeys(("祖父母", "外祖父母", "曾祖父母"), (_R.GRANDPARENT, None)),
    **dict.fromkeys(("兄弟姊妹", "兄弟姐妹", "手足", "兄弟", "姊弟", "姐弟", "兄妹"), (_R.SIBLING, None)),
    **dict.fromkeys(("姊妹", "姐妹"), (_R.SIBLING, _F)),
    **dict.fromkeys(("公婆", "岳父母", "配偶之父母", "配偶父母"), (_R.PARENT_IN_LAW, None)),
    **dict.fromkeys(("寄居", "寄居人", "同居人", "同居", "同居者", "室友", "友人", "朋友", "男友", "女友", "男朋友", "女朋友", "同居男友", "同居女友", "房東", "房客", "雇主", "受雇人", "傭人", "看護", "外籍看護", "鄰居", "無", "無關係", "非親屬", "寄養", "受寄養人", "前夫", "前妻", "前配偶", "同事", "學生", "員工", "案友"), (_R.NOT_KIN, None)),
    **dict.fromkeys(("家屬", "親屬", "其他", "其他親屬", "親戚", "家人", "其他家屬", "旁系血親", "直系血親", "表親", "堂親", "姻親"), (_R.OTHER_KIN, None)),
    "孫子": (_R.GRANDCHILD, _M),
    "監護人": (_R.OTHER_KIN, None),
}  # fmt: skip

# (pattern, relation, sex); the order matters: 媳婦 before 婦, 外祖母 before 母, 堂兄 before 兄.
_PATTERNS: tuple[tuple[re.Pattern[str], Relation, Sex | None], ...] = tuple(
    (re.compile(pattern), relation, sex)
    for pattern, relation, sex in (
        (r"(?:堂|表|族|從)(?:兄|弟|哥)|(?:伯|叔|舅|姑丈|姨丈|姑父|姨父|姊夫|姐夫|妹夫|姪子|侄子|甥子|外甥$|姪男|侄男|甥$|姪$|侄$|連襟|大伯|小叔)", _R.OTHER_KIN, _M),
        (r"(?:堂|表|族|從)(?:姊|姐|妹)|(?:伯母|嬸|妗|姑|姨|嫂|弟媳|弟婦|姪女|侄女|甥女|妯娌)", _R.OTHER_KIN, _F),
        (r"姪|侄|甥|堂|表", _R.OTHER_KIN, None),
        (rf"^[{_ORDINAL}]*(?:孫媳|孫婿|外孫媳)", _R.OTHER_KIN, None),
        (rf"^[{_ORDINAL}]*(?:媳婦?|兒媳|子媳|養媳)$", _R.CHILD_IN_LAW, _F),
        (rf"^[{_ORDINAL}]*(?:女?婿|贅婿)$", _R.CHILD_IN_LAW, _M),
        (r"岳父|丈人|公公|家翁|翁$|夫之父|妻之父|配偶之父|夫父", _R.PARENT_IN_LAW, _M),
        (r"岳母|丈母|婆婆|家姑|夫之母|妻之母|配偶之母|夫母", _R.PARENT_IN_LAW, _F),
        (r"曾?(?:外)?祖父|爺爺|阿公|外公|太公|公$", _R.GRANDPARENT, _M),
        (r"曾?(?:外)?祖母|奶奶|阿嬤|阿媽|外婆|太嬤|嬤$|婆$", _R.GRANDPARENT, _F),
        (rf"^[{_ORDINAL}]*(?:外|曾|玄|內)*孫(?:子|男|兒)$", _R.GRANDCHILD, _M),
        (rf"^[{_ORDINAL}]*(?:外|曾|玄|內)*孫女$", _R.GRANDCHILD, _F),
        (rf"^[{_ORDINAL}]*(?:外|曾|玄|內)*孫$", _R.GRANDCHILD, None),
        (r"^(?:養|繼|義|生|親|案)?(?:父親?|爸爸?|爹)$|^(?:養|繼|生)父", _R.PARENT, _M),
        (r"^(?:養|繼|義|生|親|案)?(?:母親?|媽媽?|娘)$|^(?:養|繼|生)母", _R.PARENT, _F),
        (rf"^[{_ORDINAL}]*(?:兄長?|哥哥?|弟弟?|胞兄|胞弟)$|^(?:同[父母]異[父母])?(?:兄|弟)$|^(?:養|義|案)?(?:兄|弟|哥)$", _R.SIBLING, _M),
        (rf"^[{_ORDINAL}]*(?:姊姊?|姐姐?|妹妹?|胞姊|胞妹|胞姐)$|^(?:養|義|案)?(?:姊|妹|姐)$", _R.SIBLING, _F),
        (rf"^(?:案|養|繼|庶|非婚生|婚生|前[夫妻])*(?:之)?[{_ORDINAL}]*(?:養|繼)?(?:子|男|兒子?|兒)$", _R.CHILD, _M),
        (rf"^(?:案|養|繼|庶|非婚生|婚生|前[夫妻])*(?:之)?[{_ORDINAL}]*(?:養|繼)?(?:女兒?)$", _R.CHILD, _F),
    )
)  # fmt: skip

_WRAPPING = re.compile(
    r"^(?:與?(?:案主|戶長|個案|申請人)(?:之|的)?|為|係|其|案(?=[父母夫妻子女兄弟姊姐妹祖外長次]))|(?:關係|\(.*\)|之)$"
)


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Relation, Sex | None] | None:
    plain = squeeze(text)
    for _ in range(2):  # the term itself first; then without 案主之…, (歿) and the like around it
        if found := _SPOKEN.get(plain):
            return found
        for pattern, relation, sex in _PATTERNS:
            if pattern.search(plain):
                return relation, sex
        plain = _WRAPPING.sub("", _WRAPPING.sub("", plain))
    return None


def read_relation(text: str | None) -> Relation | None:
    """The standard relation of a kinship term; None when empty or not a term the standard knows."""
    found = _read(text) if text else None
    return found[0] if found else None


def sex_hint(text: str | None) -> Sex | None:
    """The sex that the term tells of its bearer (長女 → female); None when it tells none (配偶, 孫, 子女)."""
    found = _read(text) if text else None
    return found[1] if found else None


def generation(relation: Relation | None) -> int | None:
    """Generations below the reference person: child 1, grandchild 2, parent -1; None when the term does not say."""
    return _GENERATIONS.get(relation) if relation else None
