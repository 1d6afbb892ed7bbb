"""Why: the comparisons of a pair in words, with their weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from .clustering import Merge
from .columns import RecordTable
from .comparisons import APART, HOME, Comparison, compare
from .result import Contribution, Pair, Strength
from .scoring import NAMES

_COMPARISONS: dict[str, Comparison] = {c.name: c for c in (*HOME, *APART)}
ELSEWHERE = "由其他資料列得知"
"""The finding where the two rows that are shown say nothing, but further records of the same people do."""


def strength(bits: float) -> Strength:
    """很強 from 10 bits (a thousand to one), 強 from 5 (thirty to one), 中 from 1.5."""
    if bits >= 10:
        return Strength.VERY_STRONG
    if bits >= 5:
        return Strength.STRONG
    if bits >= 1.5:
        return Strength.MEDIUM
    return Strength.WEAK if bits > -0.5 else Strength.AGAINST


def pairs(table: RecordTable, scored: Sequence[Merge]) -> list[Pair]:
    """Each merge (or pair left apart) with its comparisons in words. Levels are those of the two rows; bits count all records."""
    left = np.array([s.left_row for s in scored], np.int64)
    right = np.array([s.right_row for s in scored], np.int64)
    levels = {name: column.tolist() for name, column in compare(table, left, right).levels.items()}
    keys_left, keys_right = table.keys[left].tolist(), table.keys[right].tolist()
    out = []
    for k, s in enumerate(scored):
        found = []
        for name, bits in zip(NAMES, s.parts, strict=True):
            if name == "prior":
                text = "同住者之間" if s.is_home else "任意兩筆之間"
                found.append(Contribution(name, "先驗機率", text, bits, strength(bits)))
            elif levels[name][k] >= 0 and (bits != 0 or name in ("name", "birth", "identity")):
                c = _COMPARISONS[name]
                found.append(Contribution(name, c.label, c.levels[levels[name][k]], bits, strength(bits)))
            elif bits != 0:
                found.append(Contribution(name, _COMPARISONS[name].label, ELSEWHERE, bits, strength(bits)))
        out.append(Pair(keys_left[k], keys_right[k], s.probability, tuple(found)))
    return out


def sentence(pair: Pair) -> str:
    """One line of zh-TW: what speaks for the pair, what against, strongest first."""
    told = sorted((c for c in pair.contributions if c.comparison != "prior"), key=lambda c: -abs(c.bits))
    plus = [c.finding for c in told if c.bits >= 0.5][:4]
    minus = [c.finding for c in told if c.bits <= -0.5][:3]
    text = "；".join(
        part
        for part in ("相符：" + "、".join(plus) if plus else "", "不符：" + "、".join(minus) if minus else "")
        if part
    )
    return f"{text}（同一人機率 {pair.probability:.0%}）"


def rows_by(values: Iterable[int]) -> list[list[int]]:
    """Row numbers of each group 0 … k-1, in order."""
    groups: dict[int, list[int]] = {}
    for row, group in enumerate(values):
        groups.setdefault(group, []).append(row)
    return [groups[group] for group in sorted(groups)]
