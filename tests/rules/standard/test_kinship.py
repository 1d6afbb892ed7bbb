import pytest

from anwang.standard.codes import Relation, Sex
from anwang.standard.kinship import generation, read_relation, sex_hint

TERMS = {
    Relation.SELF: "戶長 本人 案主 個案 戶長本人 自己",
    Relation.SPOUSE: "配偶 夫 妻 丈夫 太太 案夫 案主之妻 外籍配偶",
    Relation.CHILD: "長子 次女 三男 養女 子 女 子女 兒子 女兒 么女 四女 案長女 案主之子 養子 繼女 長男 次子(歿)",
    Relation.PARENT: "父 母 父母 父親 媽媽 案母 繼父 養母 案主之母 母(歿)",
    Relation.GRANDCHILD: "孫 外孫 孫子女 孫女 長孫 外孫女 曾孫 長孫女 外孫子女",
    Relation.GRANDPARENT: "祖父 祖母 外祖母 阿公 阿嬤 外婆 爺爺 案外祖父 曾祖母 祖父母",
    Relation.SIBLING: "兄 弟 姊 妹 兄弟姊妹 兄弟姐妹 二姊 長兄 弟弟 哥哥 案弟 手足 同父異母兄",
    Relation.CHILD_IN_LAW: "媳 媳婦 女婿 長媳 婿 次媳",
    Relation.PARENT_IN_LAW: "岳父 岳母 公公 婆婆 公婆 翁",
    Relation.OTHER_KIN: "家屬 伯父 叔叔 舅舅 姑姑 阿姨 表妹 堂兄 姪子 姪女 外甥女 大嫂 弟媳 孫媳 親屬 姊夫 嬸嬸",
    Relation.NOT_KIN: "寄居 同居人 室友 朋友 同居男友 前妻 看護 房東",
}  # fmt: skip
CASES = [(term, relation) for relation, terms in TERMS.items() for term in terms.split()]


@pytest.mark.parametrize(("term", "relation"), CASES)
def test_terms(term, relation):
    assert read_relation(term) is relation


@pytest.mark.parametrize("term", [None, "", " ", "甲", "不詳", "12"])
def test_an_unknown_term_is_not_guessed(term):
    assert read_relation(term) is None
    assert sex_hint(term) is None


@pytest.mark.parametrize(
    ("term", "sex"),
    [("長女", Sex.FEMALE), ("次子", Sex.MALE), ("母", Sex.FEMALE), ("夫", Sex.MALE), ("岳母", Sex.FEMALE), ("女婿", Sex.MALE), ("媳", Sex.FEMALE),
     ("表妹", Sex.FEMALE), ("外孫女", Sex.FEMALE), ("弟媳", Sex.FEMALE), ("姑姑", Sex.FEMALE), ("伯父", Sex.MALE), ("孫", None), ("配偶", None), ("子女", None),
     ("本人", None), ("兄弟姊妹", None)],
)  # fmt: skip
def test_the_sex_a_term_tells(term, sex):
    assert sex_hint(term) is sex


def test_generations():
    assert [
        generation(read_relation(t)) for t in ("戶長", "妻", "弟", "子", "媳", "外孫", "母", "岳父", "阿公")
    ] == [0, 0, 0, 1, 1, 2, -1, -1, -2]
    assert generation(Relation.OTHER_KIN) is None
    assert generation(Relation.NOT_KIN) is None
    assert generation(None) is None


def test_width_and_spaces_do_not_matter():
    assert read_relation("　長　女 ") is Relation.CHILD
