"""The handbook page of the catalogue, as Markdown text, in the style of `policy.handbook`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from anwang.policy import Citation, Document, Origin
from anwang.standard.codes import AgencyCode
from anwang.standard.dates import roc_date

from .codes import KNOWN_FACTS, UnitKind
from .programme import Clock, Condition, EntryRule, Form, FormField, Programme
from .schema import Known

_UNITS = {
    UnitKind.OFFICE: "局處本部",
    UnitKind.WELFARE_CENTER: "社會福利服務中心",
    UnitKind.INTAKE_CENTER: "集中受理通報與派案中心",
    UnitKind.PROTECTION: "保護服務單位",
}


def programmes_page(programmes: Iterable[Programme], known: Known) -> str:
    """Every programme: population, sources, stages, clocks, forms with each question, closing reasons, indicators."""
    shown = list(programmes)
    clocks = [clock for each in shown for clock in each.clocks]
    ours = sum(clock.origin is Origin.DEFAULT for clock in clocks)
    lines = [
        "# 服務方案",
        "",
        "本頁由 `services/programs/catalogue/*.yaml` 產生，請改 YAML，不要改本頁。縣府如何新增或修改方案，見[使用手冊](../guide/12-programs.md)。",
        "",
        f"共 {len(shown)} 個方案、{sum(len(each.forms) for each in shown)} 份表單、{len(clocks)} 個期限。"
        f"期限中 {len(clocks) - ours} 個的數字出自所引文件；{ours} 個文件要求而沒有給數字，為本系統預設，待縣府核定。"
        "階段、題目、風險等級的意義與結案原因，來源文件只列名稱而未印出，為本系統預設。",
        "",
        "| 方案 | 代號 | 承辦 | 依據 | 指標 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in shown:
        agencies = "、".join(AgencyCode(code).label for code in each.agencies)
        lines.append(
            f"| [{each.label}](#{each.id}) | `{each.id}` | {agencies} | {each.citation} | {'、'.join(each.indicators) or '—'} |"
        )
    for each in shown:
        lines += ["", *_programme(each, known)]
    return "\n".join([*lines, ""])


def _programme(it: Programme, known: Known) -> list[str]:
    lines = [
        f'<a id="{it.id}"></a>',
        "",
        f"## {it.label}",
        "",
        f"- 對象：{it.population}",
        f"- 依據：{'；'.join(_long(each, known.documents) for each in (it.citation, *it.also))}",
        f"- 承辦：{'、'.join(AgencyCode(code).label for code in it.agencies)}；"
        f"{'、'.join(_UNITS[UnitKind(kind)] for kind in it.unit_kinds)}；{it.jurisdiction.label}",
        f"- 適用：{roc_date(it.effective_on)}起",
        f"- 階段：{' → '.join(stage.label for stage in it.stages)}",
    ]
    if it.risk_levels:
        levels = "；".join(f"{level.label}（{level.meaning}）" for level in it.risk_levels)
        lines.append(f"- 風險等級：{levels}")
    if it.indicators:
        named = "；".join(f"{each} {known.indicators[each].label}" for each in it.indicators)
        lines.append(f"- 指標：{named}")
    lines += [f"- 說明：{note}" for note in it.notes]
    if it.entry:
        lines += ["", "| 通報有這些情形時建議 | 程度 | 依據 | 來源 |", "| --- | --- | --- | --- |"]
        lines += [_entry(rule) for rule in it.entry]
    lines += [
        "",
        "| 期限 | 種類 | 起算 | 時限 | 依據 | 來源 | 說明 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [_clock(clock, it) for clock in it.clocks]
    for form in it.forms:
        lines += ["", *_form(form, it)]
    lines += ["", "結案原因：" + "、".join(_reason(it))]
    return lines


def _entry(rule: EntryRule) -> str:
    said = f"{rule.label}（{'、'.join(rule.words)}）" if rule.words else rule.label
    strength = rule.strength.label + ("，危險" if rule.danger else "")
    return "| " + " | ".join([said, strength, str(rule.citation), rule.origin.label]) + " |"


def _reason(it: Programme) -> list[str]:
    return [
        f"{each.label}（{each.outcome.label}{'，要指明接手單位' if each.refers else ''}{'，要說明' if each.needs_note else ''}）"
        for each in it.closing_reasons
    ]


def _clock(clock: Clock, it: Programme) -> str:
    if "" in clock.terms:
        term = str(clock.terms[""])
    else:
        term = "、".join(f"{level.label} {clock.terms[level.id]}" for level in it.risk_levels)
    starts = clock.starts.label + ("，重複" if clock.repeats else "")
    cells = [clock.label, clock.kind.label, starts, term, str(clock.citation), clock.origin.label, clock.note]
    return "| " + " | ".join(cells) + " |"


def _form(form: Form, it: Programme) -> list[str]:
    stage = it.stage(form.stage)
    lines = [
        f"### {it.label}：{form.label}",
        "",
        f"{form.kind.label}・關於{form.about.label}・{stage.label if stage else form.stage}階段・版本 `{form.version}`",
        "",
        "| 段落 | 題目 | 種類 | 何時問 | 帶入 | 用途 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for part in form.parts:
        for each in part.fields:
            when = "；".join(_condition(c, form) for c in (*part.when, *each.when))
            optional = "" if each.required else "（選填）"
            prefill = KNOWN_FACTS.get(each.prefill, "")
            lines.append(
                f"| {part.label} | {each.label}{optional} | {_kind(each)} | {when or '一律'} | {prefill or '—'} | {each.why} |"
            )
    return lines


def _kind(asked: FormField) -> str:
    found = asked.kind.label + (f"（{asked.unit}）" if asked.unit else "")
    return found + ("：" + "／".join(choice.label for choice in asked.choices) if asked.choices else "")


def _condition(condition: Condition, form: Form) -> str:
    asked = form.field(condition.field)
    label = asked.label if asked else condition.field
    if condition.values and asked:
        words = {"yes": "是", "no": "否"} if not asked.choices else {}
        said = "或".join(words.get(value) or asked.label_of(value) for value in condition.values)
        return f"{label}為{said}"
    if condition.filled is not None:
        return f"{label}{'有填' if condition.filled else '未填'}"
    low, high = condition.at_least, condition.at_most
    bounds = [f"{low:g} 以上"] if low is not None else []
    bounds += [f"{high:g} 以下"] if high is not None else []
    return f"{label} {'、'.join(bounds)}"


def _long(citation: Citation, documents: Mapping[str, Document]) -> str:
    return f"{documents[citation.document].title} {citation.clause}"
