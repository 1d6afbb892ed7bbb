"""The standard in words: as text for `anwang standard`, as Markdown for the handbook page. Built from the same data.

The handbook page `docs/handbook/standard.md` is `as_markdown()`; a test fails when it is stale.
"""

from __future__ import annotations

from collections.abc import Iterable

from .codes import AgencyCode, IdKind, IdState, Relation, RosterCode
from .fields import CATALOGUE, FIELDS, FieldDefinition, FieldId
from .headers import HEADERS
from .rosters import AGENCY_WORDS, ROSTERS, RosterDefinition
from .townships import TOWNSHIPS
from .vocabularies import VOCABULARIES, Vocabulary

_ID_KINDS = {
    IdKind.NATIONAL: "國民身分證統一編號：1 個英文字母、1 或 2、8 個數字",
    IdKind.RESIDENT_NEW: "外來人口統一證號（新式，110 年 1 月 2 日起）：1 個英文字母、8 或 9、8 個數字",
    IdKind.RESIDENT_OLD: "外來人口統一證號（舊式）：2 個英文字母、8 個數字",
}
_ID_STATES = {
    IdState.VALID: "格式與檢查碼皆符",
    IdState.CHECK_FAILED: "格式符合而檢查碼不符，可能誤繕；收下，只當部分證據",
    IdState.MASKED: "有遮罩；收下，只當部分證據",
    IdState.UNREADABLE: "不是統一編號；保留原文，不用於比對",
}
_RELATIONS = {
    Relation.SELF: "本人、戶長、案主",
    Relation.SPOUSE: "配偶",
    Relation.CHILD: "子女",
    Relation.PARENT: "父母",
    Relation.GRANDCHILD: "孫子女",
    Relation.GRANDPARENT: "祖父母",
    Relation.SIBLING: "兄弟姊妹",
    Relation.CHILD_IN_LAW: "媳、女婿",
    Relation.PARENT_IN_LAW: "公婆、岳父母",
    Relation.OTHER_KIN: "其他親屬",
    Relation.NOT_KIN: "非親屬（寄居、同居人）",
}
_DATE_RULES = (
    ("1 至 3 碼", "民國年", "`080` 為民國 80 年"),
    ("4 碼", "1890 至 2100 為西元年，否則為民國年月", "`1945`；`7803` 為民國 78 年 3 月"),
    (
        "5 碼",
        "民國年月；不成月份者為試算表日序。數值儲存格在 18264 以上者先當日序",
        "`11503`；`30742` 為 1984-03-01",
    ),
    ("6 碼", "民國年月日（缺首位 0）；不成日期者為西元年月", "`461127`；`199003`"),
    ("7 碼", "民國年月日", "`0461127`"),
    ("8 碼", "西元年月日；首位為 0 者為民國", "`20260322`"),
    ("有分隔", "第一段小於 200 者為民國年；月、日為 00 或遮罩即未知", "`78/3/2`、`78/00/00`、`民國115年3月`"),
)


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(headings)
    return [
        "| " + " | ".join(head) + " |",
        "|" + " --- |" * len(head),
        *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows),
        "",
    ]


def as_markdown() -> str:
    """The handbook page of the standard, zh-TW."""
    lines = [
        "<!-- 本頁由 anwang/standard 產生，請勿手改；重新產生：anwang standard --markdown > docs/handbook/standard.md -->",
        "",
        "# 資料標準（第一部分）",
        "",
        "名冊、人、地址與服務紀錄的欄位、代碼、讀法與檢核。原文一律保留，讀得出的部分另存；讀不出的不猜。",
        "",
        "## 欄位",
        "",
        *_table(
            ("代號", "名稱", "意義", "型別", "檢核", "例", "TWCDI 對應"),
            (
                (f"`{f.id}`", f.label, f.meaning, f.type.label, f.checks, f.example, f.twcdi)
                for f in CATALOGUE
            ),
        ),
        "## 名冊",
        "",
    ]
    for definition in ROSTERS.values():
        lines += _roster_markdown(definition)
    lines += ["## 代碼", ""]
    for vocabulary in VOCABULARIES.values():
        lines += _vocabulary_markdown(vocabulary)
    lines += [
        "### 稱謂",
        "",
        *_table(("代碼", "意義"), ((f"`{code}`", label) for code, label in _RELATIONS.items())),
        "## 統一編號",
        "",
        *_table(("代碼", "格式"), ((f"`{code}`", label) for code, label in _ID_KINDS.items())),
        *_table(("狀態", "意義"), ((f"`{code}`", label) for code, label in _ID_STATES.items())),
        "## 日期的讀法",
        "",
        *_table(("寫法", "讀作", "例"), _DATE_RULES),
        "不存在的日期（如 115/2/30、999/13/45）使該列退回。出生年份晚於資料月份或早於 125 年前者，年份不採，月日留作部分證據。",
        "",
        "## 鄉鎮市與社福中心",
        "",
        *_table(
            ("代碼", "鄉鎮市", "郵遞區號", "社福中心"),
            ((t.code, t.name, t.postal_code, t.centre) for t in TOWNSHIPS),
        ),
        "## 各局處的稱呼",
        "",
        *_table(
            ("代碼", "局處", "標題或檔名的用字"),
            ((f"`{a}`", a.label, "、".join(AGENCY_WORDS[a])) for a in AgencyCode),
        ),
        "## 欄名對照",
        "",
        "不分全形半形、大小寫、空白與標點。",
        "",
        *_table(
            ("欄位", "可用的欄名"),
            ((FIELDS[f].label, "、".join(dict.fromkeys(HEADERS.get(f, ())))) for f in FieldId),
        ),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _roster_markdown(definition: RosterDefinition) -> list[str]:
    return [
        f"### {definition.code.label}（{definition.agency.label}，`{definition.code}`）",
        "",
        f"標題或檔名：{'、'.join(definition.title_words)}",
        "",
        *_table(
            ("欄位", "必填", "本名冊的欄名"),
            (
                (
                    FIELDS[c.field].label,
                    "是" if c.needs_value else "",
                    "、".join(c.headers) or "（見欄名對照）",
                )
                for c in definition.fields
            ),
        ),
    ]


def _vocabulary_markdown(vocabulary: Vocabulary) -> list[str]:
    words: dict[str, list[str]] = {}
    for code, spellings in vocabulary.words:
        words.setdefault(code.value, []).extend(spellings)
    rows = [
        (
            f"`{code.value}`",
            label + ("（空白亦同）" if code is vocabulary.blank else ""),
            "、".join(words.get(code.value, ())),
        )
        for code, label in vocabulary.labels.items()
    ]
    return [f"### {FIELDS[vocabulary.field].label}", "", *_table(("代碼", "名稱", "含此字樣者"), rows)]


def as_text(roster: RosterCode | None = None) -> str:
    """The catalogue for the terminal: every field, or the fields of one roster with what its columns may be called."""
    if roster is None:
        blocks = [_field_text(definition) for definition in CATALOGUE]
        rosters = "\n".join(f"  {code:<20} {code.agency.label}　{code.label}" for code in RosterCode)
        return (
            "資料標準：欄位\n\n" + "\n".join(blocks) + "\n名冊（anwang standard 名冊代號）\n" + rosters + "\n"
        )
    definition = ROSTERS[roster]
    lines = [f"{roster.label}（{definition.agency.label}，{roster}）", ""]
    for column in definition.fields:
        need = "　必填" if column.needs_value else ""
        spellings = dict.fromkeys((*column.headers, *HEADERS.get(column.field, ())))
        lines += [f"{FIELDS[column.field].label}（{column.field}）{need}", "  欄名：" + "、".join(spellings)]
        if vocabulary := VOCABULARIES.get(column.field):
            lines.append(
                "  代碼：" + "、".join(f"{c.value} {label}" for c, label in vocabulary.labels.items())
            )
    return "\n".join(lines) + "\n"


def _field_text(f: FieldDefinition) -> str:
    return f"{f.id}　{f.label}（{f.type.label}）\n  {f.meaning}\n  檢核：{f.checks}　例：{f.example}\n  {f.twcdi}\n"
