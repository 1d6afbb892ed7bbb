"""The linkage model: m and u of every level, for pairs that share a home and for pairs that do not; kept as JSON.

The file holds a block `anwang` with the version, the thresholds, what was learnt and the training report, and two Splink
settings documents (`home`, `apart`), with which Splink gives two records the weight that this package gives them, on
one machine or on many. `hash` covers everything but itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from .regime import Regime
from .splink_documents import documents

VERSION = 3
REGIMES = ("home", "apart", "living")
SHIPPED = Path(__file__).with_name("prior.json")

LINK_AT = 0.60  # probability from which two records are linked; below SURE_FROM a person is asked to confirm
SURE_FROM = 0.95
REVIEW_FROM = 0.20  # below: too unlikely to be worth a person's time


@dataclass(frozen=True, slots=True)
class LinkageModel:
    home: Regime
    apart: Regime
    living: Regime
    report: Mapping[str, Any] = field(default_factory=dict)
    link_at: float = LINK_AT
    review_from: float = REVIEW_FROM

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "anwang": {
                "version": VERSION,
                "link_at": self.link_at,
                "review_from": self.review_from,
                "report": dict(self.report),
                "regimes": {name: getattr(self, name).to_json() for name in REGIMES},
            },
            **documents(self.home, self.apart, self._records()),
        }
        body["anwang"]["hash"] = _hash(body)
        return body

    def _records(self) -> int:
        """How many records it was trained on; the smallest home for the shipped model, which is of several counties."""
        trained_on = self.report.get("records")
        return trained_on if isinstance(trained_on, int) else 2

    @property
    def hash(self) -> str:
        return str(self.to_json()["anwang"]["hash"])

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> LinkageModel:
        """Reads `to_json`. ValueError when the version is another or the content was changed by hand."""
        own = dict(body["anwang"])
        if own.get("version") != VERSION:
            raise ValueError(f"模型版本 {own.get('version')} 與程式版本 {VERSION} 不符")
        told = own.pop("hash", None)
        if told != _hash({**body, "anwang": own}):
            raise ValueError("模型檔內容與其雜湊值不符，可能被改過")
        home, apart, living = (Regime.from_json(own["regimes"][name]) for name in REGIMES)
        return cls(home, apart, living, own["report"], own["link_at"], own["review_from"])

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path = SHIPPED) -> LinkageModel:
        """The model in a file; without a path the one that ships with the package."""
        return cls.from_json(json.loads(path.read_text(encoding="utf-8")))


def kept_model(path: Path) -> LinkageModel | None:
    """The model that a home keeps at `path`, read again when the file changes; None when there is none, or when it is of
    another version or damaged."""
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> LinkageModel:
    return LinkageModel.load(path)


def _hash(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


_M = {
    "name": (0.90, 0.02, 0.015, 0.02, 0.015, 0.028, 0.002),
    "identity": (0.85, 0.03, 0.10, 0.019, 0.001),
    "birth": (0.72, 0.22, 0.04, 0.01, 0.01),
    "sex": (0.995, 0.005),
    "stage": (0.99, 0.01),
    "listing": (0.01, 0.20, 0.79),
}


def starting_model() -> LinkageModel:
    """Round values from looking at rosters: where the training of the shipped model starts. Not for use as it is."""
    home_u = {
        "name": (0.004, 0.001, 0.003, 0.002, 0.06, 0.40, 0.53),
        "identity": (1e-6, 1e-4, 1e-4, 0.15, 0.85),
        "birth": (0.004, 0.008, 0.004, 0.02, 0.964),
        "sex": (0.48, 0.52),
        "stage": (0.5, 0.5),
        "listing": (0.18, 0.02, 0.80),
        "role": (0.02, 0.08, 0.10, 0.80),
        "case_role": (0.08, 0.12, 0.80),
        "shared": (0.01, 0.31, 0.23, 0.38, 0.06, 0.01),
    }
    apart_u = {
        "name": (5e-4, 1e-4, 2e-4, 4e-4, 4e-3, 0.05, 0.944),
        "identity": (1e-8, 5e-5, 1e-6, 0.15, 0.85),
        "birth": (5e-5, 0.003, 0.003, 0.004, 0.99),
        "sex": (0.5, 0.5),
        "stage": (0.55, 0.45),
        "listing": (0.17, 0.01, 0.82),
        "place": (0.02, 0.78, 0.2),
        "reference": (1e-3, 0.999),
    }
    roles_m = {"role": (0.50, 0.40, 0.08, 0.02), "case_role": (0.48, 0.48, 0.04)}
    home_m = {**_M, **roles_m, "shared": (0.13, 0.13, 0.25, 0.45, 0.02, 0.02)}
    apart_m = {**_M, "place": (0.3, 0.69, 0.01), "reference": (0.95, 0.05)}
    living = Regime(
        2.5,
        {
            "address": (0.21, 0.54, 0.02, 0.01, 0.005, 0.005, 0.16, 0.05),
            "phone": (0.1, 0.45, 0.45),
            "named": (0.5, 0.45, 0.05),
            "surname": (0.65, 0.35),
        },
        {
            "address": (1e-6, 1e-5, 1e-6, 1e-4, 3e-4, 0.015, 0.983588, 0.001),
            "phone": (1e-6, 1e-5, 1 - 1.1e-5),
            "named": (5e-5, 5e-4, 1 - 5.5e-4),
            "surname": (0.05, 0.95),
        },
    )
    return LinkageModel(
        Regime(0.35, home_m, home_u), Regime(0.2, apart_m, apart_u), living, {"origin": "starting values"}
    )
