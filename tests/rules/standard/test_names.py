import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.names import name_key, read_name, surname_of
from anwang.standard.sounds import sound_of


def read(text):
    name = read_name(text)
    assert name is not None
    return name


@pytest.mark.parametrize(
    "written",
    [
        "王小明",
        "王 小 明",
        "王　小明",
        " 王小明\u3000",
        "王小明 ",
        "王\u200b小明",
        "1. 王小明",
        "案主：王小明",
    ],
)
def test_spaces_and_labels_do_not_matter(written):
    name = read(written)
    assert (name.text, name.surname, name.given, name.raw) == ("王小明", "王", "小明", written)


@pytest.mark.parametrize(
    ("written", "remarks", "former"),
    [
        ("王小明(歿)", ("歿",), None),
        ("王小明（歿）", ("歿",), None),
        ("王小明【改名】", ("改名",), None),
        ("王小明（改名）(歿)", ("改名", "歿"), None),
        ("王小明（原名王大明）", ("原名王大明",), "王大明"),
        ("王小明(舊名:王大明)", ("舊名:王大明",), "王大明"),
        ("王小明 原名王大明", ("原名王大明",), "王大明"),
        ("王小明，曾用名：王 大 明", ("曾用名：王 大 明",), "王大明"),
        ("王小明-歿", ("歿",), None),
        ("王小明 已歿", ("已歿",), None),
        ("王小明歿", ("歿",), None),
        ("王小明(歿", ("歿",), None),
        ("王小明()", (), None),
        ("王小明先生", ("先生",), None),
        ("王小明小妹妹", ("小妹妹",), None),
        ("王小明*", ("*",), None),
        ("王小明＊", ("*",), None),
        ("王小明 改名 歿", ("歿", "改名"), None),
        ("（王小明）", (), None),
        ("王小明(Wang Hsiao-Ming)", ("Wang Hsiao-Ming",), None),
        ("王小明 Wang", ("Wang",), None),
        ("Wang Hsiao-Ming(王小明)", ("Wang Hsiao-Ming",), None),
    ],
)
def test_remarks_titles_and_former_names_stand_apart(written, remarks, former):
    name = read(written)
    assert (name.text, name.remarks, name.former) == ("王小明", remarks, former)


@pytest.mark.parametrize(
    "written", ["李小妹", "林美妹", "陳瑞生", "郭阿公", "王文君", "賴老師傅"[:3], "蔡太"]
)
def test_real_names_that_look_like_titles_stay_whole(written):
    expected = written if written != "賴老師" else "賴"
    assert read(written).text == expected


def test_a_title_behind_a_bare_surname():
    name = read("陳小姐")
    assert (name.text, name.surname, name.given, name.remarks) == ("陳", "陳", "", ("小姐",))


@pytest.mark.parametrize("mask", list("○◯〇●*＊OＯXx×0某"))
def test_masks_of_every_shape(mask):
    name = read(f"陳{mask}明")
    assert (name.text, name.surname, name.given, name.is_masked) == ("陳○明", "陳", "○明", True)


def test_masks_in_other_places():
    assert read("黎○碧草").text == "黎○碧草"
    assert read("陳＊＊").text == "陳○○"
    assert read("王小○").text == "王小○"
    hidden = read("○小明")
    assert (hidden.surname, hidden.given) == ("", "小明")


@pytest.mark.parametrize(
    ("text", "surname"),
    [
        ("歐陽文", "歐陽"), ("歐陽娜娜", "歐陽"), ("司馬光", "司馬"), ("諸葛明", "諸葛"), ("張簡美玉", "張簡"), ("范姜群", "范姜"), ("歐陽", "歐"),
        ("歐○文", "歐"), ("阮氏碧草", "阮"), ("阮氏金鶯花", "阮"), ("陳林美玉", "陳"), ("瓦旦吉洛", ""), ("王明", "王"), ("瓦歷斯‧諾幹", ""), ("Nguyen Thi Hoa", ""),
        ("比令亞布都", ""), ("", ""), ("陳佩珊", "陳"), ("亞衛依京", ""), ("李林美", "李"), ("呉明", "呉"), ("陳", "陳"),
    ],
)  # fmt: skip
def test_surnames(text, surname):
    assert surname_of(text) == surname


@pytest.mark.parametrize("dot", list("‧·・•．"))
def test_indigenous_names_of_any_length_with_any_dot(dot):
    name = read(f"瓦歷斯{dot}諾幹{dot}尤命")
    assert (name.text, name.surname) == (f"瓦歷斯{dot}諾幹{dot}尤命", "")
    assert name.key == "瓦歷斯諾幹尤命"


def test_foreign_names_keep_single_spaces():
    name = read("  Nguyễn  Thị   Hoa ")
    assert (name.text, name.surname, name.given, name.key) == ("Nguyễn Thị Hoa", "", "", "nguyễnthịhoa")
    assert read("ＮＧＵＹＥＮ ＴＨＩ").key == name_key("nguyen thi")


def test_a_very_long_name_is_read_whole():
    long = "伊斯瑪哈單" * 12
    assert read(long).text == long


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("台生", "臺生"),
        ("吳峯", "吳峰"),
        ("黃群", "黄羣"),
        ("林溫", "林温"),
        ("陳\uf9e1", "陳李"),
        ("林慧\ufe00", "林慧"),
    ],
)
def test_variant_characters_share_a_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("林喆", "林哲"), ("林堃", "林坤"), ("涂明", "凃明"), ("甯明", "寧明")]
)
def test_characters_chosen_on_purpose_stay_apart(one, other):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("rare", ["\U00020bb7", "\ue000", "\U000f0001", "㛄", "𤧟", "\uf9e1"])
def test_rare_and_private_characters_are_kept_byte_for_byte(rare):
    name = read(f"陳{rare}明")
    assert name.text == f"陳{rare}明"
    assert name.given == f"{rare}明"


@pytest.mark.parametrize("empty", [None, "", "  ", "\u3000", "\ufeff"])
def test_no_name(empty):
    assert read_name(empty) is None


def test_homophones_share_a_sound():
    assert [sound_of(c) for c in "陳佩珊"] == [sound_of(c) for c in "陳珮姍"] == ["chen", "pei", "shan"]
    assert [sound_of(c) for c in "○‧a"] == ["○", "‧", "a"]
    assert sound_of("臺") == sound_of("台")


@given(st.text(max_size=12))
def test_anything_can_be_read_and_the_raw_text_is_untouched(text):
    name = read_name(text)
    if name is not None:
        assert name.raw == text
        assert name.text.startswith(name.surname)
        assert name.key == name_key(name.text)
