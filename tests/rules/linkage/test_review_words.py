"""The sentences of 比對覆核: why a pair is asked, what a step of the threshold does, where a person holds by the least."""

from __future__ import annotations

from anwang.people.linkage.asking import Stake
from anwang.people.linkage.estimates import Interval, StepEffect
from anwang.people.linkage.result import Pair
from anwang.people.linkage.threshold_queries import WhyAsked
from anwang.people.linkage.weakest_scoring import WeakestLink
from anwang.web.review.words import effect_words, percent, weakest_words, why_asked_words


def test_a_doubtful_pair_says_what_hangs_on_it() -> None:
    said = why_asked_words(WhyAsked(False, False, True, Stake(0.62, False, (3, 2), 1, 1, 0.5)))
    assert said == [
        "目前不視為同一人，系統估計有 62% 的機會不對。",
        "若不對，3 筆與 2 筆紀錄要併在一起。",
        "牽涉 2 個局處，會影響共案與名單。",
        "兩邊目前在不同的家戶，會影響歸戶。",
        "各項比對互相矛盾，系統自己的估計較不可靠。",
        "另有其他人同樣可能，系統不會自行連結。",
    ]


def test_a_drawn_pair_says_that_chance_chose_it() -> None:
    said = why_asked_words(WhyAsked(True, False, False, Stake(0.9999, True, (5, 1), 0, 0, 0.0)))
    assert said[0].startswith("隨機抽出")
    assert said[1:] == [
        "目前視為同一人，系統估計不到 1% 的機會不對。",
        "若不對，這個人的 5 筆紀錄要分開。",
    ]


def test_a_step_says_how_many_persons_and_how_many_reviews() -> None:
    share = Interval(0.2, 0.5, 0.8)
    assert effect_words(StepEffect(0.6, 0.5, 12, share, 0)) == (
        "降到 50%：多連結約 12 對，約少 12 個人員編號；其中估計 50.0%（20.0%–80.0%）真的是同一人，其餘會錯併。要覆核的不變。"
    )
    assert effect_words(StepEffect(0.95, 0.99, 3, None, 3)) == (
        "升到 99%：3 個連結不再成立，約多出 3 個人員編號；其中多少其實是同一人，還無法估計。要覆核的增加 3 對。"
    )
    assert (
        effect_words(StepEffect(0.6, 0.7, 0, None, -2))
        == "升到 70%：目前的紀錄不會有任何改變。要覆核的減少 2 對。"
    )


def test_percentages_have_no_empty_decimals() -> None:
    assert [percent(share) for share in (0.005, 0.6, 0.999, 1.0)] == ["0.5%", "60%", "99.9%", "100%"]


def test_a_weak_link_below_the_threshold_says_so() -> None:
    def words(probability: float) -> list[str]:
        return weakest_words(WeakestLink((1,), (2, 3), 0.0, Pair(1, 2, probability, ()), 0.0), 0.6)

    assert len(words(0.3)) == 3
    assert "不到門檻（60%）" in words(0.3)[1]
    assert words(0.995)[0].endswith("現在估計 99% 以上。")
    assert words(0.004)[0].endswith("現在估計不到 1%。")
