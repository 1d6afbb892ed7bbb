"""Han surnames of Taiwan: compound ones, and the single ones that may stand before a longer name.

Compound surnames after 內政部《全國姓名統計分析》; double surnames that were made one by registration (張簡, 范姜 …) included.
"""

from __future__ import annotations

COMPOUND_SURNAMES: frozenset[str] = frozenset(
    [
        "歐陽",
        "司馬",
        "諸葛",
        "上官",
        "司徒",
        "司空",
        "夏侯",
        "皇甫",
        "尉遲",
        "公孫",
        "令狐",
        "慕容",
        "宇文",
        "長孫",
        "端木",
        "東方",
        "南宮",
        "西門",
        "獨孤",
        "鍾離",
        "淳于",
        "申屠",
        "軒轅",
        "呼延",
        "東郭",
        "百里",
        "太史",
        "聞人",
        "万俟",
        "澹臺",
        "澹台",
        "公冶",
        "宗政",
        "濮陽",
        "仲孫",
        "太叔",
        "鮮于",
        "閭丘",
        "赫連",
        "拓跋",
        "耶律",
        "完顏",
        "第五",
        "左丘",
        "梁丘",
        "東門",
        "張簡",
        "范姜",
        "張廖",
        "張李",
        "江謝",
        "葉劉",
        "周黃",
        "陳黃",
        "郭李",
        "李林",
        "翁林",
        "姜林",
        "王曹",
        "歐楊",
        "吳劉",
        "胡周",
        "劉張",
        "謝高",
        "陸費",
        "鍾黎",
        "葉王",
        "徐辜",
        "張許",
        "洪許",
        "梁許",
        "林許",
        "洪高",
        "江陳",
        "簡張",
    ]
) - frozenset(
    # Double surnames that are as often a surname and a first given character, or a husband's name before the own one
    # (李林 + 美): the first character alone is the safer surname.
    [
        "李林",
        "陳黃",
        "周黃",
        "林許",
        "張許",
        "洪許",
        "梁許",
        "劉張",
        "洪高",
        "江陳",
        "簡張",
        "吳劉",
        "胡周",
        "葉王",
        "張李",
        "郭李",
        "翁林",
        "姜林",
        "王曹",
        "謝高",
        "鍾黎",
    ]
)

SURNAMES: frozenset[str] = frozenset(
    "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱丘曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜"
    "傅侯曹薛丁卓馬董溫唐藍蔣石古紀姚連馮歐程湯田康姜汪白鄒尤巫鐘黎涂凃龔嚴韓袁金童陸夏柳阮邵錢伍倪溫于譚駱熊任甘秦顧毛章史"
    "官萬俞雷粘闕凌崔尹孔辛武辜陶易段龍韋葛池孟褚殷麥莫裴喬賀龐文孃牛樊管艾包房齊裘談祝左耿祁路關安常危全單向成冷岳柴祖"
    "席桂烏郝畢習閔項滕翟蒲臧賈應封儲隋車解談鮑靳華匡卜查宗車仇刁戚戴買谷卞宣冉舒屈鄔鄞練揭利昌洗冼巴霍宮佘尚岑嵇寧甯"
    "幸枋花苗計時柏容原苑荀豆苟郎貝郁姬浦海狄焦曲初勞景明符商苻楚雲湛蓋萇廉逄鄢黨貢鞠欒豐藺饒麻氏闞釋瞿虞樂盛黎陀坤范"
)
"""Single surnames that are common enough to be trusted in front of a name of four or more characters."""
