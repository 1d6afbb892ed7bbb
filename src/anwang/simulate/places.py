"""Yilan's twelve townships with villages, roads and jurisdictions, and how a home is placed.

Townships and the five centres' jurisdictions: 003 (一) 布建社福中心. Villages and roads are real names; doors are made up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from .profile import People

COUNTY = "宜蘭縣"
# township: weight, centre, postal code, kind of village, villages, roads (with a section where the road has them)
TOWNSHIPS: dict[str, tuple[float, str, str, tuple[str, ...], tuple[str, ...]]] = {
    "宜蘭市": (21.5, "宜蘭", "260", ("泰山里", "文化里", "新民里", "凱旋里", "黎明里", "建業里", "負郭里"),
             ("神農路一段", "神農路二段", "泰山路", "復興路", "女中路三段", "中山路二段", "中山路三段", "校舍路", "農權路")),
    "羅東鎮": (17.0, "羅東", "265", ("漢民里", "維揚里", "西安里", "北成里", "集祥里", "東安里"),
             ("北成路一段", "公正路", "純精路二段", "中正北路", "興東路", "光榮路", "民權路")),
    "冬山鄉": (10.5, "羅東", "269", ("群英村", "廣興村", "順安村", "武淵村", "補城村"),
             ("永興路一段", "冬山路二段", "義成路三段", "廣興路", "成興路")),
    "礁溪鄉": (8.5, "礁溪", "262", ("玉田村", "德陽村", "龍潭村", "大忠村", "吳沙村"),
             ("礁溪路五段", "踏踏路", "中山路一段", "玉龍路一段", "大忠路")),
    "五結鄉": (8.5, "羅東", "268", ("四結村", "協和村", "季新村", "利澤村", "鎮安村"),
             ("傳藝路三段", "五結中路三段", "利澤路", "中正路二段", "親河路一段")),
    "蘇澳鎮": (8.5, "蘇澳", "270", ("南成里", "龍德里", "聖湖里", "永光里", "隘丁里"),
             ("中山路一段", "南安路", "移山路", "永愛路", "馬賽路")),
    "員山鄉": (7.2, "宜蘭", "264", ("同樂村", "員山村", "湖東村", "深溝村", "尚德村"),
             ("賢德路二段", "惠深二路", "員山路一段", "深洲二路", "尚深路")),
    "頭城鎮": (6.6, "礁溪", "261", ("城東里", "港口里", "武營里", "新建里", "大溪里"),
             ("吉祥路", "青雲路三段", "開蘭路", "濱海路二段", "沙成路")),
    "三星鄉": (4.7, "三星", "266", ("行健村", "天福村", "拱照村", "集慶村", "月眉村"),
             ("三星路四段", "中山路", "健富路一段", "上將路二段")),
    "壯圍鄉": (4.9, "礁溪", "263", ("美福村", "過嶺村", "古亭村", "新南村", "吉祥村"),
             ("壯五路", "美福路二段", "新南路", "中央路三段")),
    "大同鄉": (1.3, "三星", "267", ("松羅村", "崙埤村", "寒溪村", "英士村"), ("梵梵路", "玉蘭路", "朝陽路", "寒溪巷")),
    "南澳鄉": (0.8, "蘇澳", "272", ("武塔村", "碧候村", "金洋村", "南澳村"), ("金洋路", "新溪路", "中正路", "蘇花路二段")),
}  # fmt: skip
INDIGENOUS_TOWNSHIPS = ("大同鄉", "南澳鄉")
CENTRES = ("宜蘭", "羅東", "礁溪", "蘇澳", "三星")
POSTS = tuple(name.removesuffix("市").removesuffix("鎮").removesuffix("鄉") for name in TOWNSHIPS)

_NAMES = tuple(TOWNSHIPS)
_WEIGHTS = tuple(value[0] for value in TOWNSHIPS.values())


@dataclass(frozen=True, slots=True)
class Home:
    """One home, to the floor: two homes are the same only if all parts agree."""

    township: str
    village: str
    neighbourhood: int
    road: str  # with its section in Han numbers, as 神農路一段
    lane: int  # 0: none
    alley: int
    number: int
    sub_number: int
    floor: int  # 0: none

    @property
    def door(self) -> tuple[str, str, int, int, int, int]:
        return (self.township, self.road, self.lane, self.alley, self.number, self.sub_number)

    @property
    def centre(self) -> str:
        """The centre (社會福利服務中心) whose jurisdiction the home lies in."""
        return TOWNSHIPS[self.township][1]


class Town:
    """The county's doors: gives homes nobody else has, or another floor of a known door."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._taken: set[Home] = set()
        self._flats: list[Home] = []

    def home(self, rng: random.Random, township: str | None = None) -> Home:
        if township is None and self._flats and rng.random() < self._people.shared_building:
            return self.other_floor(rng, self._flats[int(rng.random() * len(self._flats))])
        while True:
            made = self._fresh(rng, township)
            if made not in self._taken:
                return self._take(made)

    def other_floor(self, rng: random.Random, neighbour: Home) -> Home:
        """A home behind the same door on a floor nobody has."""
        for top in (7, 12, 20, 60):
            floor = rng.randint(2, top)
            made = Home(neighbour.township, neighbour.village, neighbour.neighbourhood, neighbour.road, neighbour.lane,
                        neighbour.alley, neighbour.number, neighbour.sub_number, floor)  # fmt: skip
            if made not in self._taken:
                return self._take(made)
        return self.home(rng, neighbour.township)

    def _take(self, made: Home) -> Home:
        self._taken.add(made)
        if made.floor:
            self._flats.append(made)
        return made

    def _fresh(self, rng: random.Random, township: str | None) -> Home:
        township = township or rng.choices(_NAMES, _WEIGHTS)[0]
        _, _, _, villages, roads = TOWNSHIPS[township]
        lane = rng.randint(2, 400) if rng.random() < self._people.lane else 0
        alley = rng.randint(2, 40) if lane and rng.random() < 0.35 else 0
        sub_number = rng.randint(1, 9) if rng.random() < self._people.sub_number else 0
        floor = rng.randint(2, 11) if rng.random() < self._people.flat else 0
        return Home(township, rng.choice(villages), rng.randint(1, 28), rng.choice(roads), lane, alley,
                    rng.randint(1, 480), sub_number, floor)  # fmt: skip
