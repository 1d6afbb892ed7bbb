"""Names of made-up persons: Han, foreign and indigenous, and the ways a writer gets one wrong."""

from __future__ import annotations

import random

from .profile import Errors, People

_SURNAMES = "陳林黃王張劉李吳楊蔡洪許曾游謝鄭賴邱郭周蘇莊葉廖江徐羅呂彭蕭潘鍾梁盧高胡施簡柯何孫詹顏朱趙沈魏戴余翁温范方石宋杜侯曹薛丁"
_SURNAME_WEIGHTS = (322, 248, 132, 126, 126, 109, 99, 92, 78, 68, 53, 48, 48, 41, 39, 36, 35, 35, 34, 34, 33, 31, 28, 26, 24,
                    24, 22, 21, 20, 18, 18, 18, 17, 17, 17, 17, 13, 12, 12, 12, 12, 11, 10, 10, 10, 9, 7, 5, 4, 4, 4, 3, 3, 3,
                    3, 2, 2, 2, 2, 2)  # fmt: skip
_COMPOUND = ("歐陽", "張簡", "司馬", "范姜", "上官")
_COMMON = {
    "M": ("國華", "榮發", "柏翰", "志明", "永福", "家銘", "哲瑋", "宇翔", "承翰", "金龍", "阿土", "志豪", "育誠", "進財", "添財",
          "品睿", "文彬", "士賢", "俊宏", "承恩", "清水", "家豪", "宗翰", "俊傑", "彥廷", "冠廷", "文雄", "冠宇", "明輝", "建宏"),
    "F": ("佩珊", "秀英", "淑惠", "惠雯", "淑貞", "佳穎", "雅惠", "語彤", "素珍", "美惠", "麗華", "心怡", "金鳳", "詩涵", "春梅",
          "美蘭", "雅婷", "玉蘭", "淑芬", "阿滿", "怡婷", "品妍", "美玲", "秀琴", "罔市", "若瑄", "雅雯", "宜蓁", "怡君", "子晴"),
}  # fmt: skip
_CHARACTERS = (
    "耀若春芸雯晴彤美雅良川佳偉淑財欣榮思祥麗婉豪義宏宇德維勝瑞福文廷正雪秀恩芷宗英素賢嘉珍怡誠昌清軒惠敏睿語建育慧瑜銘安娟明龍華萍綸俊詩萱如翰輝"
    "志婷心郁金彥月佩玉天家昭玲柏鈞芬冠博瑄涵永子雲鳳貞蓉毅潔國承哲士傑成琳真宜靜寶翔琪碧信采君蓮芳忠"
)
_FOREIGN = (
    "阮氏碧草", "阮氏秋", "阮氏芳", "阮金鳳", "陳氏碧草", "陳氏秋", "陳氏芳", "陳金鳳", "武氏碧草", "武氏秋", "武金鳳",
    "武美蘭", "黎氏碧草", "黎氏秋", "黎金鳳", "黎美蘭", "阮美蘭", "范氏紅", "裴氏玉", "黃氏香", "阮氏清水",
)  # fmt: skip
_LATIN = (
    "SITI NURHALIZA",
    "DEWI SARTIKA",
    "MARIA SANTOS",
    "NGUYEN THI HOA",
    "NUR AINI",
    "LE THI THU",
    "ANA REYES",
)
_INDIGENOUS_GIVEN = {
    "M": ("尤命", "瓦歷斯", "哈勇", "比令", "巴尚", "達利", "尤幹", "伊凡", "烏明", "阿威"),
    "F": ("雅悠", "比黛", "莎韻", "吉娃斯", "里夢", "撒韻", "優瑪", "雅維", "阿慕依", "樂信"),
}
_HOMOPHONES = (
    "宏弘洪鴻 宇語雨羽與 維偉為 豪毫 慧惠蕙卉 怡宜儀 詩師思 軒宣萱瑄 志智至治 銘明名鳴 俊竣峻浚 傑杰捷 婷廷庭亭 佩珮沛 雅亞 芬分 玲鈴伶 英瑛櫻 "
    "華驊樺 文雯 成誠承丞 正政鄭 祥詳翔 財才 義益誼奕 良梁樑 秀繡 珍真貞 清青卿 芳方 育毓玉鈺 建健 家佳嘉 品聘 淑叔書 麗莉俐 美鎂 柏伯博 涵函晗 "
    "睿瑞銳 瑜余俞愉 琪祺淇 昌倉 輝暉徽 安鞍 信欣心芯新 永詠泳 福褔 娟捐 彤同桐 昭照 勝聖盛 敏閔 翰漢瀚 采彩"
)
_SOUND = {character: group for group in _HOMOPHONES.split() for character in group}
_VARIANTS = {"台": "臺", "臺": "台", "温": "溫", "溫": "温", "峰": "峯", "群": "羣", "鈎": "鉤", "黄": "黃", "黃": "黄", "真": "眞",
             "清": "淸", "彥": "彦", "惠": "恵"}  # fmt: skip


def surname(rng: random.Random) -> str:
    if rng.random() < 0.005:
        return rng.choice(_COMPOUND)
    return rng.choices(_SURNAMES, _SURNAME_WEIGHTS)[0]


def given(rng: random.Random, people: People, sex: str, shared: str = "") -> str:
    """A given name; `shared` is a generation character that brothers and sisters have."""
    if shared:
        other = rng.choice(_CHARACTERS)
        return shared + other if rng.random() < 0.7 else other + shared
    if rng.random() < people.common_given_name:
        return rng.choice(_COMMON[sex])
    if rng.random() < people.single_character_given:
        return rng.choice(_CHARACTERS)
    return rng.choice(_CHARACTERS) + rng.choice(_CHARACTERS)


def foreign(rng: random.Random, people: People) -> str:
    """A foreign spouse's name: few names, so that strangers share them."""
    if rng.random() < people.latin_foreign_name:
        return rng.choice(_LATIN)
    return _FOREIGN[int(rng.random() ** 1.5 * len(_FOREIGN))]


def indigenous(rng: random.Random, sex: str) -> str:
    """A personal name and the father's, written with the middle dot."""
    return f"{rng.choice(_INDIGENOUS_GIVEN[sex])}．{rng.choice(_INDIGENOUS_GIVEN['M'])}"


def split(name: str) -> tuple[str, str]:
    """Surname and given name of a Han name; names of other kinds have no surname."""
    if not all("㐀" <= c <= "鿿" for c in name) or len(name) < 2:
        return "", name
    cut = 2 if name[:2] in _COMPOUND and len(name) > 2 else 1
    return name[:cut], name[cut:]


def sounding_alike(character: str) -> str:
    """The characters that sound like this one, itself among them."""
    return _SOUND.get(character, character)


def wrong(rng: random.Random, errors: Errors, name: str, care: float = 1.0) -> str:
    """The name with at most one mistake of writing: homophone, another character, swapped, dropped, variant.

    `care` multiplies the chance of any.
    """
    first, rest = split(name)
    roll = rng.random() / care
    if (roll := roll - errors.name_homophone) < 0:
        places = [i for i, c in enumerate(rest) if c in _SOUND]
        if places:
            i = rng.choice(places)
            return first + rest[:i] + rng.choice(_SOUND[rest[i]].replace(rest[i], "")) + rest[i + 1 :]
    elif not first:
        return name  # the mistakes below are those of Han names
    elif (roll := roll - errors.name_wrong_character) < 0:
        i = rng.randrange(len(rest))
        return first + rest[:i] + rng.choice(_CHARACTERS) + rest[i + 1 :]
    elif (roll := roll - errors.name_swapped) < 0:
        return first + rest[::-1] if len(rest) == 2 else name
    elif (roll := roll - errors.name_dropped_character) < 0:
        return first + rest[:-1] if len(rest) > 1 else name
    elif roll < errors.name_variant:
        places = [i for i, c in enumerate(name) if c in _VARIANTS]
        if places:
            i = rng.choice(places)
            return name[:i] + _VARIANTS[name[i]] + name[i + 1 :]
    return name


def dressed(rng: random.Random, errors: Errors, name: str, renamed: bool = False, care: float = 1.0) -> str:
    """The name as a clerk leaves it in the cell: masked, with a remark, or with spaces."""
    roll = rng.random() / care
    if (roll := roll - errors.name_masked) < 0 and len(name) >= 2:
        return name[0] + "○" + name[2:]
    if (roll := roll - errors.name_remark) < 0:
        return name + (
            "（改名）"
            if renamed
            else rng.choice(("（改名）", "(歿)", "*", "（新住民）" if len(name) > 3 else "(歿)"))
        )
    if (roll := roll - errors.name_inner_spaces) < 0 and " " not in name:
        return " ".join(name)
    if roll < errors.name_trailing_space:
        return name + rng.choice((" ", "　"))
    return name
