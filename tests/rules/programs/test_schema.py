"""A programme file: read whole, and every mistake in it explained with file and line."""

from __future__ import annotations

import datetime as dt
from importlib import resources

import pytest

from anwang.platform.due_rules import Term, TermKind
from anwang.policy import Citation, Origin, PolicyError
from anwang.services.programs.codes import ClockKind, FormKind, JurisdictionRule, UnitKind
from anwang.services.programs.loading import clock, shipped
from anwang.services.programs.schema import (
    ProgrammeError,
    parse_county_file,
    parse_indicators,
    parse_programme,
    parse_shared,
)

from .build import FILE, known, small


def test_a_file_reads() -> None:
    found = small()
    assert (found.id, found.label, found.population) == ("small", "小方案", "任何人")
    assert found.citation == Citation("004", "附錄1")
    assert found.jurisdiction is JurisdictionRule.BY_TOWNSHIP
    assert [stage.id for stage in found.stages] == ["intake", "service"]
    assert found.indicators == ("1-2",)
    visit = clock(found, "visit")
    assert visit is not None
    assert (visit.term("high"), visit.term("low")) == (Term(TermKind.DAYS, 7), Term(TermKind.DAYS, 30))
    assert visit.term("") == visit.term("unheard_of") == Term(TermKind.DAYS, 7)  # not graded: the strictest
    assert (visit.repeats, visit.origin) == (True, Origin.DEFAULT)
    contact = clock(found, "contact")
    assert contact is not None
    assert (str(contact.term("high")), contact.origin) == ("24 小時", Origin.DOCUMENT)
    assert clock(found, "nothing") is None
    assert found.forms_for(FormKind.ASSESSMENT)[0] is found.form("check")
    assert found.clocks_for(ClockKind.VISIT) == (visit,)
    reason = found.closing_reason("referred")
    assert reason is not None
    assert reason.refers
    assert found.closing_reason("nothing") is None
    level, stage = found.risk_level("high"), found.stage("service")
    assert level is not None
    assert level.label == "高"
    assert stage is not None
    assert stage.label == "服務"
    with pytest.raises(KeyError):
        found.form("nothing")


def test_a_standard_field_brings_label_kind_and_code_list() -> None:
    text = FILE.replace("{field: phone,", "{field: visit_result,")
    form = parse_programme(text, "small.yaml", known()).form("check")
    field = form.field("visit_result")
    assert field is not None
    assert field.label == "訪視結果"
    assert field.label_of("missing") == "行方不明"
    assert field.label_of("gone") == "gone"
    amount = parse_programme(FILE.replace("{field: phone,", "{field: approved_amount,"), "f", known())
    assert next(f for f in amount.form("check").fields if f.id == "approved_amount").at_least == 0


def test_the_unit_kinds_are_those_of_agencies() -> None:
    from anwang.agencies.models import Unit

    assert {kind.value for kind in UnitKind} == set(Unit.Kind.values)


def test_the_version_of_a_form_changes_with_what_it_asks() -> None:
    form = small().form("check")
    assert len(form.version) == 12
    assert form.version == small().form("check").version
    other = parse_programme(FILE.replace("why: 協尋", "why: 找人"), "f", known()).form("check")
    assert other.version != form.version


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("id: small", "id: [", 4, "不是合格的 YAML"),
        ("  label: 小方案\n", "", 2, "缺少欄位「label」"),
        ("  label: 小方案", "  name: 小方案", 3, "不認得的欄位「name」"),
        ("label: 小方案", "label: 12", 3, "這裡應為文字"),
        ("id: small", "id: Small-1", 2, "代碼「Small-1」請用小寫英文字母"),
        ("  citation: {document: \"004\", clause: 附錄1}\n  eff", "  eff", 2, "缺少欄位「citation」"),
        ('citation: {document: "004", clause: 附錄1}\n  eff', 'citation: {document: "099", clause: 甲}\n  eff', 5, "文件「099」不在文件清單中"),
        ("effective_on: 2026-01-01", "effective_on: 115年", 6, "日期應寫成"),
        ("effective_on: 2026-01-01", "effective_on: 2026-01-01\n  ends_on: 2025-12-31", 7, "結束日早於生效日"),
        ("agencies: [social]", "agencies: [socail]", 7, "「socail」不在可選的 social、health"),
        ("agencies: [social]", "agencies: []", 7, "這裡至少要有一項"),
        ("unit_kinds: [welfare_center]", "unit_kinds: [hospital]", 8, "「hospital」不在可選的 office、welfare_center"),
        ("jurisdiction: by_township", "jurisdiction: village", 9, "「village」不在可選的"),
        ('indicators: ["1-2"]', 'indicators: ["9-9"]', 10, "沒有「9-9」這項指標"),
        ("- {id: service, label: 服務}", "- {id: intake, label: 服務}", 13, "代碼「intake」重複"),
        ("within: {high: 7 days, low: 30 days}", "within: {high: 7 days}", 22, "風險等級「low」沒有期限"),
        ("within: {high: 7 days, low: 30 days}", "within: {high: 7 days, low: 30 days, mid: 9 days}", 22, "沒有「mid」這個風險等級"),
        ("within: 24 hours", "within: 一天", 32, "期限應寫成「24 hours」"),
        ("within: 24 hours", "within: 0 hours", 32, "期限應寫成「24 hours」"),
        ("      origin: default\n      note: 原文未定。\n", "      origin: default\n", 26, "要在 note 說明原文缺什麼"),
        ("origin: default", "origin: county", 26, "來源只能是 document 或 default"),
        ("      stage: service\n", "      stage: nowhere\n", 23, "沒有「nowhere」這個階段"),
        ("repeats: true", "repeats: 1", 24, "這裡應為 true 或 false"),
        ("      stage: intake\n", "      stage: nowhere\n", 39, "沒有「nowhere」這個階段"),
        ("kind: assessment", "kind: exam", 37, "「exam」不在可選的"),
        ("{field: phone,", "{field: telephone,", 47, "資料標準沒有「telephone」這個欄位"),
        ("{field: phone,", "{field: phone, kind: text,", 47, "種類由資料標準決定"),
        ("{field: phone,", "{field: name,", 47, "欄位「name」重複"),
        ("{field: phone,", "{label: 電話,", 47, "缺少欄位「id」（或用 field 指定標準欄位）"),
        (", why: 聯繫}", "}", 47, "缺少欄位「why」"),
        ("prefill: person.name", "prefill: person.nick", 44, "沒有「person.nick」這項已知事實"),
        ("at_least: 0, at_most: 40", "at_least: 50, at_most: 40", 51, "下限大於上限"),
        ("at_least: 0, at_most: 40", "at_least: 零, at_most: 40", 51, "這裡應為數字"),
        ("{id: missing, label: 沒看到誰, kind: text", "{id: missing, label: 沒看到誰, kind: text, at_least: 1", 53, "只有數字可以有上下限"),
        ("{id: missing, label: 沒看到誰, kind: text", "{id: missing, label: 沒看到誰, kind: text, scale: true", 53, "只有單選可以是等級"),
        ("{id: missing, label: 沒看到誰, kind: text", "{id: missing, label: 沒看到誰, kind: text, future: true", 53, "只有日期可以是未來"),
        ("{id: missing, label: 沒看到誰, kind: text", "{id: missing, label: 沒看到誰, kind: text, choices: {a: 甲, b: 乙}", 53, "只有 choice 與 choices 可以有選項"),
        ("when: {seen: no}", "when: {sene: no}", 53, "條件所指的欄位「sene」不存在，或排在後面"),
        ("when: {seen: no}", "when: {state: bad}", 53, "條件所指的欄位「state」不存在，或排在後面"),
        ("when: {seen: no}", "when: {seen: 否}", 53, "是是否題，條件請寫 yes 或 no"),
        ("when: {seen: no}", "when: {}", 53, "條件（when）不可空白"),
        ("when: {seen: no}", "when: {seen: {}}", 53, "條件（when）不可空白"),
        ("when: {seen: no}", "when: {seen: []}", 53, "條件（when）不可空白"),
        ("when: {seen: no}", "when: {seen: {at_least: 1}}", 53, "不是數字，不能用上下限當條件"),
        ("when: {needs: other}", "when: {needs: money}", 55, "沒有「money」這個選項。可用：food、care、other"),
        ("when: {needs: other}", "when: {children: 2}", 55, "沒有選項，條件請用 filled 或上下限"),
        ("choices: {good: 好, fair: 普通, bad: 差}", "choices: {good: 好}", 56, "至少要有兩個選項"),
        ("choices: {good: 好, fair: 普通, bad: 差}", "choices: {yes: 好, fair: 普通, bad: 差}", 56, "選項代碼「True」請用文字"),
        ("        - id: more\n", "        - id: what\n", 58, "段落「what」重複"),
        ("        - id: more\n          label: 再說\n          when: {state: bad}\n          fields:\n            - {id: why_bad, label: 為什麼差, kind: long_text, why: 處理}\n", "        - use: nothing\n", 58, "沒有「nothing」這個共用段落"),
        ("        - id: more\n          label: 再說\n          when: {state: bad}\n          fields:\n            - {id: why_bad, label: 為什麼差, kind: long_text, why: 處理}\n", "        - use: client\n", 58, "共用段落的欄位「name」與表單中的欄位重複"),
        ("outcome: goal_reached", "outcome: happy", 64, "「happy」不在可選的"),
        ("{use: referred}", "{use: nothing}", 65, "沒有「nothing」這個共用結案原因"),
        ("{use: referred}", "{id: done, label: 再完成, outcome: other}", 65, "代碼「done」重複"),
    ],
)  # fmt: skip
def test_a_mistake_is_explained_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in FILE
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(FILE.replace(old, new, 1), "small.yaml", known())
    found = [each for each in caught.value.problems if message in each]
    assert found, caught.value.problems
    assert found[0].startswith(f"方案檔 small.yaml 第 {line} 行：")


@pytest.mark.parametrize(
    ("key", "what"),
    [("stages", "階段"), ("closing_reasons", "結案原因"), ("forms", "表單"), ("clocks", "期限")],
)
def test_an_empty_list_is_refused(key: str, what: str) -> None:
    head, _, rest = FILE.partition(f"  {key}:\n")
    kept = rest.splitlines(keepends=True)
    following = next(
        (i for i, text in enumerate(kept) if text.startswith("  ") and text[2] not in " -"), None
    )
    tail = "" if following is None else "".join(kept[following:])
    with pytest.raises(ProgrammeError, match=f"至少要有一個{what}|沒有「.*」這個階段"):
        parse_programme(f"{head}  {key}: []\n{tail}", "small.yaml", known())


def test_a_form_without_parts_is_refused() -> None:
    head, _, rest = FILE.partition("      parts:\n")
    tail = rest[rest.index("  closing_reasons:") :]
    with pytest.raises(ProgrammeError, match="表單至少要有一個段落"):
        parse_programme(f"{head}      parts: []\n{tail}", "small.yaml", known())


def test_all_mistakes_are_named_at_once_in_the_order_of_their_lines() -> None:
    text = (
        FILE.replace("jurisdiction: by_township", "jurisdiction: village")
        .replace("prefill: person.name", "prefill: person.nick")
        .replace("within: 24 hours", "within: 一天")
        .replace("outcome: goal_reached", "outcome: happy")
    )
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(text, "small.yaml", known())
    lines = [each.split(" ")[3] for each in caught.value.problems]
    assert lines == ["9", "32", "44", "64"]


def test_a_field_that_is_not_known_or_is_missing_hides_no_other_mistake() -> None:
    text = (
        FILE.replace("  label: 小方案\n", "")
        .replace('  indicators: ["1-2"]\n', '  indikators: ["1-2"]\n')
        .replace("      stage: service\n", "      stage: nowhere\n")
        .replace("why: 協尋", "wyh: 協尋")
        .replace("outcome: goal_reached", "outcome: happy")
    )
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(text, "small.yaml", known())
    said = [each.partition("方案檔 small.yaml ")[2] for each in caught.value.problems]
    assert said == [
        "第 2 行：缺少欄位「indicators」。",
        "第 2 行：缺少欄位「label」。",
        "第 9 行：不認得的欄位「indikators」，是不是「indicators」？",
        "第 22 行：沒有「nowhere」這個階段。",
        "第 52 行：不認得的欄位「wyh」，是不是「why」？",
        "第 52 行：缺少欄位「why」。",
        "第 63 行：「happy」不在可選的 goal_reached、referred、moved、declined、lost、died、not_eligible、expired、other 之中。",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("  id: small", "\tid: small", 2, "縮排請用空格，不要用 Tab"),
        ("  label: 小方案", "   label: 小方案", 3, "請檢查這一行與上一行的縮排"),
        ("effective_on: 2026-01-01", "effective_on: 2026-01-41", 6, "日期要是真的有的日子，例如 2026-01-31"),
    ],
)
def test_what_no_yaml_reader_can_read_says_what_to_look_at(
    old: str, new: str, line: int, message: str
) -> None:
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(FILE.replace(old, new, 1), "small.yaml", known())
    (said,) = caught.value.problems
    assert said.startswith(f"方案檔 small.yaml 第 {line} 行：")
    assert message in said


COUNTY = """\
county: 宜蘭縣
documents:
  - {code: 宜府1, title: 宜蘭縣某方案, number: 府社字第1號, effective_on: 2026-03-01}
programme:
  based_on: small
  citation: {document: 宜府1, clause: 二}
  effective_on: 2026-04-01
  clocks:
    - id: contact
      label: 聯繫
      kind: first_contact
      starts: accepted
      within: 12 hours
      citation: {document: 宜府1, clause: 三}
"""


def test_a_county_changes_one_clock_and_cites_its_own_document() -> None:
    base = small()
    documents, made = parse_county_file(COUNTY, "a.yaml", known(), {"small": base}, set())
    assert list(documents) == ["宜府1"]
    assert (made.id, made.label, made.origin) == ("small", "小方案", Origin.COUNTY)
    assert made.effective_on == dt.date(2026, 4, 1)
    changed, kept = clock(made, "contact"), clock(made, "visit")
    assert changed is not None
    assert (str(changed.term()), changed.origin) == ("12 小時", Origin.COUNTY)
    assert kept == clock(base, "visit")
    assert made.forms == base.forms
    assert (made.citation.document, made.also) == ("宜府1", (base.citation,))


def test_a_county_leaves_out_and_adds() -> None:
    text = COUNTY + (
        "  without: [visit, referred]\n"
        "  closing_reasons:\n"
        "    - {id: elsewhere, label: 到外縣, outcome: moved}\n"
    )
    _, made = parse_county_file(text, "a.yaml", known(), {"small": small()}, set())
    assert [each.id for each in made.clocks] == ["contact"]
    assert [each.id for each in made.closing_reasons] == ["done", "elsewhere"]


def test_a_county_adds_a_programme_that_rests_on_any_known_document() -> None:
    text = "county: 宜蘭縣\n" + FILE.replace("id: small", "id: of_our_own")
    documents, made = parse_county_file(text, "b.yaml", known(), {"small": small()}, set())
    assert documents == {}
    assert (made.id, made.origin) == ("of_our_own", Origin.COUNTY)
    contact, visit = clock(made, "contact"), clock(made, "visit")
    assert contact is not None
    assert visit is not None
    assert (contact.origin, visit.origin) == (Origin.COUNTY, Origin.DEFAULT)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("citation: {document: 宜府1, clause: 二}", 'citation: {document: "004", clause: 二}', "第 6 行：文件「004」不在文件清單中"),
        ("citation: {document: 宜府1, clause: 三}", 'citation: {document: "004", clause: 三}', "第 14 行：文件「004」不在文件清單中"),
        ("based_on: small", "based_on: large", "第 5 行：沒有「large」這個方案可以修改"),
        ("code: 宜府1", 'code: "004"', "文件代號「004」已被使用"),
        ("effective_on: 2026-04-01", "effective_on: 2025-04-01", "第 7 行：修改後的生效日不能早於原方案"),
        ("  clocks:\n", "  without: [nothing]\n  clocks:\n", "第 8 行：原方案沒有「nothing」可以刪去"),
        ("  clocks:\n", "  without: [service]\n  clocks:\n", "所在的階段「service」已不存在"),
        ("  clocks:\n", "  without: [high]\n  clocks:\n", "期限「訪視」所指的風險等級「high」已不存在"),
        ("county: 宜蘭縣\n", "", "缺少欄位「county」"),
    ],
)  # fmt: skip
def test_a_county_file_is_explained_too(old: str, new: str, message: str) -> None:
    assert old in COUNTY
    with pytest.raises(ProgrammeError) as caught:
        parse_county_file(COUNTY.replace(old, new, 1), "a.yaml", known(), {"small": small()}, set())
    assert message in str(caught.value)


def test_a_changed_programme_written_out_whole_cites_its_own_too() -> None:
    text = "county: 宜蘭縣\n" + FILE
    with pytest.raises(ProgrammeError, match="文件「004」不在文件清單中"):
        parse_county_file(text, "b.yaml", known(), {"small": small()}, set())


def test_without_needs_a_base() -> None:
    text = "county: 宜蘭縣\n" + FILE.replace("id: small", "id: of_our_own\n  without: [visit]")
    with pytest.raises(ProgrammeError, match="只有修改既有方案"):
        parse_county_file(text, "b.yaml", known(), {}, set())


def test_a_shared_part_may_be_asked_on_a_condition_and_under_another_name() -> None:
    text = FILE.replace(
        "        - id: more\n",
        "        - {use: review, label: 檢討一次, when: {state: bad}}\n        - id: more\n",
    )
    form = parse_programme(text, "f", known()).form("check")
    part = next(each for each in form.parts if each.id == "review")
    assert (part.label, [each.field for each in part.when]) == ("檢討一次", ["state"])


def test_shared_parts_stand_once() -> None:
    part = "  - {id: twice, label: 段, fields: [{field: name, why: 是誰}]}\n"
    with pytest.raises(ProgrammeError, match=r"shared\.yaml 第 3 行：段落「twice」重複"):
        parse_shared(f"parts:\n{part}{part}closing_reasons: []\n", "shared.yaml")


def test_indicators_stand_once() -> None:
    line = '  - {id: "1-1", label: 指標, citation: {document: "004", clause: 附錄2}}\n'
    assert list(parse_indicators(f"indicators:\n{line}", "i.yaml", {"004"})) == ["1-1"]
    with pytest.raises(PolicyError, match=r"i\.yaml 第 3 行：指標「1-1」重複"):
        parse_indicators(f"indicators:\n{line}{line}", "i.yaml", {"004"})


def test_what_speaks_for_a_programme_is_checked_with_its_line() -> None:
    folder = resources.files("anwang.services.programs")
    text = folder.joinpath("catalogue/elder_living_alone.yaml").read_text("utf-8")
    for old, new, problem in (
        ("needs: [elder]", "needs: [money]", "不在可選的"),
        ("ages: [65, 130]", "ages: [65]", "年齡應寫成"),
        ("ages: [65, 130], needs: [elder]", "ages: [65, 130]", "只有年齡不足以建議方案"),
        ("strength: possible", "strength: sure", "不在可選的"),
    ):
        assert old in text
        with pytest.raises(ProgrammeError, match=problem) as wrong:
            parse_programme(text.replace(old, new), "elder_living_alone.yaml", shipped().known)
        assert "第 " in str(wrong.value)
