"""Bureaus' words as codes: above all those that say the opposite of a word in them."""

import pytest

from anwang.standard.fields import FieldId as F
from anwang.standard.vocabularies import read_code

SAID = {
    (
        F.VISIT_RESULT,
        "missing",
    ): "行方不明 失聯 未尋獲 無法尋獲 尚無法尋獲 未被尋獲 未再尋獲 待尋獲 未尋回 沒找到 未能找到 尋獲後再度失聯 查無 查無此人 查訪未獲",
    (
        F.VISIT_RESULT,
        "visited",
    ): "已訪視 已尋獲 行方不明已尋獲 查無異狀 查無異常 訪視正常，查無受虐 解除失蹤 無失聯 未發現行方不明 曾失聯，已見到 原行方不明已訪視",
    (F.VISIT_RESULT, "pending"): "待訪視 訪視未遇 未見到 未見到兒童 無法見到 無法訪視 無法完成訪視",
    (F.VISIT_RESULT, None): "未拒訪 未遷出",
    (F.CARE_STATUS, "untreated"): "未就醫 未能就醫 不肯就醫 拒絕就醫 拒絕住院",
    (
        F.CARE_STATUS,
        "discontinued",
    ): "未持續就醫 不按時服藥 沒按時服藥 不太穩定 停止就醫 已停止治療 未固定就醫 拒絕追蹤",
    (F.CARE_STATUS, "regular"): "規則就醫 從未中斷就醫 未曾中斷 沒中斷 未曾停藥 無自行停藥 住院中",
    (F.CARE_STATUS, "following"): "追蹤中 未結案 尚未結案，追蹤中",
    (F.CARE_STATUS, "closed"): "已結案 結束追蹤",
    (F.CARE_STATUS, None): "無未就醫情形 不曾失聯 未再失聯 未住院",
    (F.SUICIDE_CAUSE, "economic"): "經濟因素 經濟困難 無經濟來源 家庭關係、經濟因素",
    (F.SUICIDE_CAUSE, None): "經濟狀況良好 家庭經濟無虞 不是經濟因素 與經濟無關 無明顯經濟壓力 查無經濟因素",
    (F.CASE_CATEGORY, "drug"): "藥癮 一級 第二級 二級毒品 海洛因 雙重診斷",
    (F.CASE_CATEGORY, "mental"): "精神疾病 二級精神病 思覺失調",
    (F.CASE_CATEGORY, None): "無物質濫用 無使用安非他命 不吸食 一級警戒",
    (F.EMPLOYMENT_RESULT, "unemployed"): "未就業 無法就業 不願就業 沒有工作 未到職 未再就業",
    (F.EMPLOYMENT_RESULT, "employed"): "已就業 面試錄取 職訓後就業",
    (F.EMPLOYMENT_RESULT, "referring"): "推介中 面試中 推介就業中",
    (F.DROPOUT_STATUS, "dropped_out"): "中輟 拒絕復學 未返校 不在學 復學後又中輟",
    (F.DROPOUT_STATUS, "returned"): "復學 已返校",
    (F.WELFARE_STATUS, "lower_middle_income"): "中低收入戶",
    (F.WELFARE_STATUS, None): "非低收入戶 非中低收入戶 無身心障礙 非原住民",
}


@pytest.mark.parametrize(
    ("field", "code", "word"),
    [(field, code, word) for (field, code), words in SAID.items() for word in words.split(" ")],
)
def test_a_word_and_its_denial_are_told_apart(field: F, code: str | None, word: str) -> None:
    found = read_code(field, word)
    assert (found.value if found else None) == code
