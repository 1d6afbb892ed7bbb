import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.text import arabic, chinese_number, fold_label, half_width, squeeze


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一", 1), ("十", 10), ("十一", 11), ("二十", 20), ("二十三", 23), ("廿三", 23), ("卅", 30), ("卅一", 31), ("百一十五", 115), ("一百一十五", 115),
        ("一百零五", 105), ("一一五", 115), ("一〇五", 105), ("〇八〇", 80), ("兩百", 200), ("一千二百", 1200), ("貳拾參", 23), ("", None), ("十十", None),
        ("一廿", None), ("百一二", None), ("十廿", None), ("十百", None), ("甲", None), ("十甲", None),
    ],
)  # fmt: skip
def test_chinese_numerals(text, number):
    assert chinese_number(text) == number


def test_numerals_inside_text():
    assert arabic("七十八年三月二日") == "78年3月2日"
    assert arabic("十十路") == "十十路"


def test_width_and_signs():
    assert half_width("ＡＢ１２（－）　～") == "AB12(-) ~"
    assert half_width("\ufeff王\u200b明") == "王明"
    assert half_width("\uf9e1") == "\uf9e1"  # a compatibility ideograph in a name stays itself
    assert squeeze(" 1 2\t3 ") == "123"


def test_labels_fold():
    assert fold_label("身分證 字號（必填）") == fold_label("身分證字號必填")
    assert fold_label("Last_Visit") == fold_label("ＬＡＳＴ ＶＩＳＩＴ") == "lastvisit"
    assert fold_label("臺") == fold_label("台")


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert half_width(half_width(text)) == half_width(text)
    assert squeeze(squeeze(text)) == squeeze(text)
