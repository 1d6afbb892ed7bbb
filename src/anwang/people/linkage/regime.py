"""What was learnt about one kind of pair: how often each level of agreement is reached by matches and by others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = 18.0  # bits; one comparison alone proves nothing beyond that


@dataclass(frozen=True, slots=True)
class Regime:
    """`rate` is the probability that a pair matches before it is compared (for `apart`: matches per record, because the
    chance of a pair depends on how many records there are; for `living`: persons per household). `m[name]`, `u[name]`
    per level."""

    rate: float
    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]

    def to_json(self) -> dict[str, Any]:
        return {
            "rate": self.rate,
            "m": {name: list(values) for name, values in self.m.items()},
            "u": {name: list(values) for name, values in self.u.items()},
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Regime:
        m, u = ({name: tuple(values) for name, values in body[kind].items()} for kind in ("m", "u"))
        return cls(body["rate"], m, u)


def weights(regime: Regime, name: str) -> NDArray[np.float64]:
    """Bits per level; the last entry (index -1) is 0, for what cannot be compared."""
    ratio = np.log2(np.array(regime.m[name]) / np.array(regime.u[name]))
    return np.append(np.clip(ratio, -LARGEST, LARGEST), 0.0)


def rate_apart(regime: Regime, records: int) -> float:
    """The probability that two of `records` records without a common home are of one person."""
    return min(0.5, 2 * regime.rate / max(records - 1, 1))
