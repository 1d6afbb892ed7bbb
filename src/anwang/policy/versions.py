"""The policy version that every Decision carries: a hash of all values, citations and readings in force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from .model import Parameter, SourceDefect


def version_of(parameters: Iterable[Parameter], defects: Iterable[SourceDefect]) -> str:
    """Twelve hex digits. The same for the same content whatever the file order; comments and labels do not count."""
    content = [
        [
            p.id,
            str(p.citation),
            p.origin.value,
            [[day.isoformat(), value] for day, value in sorted(p.values.items())],
        ]
        for p in sorted(parameters, key=lambda p: p.id)
    ]
    readings = [[d.id, str(d.citation), d.reading] for d in sorted(defects, key=lambda d: d.id)]
    text = json.dumps([content, readings], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
