from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.address_parts import chinese_name, floor_and_sub, number_of
from anwang.standard.addresses import read_address
from anwang.standard.townships import BY_NAME, CENTRES, COUNTIES, TOWNSHIPS


def parts(text):
    address = read_address(text)
    assert address is not None
    return {key: value for key, value in asdict(address).items() if value and key != "raw"}


YILAN = {"county": "宜蘭縣"}


@pytest.mark.parametrize(
    "written",
    [
        "宜蘭縣宜蘭市中山路二段424號3樓",
        "26宜蘭縣宜蘭市中山路二段424號3樓",
        "260宜蘭縣宜蘭市中山路二段424號3樓",
        "26047宜蘭縣宜蘭市中山路二段424號3樓",
        "260007宜蘭縣宜蘭市中山路二段424號3樓",
        "(260)宜蘭縣宜蘭市中山路二段424號3樓",
        "２６宜蘭縣宜蘭市中山路二段４２４號３樓",
        "宜蘭市中山路2段424號三樓",
        "宜蘭縣宜蘭市中山路二段四百二十四號三樓",
        "宜蘭縣宜蘭市中山路二段四二四號三樓",
        "宜蘭宜蘭市中山路２段４２４號3F",
        "宜蘭縣 宜蘭市 中山路 二段 424號 3f",
        "宜蘭縣宜蘭市中山路二段424 3樓",
        "現居地址：宜蘭縣宜蘭市中山路二段424號3樓",
        "宜蘭縣宜蘭縣宜蘭市中山路二段424號3樓",
        "260中山路二段424號3樓",
    ],
)
def test_spellings_of_one_address(written):
    expected = YILAN | {"township": "宜蘭市", "road": "中山路", "section": "2", "number": "424", "floor": "3"}
    assert parts(written) == expected


@pytest.mark.parametrize(
    ("written", "number", "floor"),
    [
        ("186-5號2樓", "186-5", "2"), ("186之5號2樓", "186-5", "2"), ("186號之5 2樓", "186-5", "2"), ("186號-5", "186-5", ""),
        ("306號之84樓", "306-8", "4"), ("61號之12樓", "61-1", "2"), ("355號之811樓", "355-8", "11"), ("12號之1211樓", "12-12", "11"),
        ("1號之4樓", "1", "4"), ("36號之8十一樓", "36-8", "11"), ("36號之五 十一樓", "36-5", "11"), ("36號之5 11F", "36-5", "11"),
        ("477號3F", "477", "3"), ("477號10f", "477", "10"), ("477號十一樓", "477", "11"), ("477號B1", "477", "-1"), ("477號地下一樓", "477", "-1"),
        ("477號地下室", "477", "-1"), ("477號B2樓", "477", "-2"), ("477號頂樓", "477", "頂"), ("477", "477", ""), ("477-3", "477-3", ""),
        ("臨477號", "臨477", ""), ("三十六號", "36", ""), ("0477號", "477", ""), ("477號03樓", "477", "3"),
    ],
)  # fmt: skip
def test_numbers_and_floors(written, number, floor):
    read = parts(f"羅東鎮公正路{written}")
    assert (read["number"], read.get("floor", ""), read.get("rest", "")) == (number, floor, "")


@pytest.mark.parametrize(
    ("written", "room"),
    [
        ("5樓之2", "之2"),
        ("5樓-2", "之2"),
        ("5F之2", "之2"),
        ("5樓之2室", "之2"),
        ("5樓203室", "203室"),
        ("5樓A室", "A室"),
    ],
)
def test_rooms_follow_the_floor(written, room):
    read = parts(f"羅東鎮公正路6號{written}")
    assert (read["floor"], read["room"]) == ("5", room)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("頭城鎮大里里濱海路七段12號", {"township": "頭城鎮", "village": "大里里", "road": "濱海路", "section": "7", "number": "12"}),
        ("羅東鎮漢民里19鄰中正北路345巷162號", {"township": "羅東鎮", "village": "漢民里", "neighbourhood": "19", "road": "中正北路", "lane": "345", "number": "162"}),
        ("五結鄉季新村五結中路三段31號", {"township": "五結鄉", "village": "季新村", "road": "五結中路", "section": "3", "number": "31"}),
        ("羅東鎮建軍新村12號", {"township": "羅東鎮", "road": "建軍新村", "number": "12"}),
        ("大同鄉寒溪村四方林部落12號", {"township": "大同鄉", "village": "寒溪村", "road": "四方林部落", "number": "12"}),
        ("冬山鄉新里一路12號", {"township": "冬山鄉", "road": "新里一路", "number": "12"}),
        ("員山鄉惠深2路334巷13弄220號", {"township": "員山鄉", "road": "惠深二路", "lane": "334", "alley": "13", "number": "220"}),
        ("宜蘭市第九鄰文化巷12號", {"township": "宜蘭市", "neighbourhood": "9", "road": "文化巷", "number": "12"}),
        ("宜蘭市中山路文化巷12號", {"township": "宜蘭市", "road": "中山路", "lane": "文化", "number": "12"}),
        ("員山鄉深溝村05鄰12號", {"township": "員山鄉", "village": "深溝村", "neighbourhood": "5", "number": "12"}),
        ("員山鄉5鄰深溝村12號", {"township": "員山鄉", "village": "深溝村", "neighbourhood": "5", "number": "12"}),
        ("宜蘭縣礁溪中山路一段3號", {"township": "礁溪鄉", "road": "中山路", "section": "1", "number": "3"}),
        ("礁溪鄉大忠村15鄰", {"township": "礁溪鄉", "village": "大忠村", "neighbourhood": "15"}),
        ("羅東鎮國民大道12號", {"township": "羅東鎮", "road": "國民大道", "number": "12"}),
        ("羅東鎮北成街12號", {"township": "羅東鎮", "road": "北成街", "number": "12"}),
        ("羅東鎮鐵路街12號", {"township": "羅東鎮", "road": "鐵路街", "number": "12"}),
        ("冬山鄉永興路一段", {"township": "冬山鄉", "road": "永興路", "section": "1"}),
        ("宜蘭市中山路3巷21弄", {"township": "宜蘭市", "road": "中山路", "lane": "3", "alley": "21"}),
        ("員山鄉粗坑路12-3巷4號", {"township": "員山鄉", "road": "粗坑路", "lane": "12-3", "number": "4"}),
        ("員山鄉內城12號", {"township": "員山鄉", "road": "內城", "number": "12"}),
    ],
)  # fmt: skip
def test_villages_roads_and_lanes(written, expected):
    assert parts(written) == YILAN | expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("大里路1號", {"road": "大里路", "number": "1"}),
        ("礁溪路五段283號", {"road": "礁溪路", "section": "5", "number": "283"}),
        ("中正里12鄰", {"village": "中正里", "neighbourhood": "12"}),
        ("台北市大安區和平東路一段1號", {"county": "臺北市", "township": "大安區", "road": "和平東路", "section": "1", "number": "1"}),
        ("台北縣板橋市文化路1段100號", {"county": "新北市", "township": "板橋市", "road": "文化路", "section": "1", "number": "100"}),
        ("桃園市平鎮區平東路1號", {"county": "桃園市", "township": "平鎮區", "road": "平東路", "number": "1"}),
        ("板橋區文化路1段100號", {"township": "板橋區", "road": "文化路", "section": "1", "number": "100"}),
        ("花蓮縣花蓮市國聯里國聯一路5號", {"county": "花蓮縣", "township": "花蓮市", "village": "國聯里", "road": "國聯一路", "number": "5"}),
        ("臺北市中山北路1號", {"county": "臺北市", "road": "中山北路", "number": "1"}),
        ("居無定所", {"rest": "居無定所"}),
    ],
)  # fmt: skip
def test_other_places_and_missing_townships(written, expected):
    assert parts(written) == expected


@pytest.mark.parametrize(
    ("written", "rest"),
    [
        ("宜蘭市農權路12號(近火車站)", "(近火車站)"),
        ("宜蘭市農權路12號旁鐵皮屋", "旁鐵皮屋"),
        ("宜蘭市農權路12號、14號", "14號"),
        ("宜蘭市農權路口", "農權路口"),
    ],
)
def test_what_cannot_be_read_is_kept(written, rest):
    assert parts(written)["rest"] == rest


@pytest.mark.parametrize("empty", [None, "", "  ", "無", "不詳", "N/A"])
def test_no_address(empty):
    assert read_address(empty) is None


def test_every_township_is_read_and_known():
    assert len(TOWNSHIPS) == 12
    assert len({t.code for t in TOWNSHIPS}) == len({t.postal_code for t in TOWNSHIPS}) == 12
    assert {t.centre for t in TOWNSHIPS} == set(CENTRES)
    assert len(COUNTIES) == 22
    for township in TOWNSHIPS:
        assert parts(f"宜蘭縣{township.name}中興路1號")["township"] == township.name
        assert parts(f"宜蘭縣{township.stem}中興路1號")["township"] == township.name
        assert parts(f"{township.postal_code}中興路1號") == parts(f"{township.name}中興路1號")


def test_spellings_of_one_home_read_alike():
    one = parts("26宜蘭縣宜蘭市文化里9鄰台中路1段3號2樓")
    other = parts("宜蘭市臺中路一段３號二樓")
    assert (one["road"], other["road"]) == ("台中路", "臺中路")  # as written
    assert {key: one[key] for key in ("township", "section", "number", "floor")} == {
        key: other[key] for key in ("township", "section", "number", "floor")
    }


def test_small_pieces():
    assert [number_of(n) for n in ("05", "二十三", "12之3", "十二-3", "0")] == [
        "5",
        "23",
        "12-3",
        "12-3",
        "0",
    ]
    assert number_of("二三十") == "二三十"  # no number: kept as written
    assert [chinese_name(r) for r in ("惠深2路", "中山10路", "中山12街", "中山20路", "中山100路", "深洲二路")] == [
        "惠深二路", "中山十路", "中山十二街", "中山二十路", "中山100路", "深洲二路",
    ]  # fmt: skip
    assert [floor_and_sub(g) for g in ("84", "12", "811", "1211", "830", "4", "851", "80", "十一")] == [
        ("8", "4"), ("1", "2"), ("8", "11"), ("12", "11"), ("8", "30"), ("", "4"), ("85", "1"), ("", "80"), ("", "11"),
    ]  # fmt: skip


ROADS = ["中山路", "惠深二路", "五結中路", "北成街", "國民大道", "中正北路"]
FLOORS = "一二三四五六七八九"


@st.composite
def homes(draw):
    return {
        "township": draw(st.sampled_from(sorted(BY_NAME))),
        "road": draw(st.sampled_from(ROADS)),
        "section": draw(st.integers(0, 9)),
        "lane": draw(st.integers(0, 400)),
        "alley": draw(st.integers(0, 40)),
        "number": draw(st.integers(1, 999)),
        "sub": draw(st.integers(0, 9)),
        "floor": draw(st.integers(0, 9)),
    }


def spelled(home, draw):
    choose = lambda *ways: draw(st.sampled_from(ways))  # noqa: E731
    number, sub, floor = home["number"], home["sub"], home["floor"]
    text = (
        choose("", "26", "26宜蘭縣", "宜蘭縣", "宜蘭")
        + home["township"]
        + choose("", "文化里", "大里里", "新村村9鄰", "文化里廿三鄰", "5鄰")
    )
    text += home["road"]
    if home["section"]:
        text += choose(f"{home['section']}段", f"{FLOORS[home['section'] - 1]}段")
    text += f"{home['lane']}巷" if home["lane"] else ""
    text += f"{home['alley']}弄" if home["alley"] else ""
    text += choose(f"{number}-{sub}號", f"{number}之{sub}號", f"{number}號之{sub}") if sub else f"{number}號"
    if floor:
        text += choose(f"{floor}樓", f"{floor}F", f"{FLOORS[floor - 1]}樓")
    return (
        text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if choose(False, True) else text
    )


@given(homes(), st.data())
def test_every_spelling_of_a_home_is_read_alike(home, data):
    text = spelled(home, data.draw)
    address = read_address(text)
    number = f"{home['number']}-{home['sub']}" if home["sub"] else str(home["number"])
    blank = lambda n: str(n) if n else ""  # noqa: E731
    assert address is not None
    read = (address.township, address.road, address.section, address.lane, address.alley, address.number, address.floor, address.room)  # fmt: skip
    assert read == (
        home["township"], home["road"], blank(home["section"]), blank(home["lane"]), blank(home["alley"]), number, blank(home["floor"]), "",
    ), text  # fmt: skip
    assert address.rest == ""


@given(st.text(alphabet="宜蘭縣市鄉村里鄰路街段巷弄號樓之-0123456789一二十BFab() 、,", max_size=24))
def test_anything_can_be_read_and_the_raw_text_is_untouched(text):
    address = read_address(text)
    assert address is None or address.raw == text
