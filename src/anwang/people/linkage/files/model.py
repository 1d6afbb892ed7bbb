"""What was learnt about files of one map, kept as JSON; the part `splink` is the same model as settings of Splink."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..regime import LARGEST, Regime
from ..splink_documents import settings
from .errors import FilesRefused
from .kinds import KINDS
from .levels import comparison_of
from .link_map import LinkMap

FORMAT, VERSION = "anwang-link-files", 1


@dataclass(frozen=True, slots=True)
class FilesModel:
    """`regime.rate` is the matches to be expected for each record of the smaller file (of the one file); `shape`: the
    fields with kind and levels to which m and u belong."""

    shape: Mapping[str, Any]
    regime: Regime
    report: Mapping[str, Any] = field(default_factory=dict)

    def prior(self, pairs: float, records: int) -> float:
        """The probability that two records are of one person; `records` of the smaller file."""
        return min(0.5, max(self.regime.rate * records / max(pairs, 1.0), 1e-12))

    def to_text(self, link_map: LinkMap, pairs: float, records: int) -> str:
        body = self._body()
        comparisons = tuple(map(comparison_of, link_map.fields))
        rare = {f.name: LARGEST for f in link_map.fields if KINDS[f.kind].weighs_rarity}
        body["splink"] = settings(comparisons, self.regime, self.prior(pairs, records), rare)
        return json.dumps(body, ensure_ascii=False, indent=1) + "\n"

    def _body(self) -> dict[str, Any]:
        body = {
            "format": FORMAT,
            "version": VERSION,
            "fields": dict(self.shape),
            "learnt": self.regime.to_json(),
            "report": dict(self.report),
        }
        return body | {"hash": _hash(body)}


def shape_of(link_map: LinkMap) -> dict[str, Any]:
    return {f.name: {"kind": f.kind.value, "levels": [*f.levels, "different"]} for f in link_map.fields}


def read_model(text: str, file: str, link_map: LinkMap) -> FilesModel:
    """Raises FilesRefused when it is no such model, of another version, changed by hand or of another map."""
    try:
        body = json.loads(text)
        if not isinstance(body, dict) or body.get("format") != FORMAT:
            raise FilesRefused(f"{file}：這不是 link-files 存下的模型檔。")
        if body["version"] != VERSION:
            raise FilesRefused(
                f"{file}：模型檔的版本是 {body['version']}，這個程式用的是 {VERSION}。請不加 --model 重新訓練。"
            )
        own = {key: body[key] for key in ("format", "version", "fields", "learnt", "report")}
        if body["hash"] != _hash(own):
            raise FilesRefused(f"{file}：模型檔的內容與其雜湊值不符，可能被改過。請不加 --model 重新訓練。")
        shape, told = shape_of(link_map), body["fields"]
        if differing := sorted(
            name for name in shape.keys() | told.keys() if shape.get(name) != told.get(name)
        ):
            raise FilesRefused(
                f"{file}：模型是用另一份對應檔訓練的，「{'」、「'.join(differing)}」的種類或級別不同。"
                "請用原來的對應檔，或不加 --model 重新訓練。"
            )
        return FilesModel(shape, Regime.from_json(body["learnt"]), body["report"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FilesRefused(f"{file}：模型檔讀不出來，可能不完整。請不加 --model 重新訓練。") from error


def _hash(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
