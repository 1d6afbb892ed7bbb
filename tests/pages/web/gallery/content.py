"""Made-up content for the gallery: no one in it exists."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.html import format_html

from anwang.standard.codes import Relation, Sex
from anwang.web import charts
from anwang.web.charts.kinship import ties_to_head
from anwang.web.comparison import compare_field
from anwang.web.components import (
    Basis,
    Choice,
    Column,
    Field,
    Filter,
    Pages,
    Row,
    Sort,
    Tab,
    Table,
)
from anwang.web.components import Cell as C

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = dt.datetime(2026, 4, 26, 14, 5, tzinfo=TAIPEI)


def basis(about: str) -> Basis:
    return Basis(
        rule="兒少高危機家庭（high_risk_child）",
        reason="未滿 6 歲；兩位照顧者一位藥癮個管中、一位精神疾病未就醫；戶內無其他親屬。",
        citation="桃園市合作計畫 參三(六)1(3)",
        decided_by="系統比對，115年4月25日",
        about=about,
    )


def clock(due: dt.datetime | dt.date) -> str:
    from anwang.web.clocks import clock_text

    return render_to_string("components/clock.html", {"clock": clock_text(due, NOW)})


def why(about: str) -> str:
    return render_to_string("components/why.html", {"basis": basis(about), "label": "依據"})


def hours(value: float) -> dt.datetime:
    return NOW + dt.timedelta(hours=value)


def worklist() -> Table:
    def button(text: str, quiet: bool = True) -> str:
        css = "button button--quiet button--small" if quiet else "button button--small"
        return format_html('<a class="{}" href="#" data-key="r">{}</a>', css, text)

    def what(title: str, sub: str, tag: str = "") -> C:
        return C(title, sub=sub, href="/household")

    rows = [
        Row(
            (
                C(clock(hours(-150))),
                what("幸扶守護名單回覆收件", "羅東社福中心・115-03"),
                C("名單送達 3 日內收件", sub=why("幸扶守護名單回覆收件")),
            ),
            button("收件", quiet=False),
            urgent=True,
        ),
        Row(
            (
                C(clock(hours(0.63))),
                what("陳姓家戶・兒少高危機", "羅東鎮公正路・H-024317"),
                C("2 歲；照顧者藥癮與精神疾病未就醫", sub=why("陳姓家戶")),
            ),
            button("派送", quiet=False),
            urgent=True,
        ),
        Row(
            (
                C(clock(hours(5.2))),
                what("林姓家戶・共案", "冬山鄉・3 個單位服務中"),
                C("衛生局、教育處、社會處各有服務", sub=why("林姓家戶")),
            ),
            button("聯繫"),
        ),
        Row(
            (
                C(clock(hours(19))),
                what("比對覆核 12 對", "本月名冊"),
                C("其中 2 對會影響名單", sub=why("比對覆核")),
            ),
            button("開始"),
        ),
        Row(
            (
                C(clock(dt.date(2026, 4, 29))),
                what("行方不明兒少協尋資料表", "蘇澳鎮・六歲以下主動關懷"),
                C("訪視未遇 2 次", sub=why("協尋")),
            ),
            button("填寫"),
        ),
        Row(
            (
                C(clock(dt.date(2026, 5, 12))),
                what("共同處遇計畫提交個案研討", "本中心主責"),
                C("6 月場次前 1 個月", sub=why("提案")),
            ),
            button("草案"),
        ),
    ]
    columns = (Column("剩餘", "due", narrow=True), Column("要做什麼", "subject"), Column("為什麼"))
    return Table("今天要做的事", columns, rows, Sort("due"), hide_caption=True)


def roster_errors() -> Table:
    rows = [
        Row((C("47"), C("出生日期"), C("115/13/02"), C("月份要在 1 到 12 之間，請核對後重送這一列"))),
        Row((C("112"), C("姓名"), C("（空白）"), C("沒有姓名的列無法收；請補上姓名，或刪除這一列"))),
    ]
    return Table(
        "無法收的列",
        (Column("列", numeric=True), Column("欄位"), Column("原文"), Column("怎麼修正")),
        rows,
    )


def household_genogram() -> charts.Chart:
    people = [
        charts.Member("a", "陳建宏", "male", 45, "戶長", "藥癮個管・求職中", href="#a"),
        charts.Member("b", "阮氏秋", "female", 38, "配偶", "精神疾病・未就醫 8 個月", alert=True, href="#b"),
        charts.Member("c", "陳品睿", "male", 13, "長子", "國中・中輟 41 天", href="#c"),
        charts.Member("d", "陳小安", "female", 2, "長女", "未滿 6 歲・主動關懷", href="#d", is_client=True),
    ]
    ties = ties_to_head(
        "a",
        [
            ("b", Relation.SPOUSE, Sex.FEMALE),
            ("c", Relation.CHILD, Sex.MALE),
            ("d", Relation.CHILD, Sex.FEMALE),
        ],
    )
    return charts.genogram(people, ties, title="誰住在這裡")


def large_genogram() -> charts.Chart:
    M = charts.Member
    people = [
        M("h", "林金水", "male", 71, "戶長", "長照 2.0"),
        M("w", "林陳阿月", "female", 69, "配偶", deceased=True),
        M("s1", "林志明", "male", 46, "長子", "就業服務"),
        M("w1", "Mary Ann dela Cruz Santos", "female", 41, "長媳"),
        M("s2", "林志豪", "male", 43, "次子", "毒防追蹤", alert=True),
        M("d1", "林淑惠", "female", 39, "長女"),
        M("x1", "伊斯坦大・撒可努", "male", 40, "前女婿", absent=True),
        M("g1", "林承恩", "male", 16, "孫", "中輟 12 天"),
        M("g2", "林語彤", "female", 11, "孫女"),
        M("g3", "林子晴", "female", 5, "外孫女", "主動關懷", is_client=True),
        M("g4", "林子睿", None, 1, "外孫", "未滿 6 歲"),
        M("g5", "林宥廷", "male", 9, "孫", "父母不在戶內"),
        M("z", "吳阿好", "female", 88, "戶長之母"),
        M("o", "黃文雄", "male", 55, "寄居"),
    ]
    K, T = charts.TieKind, charts.Tie
    ties = [
        T(K.COUPLE, "h", "w"),
        T(K.PARENT, "z", "h"),
        T(K.COUPLE, "s1", "w1"),
        T(K.FORMER_COUPLE, "d1", "x1"),
        T(K.GRANDPARENT, "h", "g5"),
        T(K.GRANDPARENT, "w", "g5"),
    ]
    ties += [T(K.PARENT, p, c) for p in ("h", "w") for c in ("s1", "s2", "d1")]
    ties += [T(K.PARENT, p, c) for p in ("s1", "w1") for c in ("g1", "g2")]
    ties += [T(K.PARENT, p, c) for p in ("d1", "x1") for c in ("g3", "g4")]
    return charts.genogram(people, ties, title="三代家戶")


def lanes() -> charts.Chart:
    d, S, L = dt.date, charts.Span, charts.Lane
    return charts.agency_lanes(
        [
            L(
                "社會處 脆弱家庭",
                [S(d(2026, 1, 6))],
                [d(2026, 1, 22), d(2026, 2, 14), d(2026, 3, 9), d(2026, 4, 2)],
                own=True,
            ),
            L("衛生局 藥癮個管", [S(d(2025, 9, 1))], [d(2025, 12, 4), d(2026, 4, 9)]),
            L("教育處 中輟輔導", [S(d(2026, 2, 17))]),
            L("勞工處 推介就業", [S(d(2025, 11, 17), d(2026, 1, 14), "未就業，結案"), S(d(2026, 4, 20))]),
        ],
        d(2025, 11, 1),
        d(2026, 4, 25),
        [
            charts.Mark(d(2026, 4, 18), "通報", "red"),
            charts.Mark(d(2026, 4, 10), "急難紓困申請"),
            charts.Mark(d(2025, 12, 19), "個案研討"),
        ],
        title="誰在服務他們",
    )


def weights() -> charts.Chart:
    W = charts.Contribution
    return charts.waterfall_chart(
        [
            W("身分證號", 11.4, "10 碼中 9 碼相同，末碼不同"),
            W("姓名", 6.2, "同音：品睿、品叡"),
            W("出生日期", 4.8, "年、月相同"),
            W("戶號", 7.9, "相同"),
            W("住址", -1.6, "同路不同號，舊址"),
            W("電話", 0.0, "一方沒有"),
            W("性別", 0.9, "相同"),
        ]
    )


def comparison() -> list:
    return [
        compare_field("姓名", "陳品睿", "陳品叡", note="同音"),
        compare_field("身分證號", "G123456789", "G123456788", aligned=True, note="檢查碼不符"),
        compare_field("出生日期", "102年3月14日", "102年3月17日"),
        compare_field("性別", "男", "男"),
        compare_field("電話", "0912-345-678", ""),
        compare_field("住址", "宜蘭縣羅東鎮公正路120號3樓", "宜蘭縣羅東鎮公正路102巷3號3樓", note="可能搬家"),
        compare_field("戶號", "G2992042", "G2992042"),
        compare_field("稱謂", "長子", "案主之子"),
        compare_field("名冊", "中輟及輔導學生名冊・第 31 列", "脆弱家庭服務名冊・第 118 列"),
    ]


def fields(with_errors: bool) -> list[Field]:
    error = "請寫出目的，例如「訪視前了解就醫情形」" if with_errors else ""
    return [
        Field(
            "purpose",
            "查閱目的",
            "textarea",
            hint="會記入查閱紀錄，當事人可以申請知道誰看過。",
            error=error,
            rows=3,
        ),
        Field(
            "township",
            "鄉鎮市",
            "select",
            choices=[Choice("", "請選擇"), Choice("1", "羅東鎮"), Choice("2", "冬山鄉")],
            error="請選擇一個鄉鎮市" if with_errors else "",
        ),
        Field(
            "born", "出生日期", hint="115/3/1、1150301 或 2026-03-01 都可以", width=12, inputmode="numeric"
        ),
        Field(
            "decision",
            "決定",
            "radios",
            choices=[Choice("same", "同一人", "合併後可以復原"), Choice("other", "不是同一人")],
            error="請選擇是不是同一人" if with_errors else "",
        ),
        Field(
            "units",
            "送給哪些單位",
            "checkboxes",
            values=["health"],
            choices=[Choice("health", "衛生局"), Choice("police", "警察局"), Choice("civil", "民政處")],
            required=False,
        ),
    ]


def filters() -> list[Filter]:
    return [
        Filter("period", "月份", "115-04", [Choice("115-04", "115年4月"), Choice("115-03", "115年3月")]),
        Filter(
            "list", "名單", "", [Choice("", "全部"), Choice("cocase", "共案"), Choice("xingfu", "幸扶守護")]
        ),
        Filter("q", "姓名或戶號", ""),
    ]


def tabs() -> list[Tab]:
    return [
        Tab("共案", "#", 214, current=True),
        Tab("幸扶守護", "#", 9),
        Tab("兒少高危機", "#", 6),
        Tab("行方不明兒少", "#", 2),
    ]


def pages() -> Pages:
    return Pages(number=5, size=25, total=214, keep={"list": "cocase"})
