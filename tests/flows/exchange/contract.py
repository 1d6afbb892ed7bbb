"""Make the committed copy of the contract anew: python -m tests.flows.exchange.contract"""

from __future__ import annotations

import json
import os
from pathlib import Path

COPY = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"


def write() -> None:
    import django

    for name, value in (
        ("DATABASE_URL", "postgresql://anwang_app@127.0.0.1:1/not_started"),
        ("ANWANG_SECRET_KEY", "not used"),
        ("DJANGO_SETTINGS_MODULE", "anwang.platform.settings"),
    ):
        os.environ.setdefault(name, value)
    django.setup()
    from anwang.exchange.api import openapi

    COPY.write_text(json.dumps(openapi(), ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write()
