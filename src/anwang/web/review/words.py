"""What 比對覆核 says in whole sentences: why a pair is asked, what a threshold or a link that breaks would do. Pure."""

from __future__ import annotations

from anwang.people.linkage.estimates import StepEffect
from anwang.people.linkage.threshold_queries import WhyAsked
from anwang.people.linkage.weakest_scoring import WeakestLink
from anwang.web.charts.thresholds import Limits, limits_words

CONFLICT_FROM = 0.3


def percent(share: float) -> str:
    """`60%`, `99.9%`."""
    return f"{share * 100:.1f}".rstrip("0").rstrip(".") + "%"


def why_asked_words(why: WhyAsked) -> list[str]:
    """為什麼問這一對: one sentence for each reason."""
    stake = why.stake
    said = []
    if why.is_whole:
        said.append("這個可能性區間的比對不多，全部都問，才能估計比對有多準。")
    elif why.by_lot:
        said.append("隨機抽出：用來估計比對有多準，與這一對像不像無關。")
    stands, otherwise = ("視為同一人", "分開") if stake.linked else ("不視為同一人", "併在一起")
    chance = f"有 {stake.doubt:.0%} 的機會" if stake.doubt >= 0.01 else "不到 1% 的機會"
    said.append(f"目前{stands}，系統估計{chance}不對。")
    one, other = stake.records
    if stake.linked:
        said.append(f"若不對，這個人的 {max(one, other)} 筆紀錄要{otherwise}。")
    else:
        said.append(f"若不對，{one} 筆與 {other} 筆紀錄要{otherwise}。")
    if stake.agencies > 0:
        said.append(f"牽涉 {stake.agencies + 1} 個局處，會影響共案與名單。")
    if stake.homes:
        said.append("兩邊目前在不同的家戶，會影響歸戶。")
    if stake.conflict >= CONFLICT_FROM:
        said.append("各項比對互相矛盾，系統自己的估計較不可靠。")
    if why.is_rival:
        said.append("另有其他人同樣可能，系統不會自行連結。")
    return said


def effect_words(effect: StepEffect) -> str:
    """What moving the threshold by one step would do, in one paragraph."""
    to = percent(effect.to)
    share = (
        ""
        if effect.same is None
        else limits_words(Limits(effect.same.low, effect.same.value, effect.same.high))
    )
    if effect.is_raised:
        text = f"升到 {to}：{effect.pairs} 個連結不再成立，約多出 {effect.pairs} 個人員編號"
        text += (
            f"；其中估計 {share}其實是同一人，會被分開。" if share else "；其中多少其實是同一人，還無法估計。"
        )
    else:
        text = f"降到 {to}：多連結約 {effect.pairs} 對，約少 {effect.pairs} 個人員編號"
        text += (
            f"；其中估計 {share}真的是同一人，其餘會錯併。"
            if share
            else "；其中多少真的是同一人，還無法估計。"
        )
    if not effect.pairs:
        text = f"{'升' if effect.is_raised else '降'}到 {to}：目前的紀錄不會有任何改變。"
    change = effect.more_reviews
    return text + (
        f"要覆核的{'增加' if change > 0 else '減少'} {abs(change)} 對。" if change else "要覆核的不變。"
    )


def weakest_words(link: WeakestLink, link_at: float) -> list[str]:
    """Which records hold by the least, how firmly, and what would happen without it."""
    said = [
        f"這 {len(link.away)} 筆紀錄與其餘 {len(link.stay)} 筆之間的依據最少："
        f"兩部分是同一人的可能性，現在估計{_chance(link.pair.probability)}。"
    ]
    if link.pair.probability < link_at:
        said.append(
            f"不到門檻（{percent(link_at)}）；當初連結時另有依據（例如家人，或後來更正的資料），請覆核。"
        )
    said.append(
        f"若不是同一人，拆分後這 {len(link.away)} 筆會成為另一個編號，其餘 {len(link.stay)} 筆留在這個編號。"
    )
    return said


def _chance(probability: float) -> str:
    if probability > 0.99:
        return " 99% 以上"
    return f" {probability:.0%}" if probability >= 0.01 else "不到 1%"
