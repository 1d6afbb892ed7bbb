"""Places: the twelve townships of Yilan with their codes, postal codes and centres, and the counties of Taiwan.

Township codes are those of the household registration system (戶役政); centres are those of 003 (one social welfare
center serves two or three townships).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Township:
    """A township of Yilan. `centre` is the short name of its social welfare center (003)."""

    code: str
    name: str
    postal_code: str
    centre: str

    @property
    def stem(self) -> str:
        """The name without 鄉/鎮/市."""
        return self.name[:-1]


COUNTY = "宜蘭縣"

TOWNSHIPS: tuple[Township, ...] = (
    Township("10002010", "宜蘭市", "260", "宜蘭"),
    Township("10002020", "羅東鎮", "265", "羅東"),
    Township("10002030", "蘇澳鎮", "270", "蘇澳"),
    Township("10002040", "頭城鎮", "261", "礁溪"),
    Township("10002050", "礁溪鄉", "262", "礁溪"),
    Township("10002060", "壯圍鄉", "263", "礁溪"),
    Township("10002070", "員山鄉", "264", "宜蘭"),
    Township("10002080", "冬山鄉", "269", "羅東"),
    Township("10002090", "五結鄉", "268", "羅東"),
    Township("10002100", "三星鄉", "266", "三星"),
    Township("10002110", "大同鄉", "267", "三星"),
    Township("10002120", "南澳鄉", "272", "蘇澳"),
)

BY_NAME: dict[str, Township] = {t.name: t for t in TOWNSHIPS}
BY_POSTAL_CODE: dict[str, Township] = {t.postal_code: t for t in TOWNSHIPS}


def code_of(name: str) -> str:
    """The code of a township by its name; "" for a place outside the county or none."""
    return BY_NAME[name].code if name in BY_NAME else ""


CENTRES: tuple[str, ...] = ("礁溪", "宜蘭", "三星", "羅東", "蘇澳")

COUNTIES: tuple[str, ...] = (
    "臺北市", "新北市", "桃園市", "臺中市", "臺南市", "高雄市", "基隆市", "新竹市", "嘉義市", "新竹縣", "苗栗縣", "彰化縣",
    "南投縣", "雲林縣", "嘉義縣", "屏東縣", "宜蘭縣", "花蓮縣", "臺東縣", "澎湖縣", "金門縣", "連江縣",
)  # fmt: skip

FORMER_COUNTIES: dict[str, str] = {
    "臺北縣": "新北市",
    "桃園縣": "桃園市",
    "臺中縣": "臺中市",
    "臺南縣": "臺南市",
    "高雄縣": "高雄市",
}
"""Counties that became or joined special municipalities in 99 and 103; old papers still name them."""
