"""A small programme file, and what it may name, for the tests of the reader and of forms."""

from __future__ import annotations

from anwang.policy import Origin
from anwang.services.programs.loading import shipped
from anwang.services.programs.programme import Form, Programme
from anwang.services.programs.schema import Known, parse_programme

FILE = """\
programme:
  id: small
  label: 小方案
  population: 任何人
  citation: {document: "004", clause: 附錄1}
  effective_on: 2026-01-01
  agencies: [social]
  unit_kinds: [welfare_center]
  jurisdiction: by_township
  indicators: ["1-2"]
  stages:
    - {id: intake, label: 收案}
    - {id: service, label: 服務}
  risk_levels:
    - {id: high, label: 高, meaning: 危險}
    - {id: low, label: 低, meaning: 穩定}
  clocks:
    - id: visit
      label: 訪視
      kind: visit
      starts: last_done
      within: {high: 7 days, low: 30 days}
      stage: service
      repeats: true
      citation: {document: "004", clause: 附錄1}
      origin: default
      note: 原文未定。
    - id: contact
      label: 聯繫
      kind: first_contact
      starts: accepted
      within: 24 hours
      citation: {document: "003", clause: 貳二}
  forms:
    - id: check
      label: 檢查表
      kind: assessment
      about: person
      stage: intake
      parts:
        - id: who
          label: 誰
          fields:
            - {field: name, prefill: person.name, why: 確認本人}
            - {field: birth, required: false, prefill: person.birth, why: 年齡}
            - {field: id_number, required: false, why: 歸戶}
            - {field: phone, required: false, why: 聯繫}
        - id: what
          label: 情形
          fields:
            - {id: children, label: 兒童人數, kind: number, at_least: 0, at_most: 40, unit: 人, why: 人數}
            - {id: seen, label: 都看到了嗎, kind: yes_no, when: {children: {at_least: 1}}, why: 安全}
            - {id: missing, label: 沒看到誰, kind: text, when: {seen: no}, why: 協尋}
            - {id: needs, label: 需要, kind: choices, choices: {food: 食物, care: 照顧, other: 其他}, prefill: previous, why: 服務}
            - {id: other_need, label: 其他需要, kind: long_text, when: {needs: other}, why: 補充}
            - {id: state, label: 狀況, kind: choice, scale: true, choices: {good: 好, fair: 普通, bad: 差}, prefill: previous, why: 比較}
            - {id: next_on, label: 下次, kind: date, future: true, required: false, why: 安排}
        - id: more
          label: 再說
          when: {state: bad}
          fields:
            - {id: why_bad, label: 為什麼差, kind: long_text, why: 處理}
  closing_reasons:
    - {id: done, label: 完成, outcome: goal_reached}
    - {use: referred}
"""


def known() -> Known:
    return shipped().known


def small() -> Programme:
    return parse_programme(FILE, "small.yaml", known())


def check_form() -> Form:
    return small().form("check")


__all__ = ["FILE", "Origin", "check_form", "known", "small"]
