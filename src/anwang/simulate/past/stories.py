"""What was said in a report: sentences by programme and danger. No names: a story is about whom the report names."""

from __future__ import annotations

import random
from collections.abc import Sequence

from anwang.standard.report_answers import Danger

_OPENINGS: dict[str, tuple[str, ...]] = {
    "child_protection": (
        "學校老師發現孩子手臂與小腿有新舊瘀傷，孩子說是在家被打。",
        "鄰居連續數晚聽見孩子哭叫與大人斥罵，今天看到孩子站在門外不敢進屋。",
        "急診醫師檢查後認為傷勢與家長說的跌倒不符。",
        "孩子連續三天沒有吃早餐，衣服未更換，聯絡不上家長。",
    ),
    "adult_protection": (
        "被害人到派出所表示遭同住伴侶毆打，要求保護。",
        "醫院社工通報，就診者的傷勢疑為家庭暴力，本人希望有人協助。",
        "鄰居聽見爭吵與摔東西，警員到場時雙方情緒激動。",
    ),
    "vulnerable_family": (
        "家中主要收入者失業三個月，房租積欠，孩子的午餐費也未繳。",
        "村里幹事訪視時發現屋內雜亂、沒有食物，照顧者表示撐不下去。",
        "照顧者罹病無法工作，家中長輩失智，沒有其他人可以幫忙。",
    ),
    "child_outreach": (
        "預防接種逾期三個月未完成，電話無人接聽，寄信退回。",
        "戶政通知幼兒逕為出生登記，家長未到所辦理。",
        "應入學未入學，衛生所兩次訪視都沒有遇到孩子。",
    ),
    "elder_living_alone": (
        "長輩獨居，近日少出門，信箱堆滿未取的信件。",
        "鄰長表示長輩走路不穩、三餐不定，子女在外縣市。",
        "里長普查發現長輩獨居且沒有電話。",
    ),
    "suicide_prevention": (
        "個案因企圖自殺送醫，已脫離險境，出院後需要關懷。",
        "家屬表示當事人近來多次說不想活，昨晚留下紙條。",
    ),
    "drug_case_management": (
        "觀護人轉介，個案施用二級毒品，願意接受戒癮治療。",
        "出監前轉銜會議決議由衛生局追蹤輔導。",
    ),
    "at_risk_juvenile": (
        "少年深夜在外遊蕩，與成年人出入不當場所，家長表示管不動。",
        "學校通報學生攜帶危險物品，並多次缺席輔導。",
    ),
    "alcohol_treatment": (
        "地檢署轉介，當事人酒後駕車第三次，緩起訴附帶戒癮治療。",
        "家屬表示當事人每天飲酒，近日酒後在家中失控。",
    ),
    "mental_illness_care": (
        "醫院通知，當事人出院後未回診，家屬擔心再次發病。",
        "鄰居反映當事人深夜吼叫、自言自語，家屬不知道如何帶去就醫。",
        "派出所處理擾鄰案件，疑似精神疾病，家屬希望有人評估。",
    ),
    "custody_transition": (
        "矯正機關通知，當事人兩個月後出監，無人可接、住所未定。",
        "監護處分將於下月期滿，需要社區接續就醫與住所。",
    ),
    "perpetrator_treatment": (
        "法院核發保護令，裁定完成認知教育與戒癮治療。",
        "地檢署通知緩刑附帶處遇計畫，請安排執行機構。",
    ),
    "early_intervention": (
        "幼兒專責醫師健檢發現語言與動作發展落後，轉介評估。",
        "托嬰中心觀察孩子叫名沒有反應、較少眼神接觸。",
        "幼兒園老師表示孩子說話不清楚，家長不知道去哪裡評估。",
    ),
    "injured_young_worker": (
        "高中生在餐飲業打工時燙傷，雇主未投保，家長不知如何申請。",
        "建教生操作機具夾傷手指，住院中，擔心學校與工作。",
    ),
    "intimate_image_takedown": (
        "被害人發現性影像被放到網路論壇，希望盡快移除。",
        "學校通報，學生的私密照片在群組流傳，對方揚言再散布。",
        "對方以散布性影像要脅金錢，被害人已報案。",
    ),
    "school_dropout": (
        "學生連續三日以上未到校，家訪無人應門。",
        "學生表示要打工養家，已兩週沒有上學。",
    ),
}
_DANGERS = {
    Danger.SERIOUS_INJURY: "傷勢嚴重，已送急診。",
    Danger.WEAPON: "曾拿刀或棍棒威脅。",
    Danger.THREAT_TO_KILL: "揚言如果報警就同歸於盡。",
    Danger.SELF_HARM: "當事人有自殺的計畫或行為。",
    Danger.SEXUAL: "疑似遭性侵害或性剝削。",
    Danger.SMALL_CHILD_ALONE: "到訪時幼兒獨自在家。",
    Danger.ALLEGED_PRESENT: "相對人與被通報人同住。",
    Danger.INTOXICATED: "事發時現場有人酒後失控。",
    Danger.NOTHING_TO_LIVE_ON: "家中已沒有食物，房東要求月底搬離。",
}
_INJURIES = ("手臂瘀青", "臉頰紅腫", "小腿新舊瘀傷", "額頭擦傷", "手指挫傷", "背部條狀傷痕")


def story_of(rng: random.Random, programme: str, dangers: Sequence[Danger], age: int, again: bool) -> str:
    """Two to five sentences."""
    parts = [rng.choice(_OPENINGS[programme])]
    if again:
        parts.append("之前曾經通報過，情形沒有改善。")
    parts += [_DANGERS[code] for code in dangers if code in _DANGERS]
    if age < 6:
        parts.append(f"孩子約 {age} 歲。" if age else "孩子未滿 1 歲。")
    return "".join(parts)


def injury_of(rng: random.Random) -> str:
    return rng.choice(_INJURIES)
