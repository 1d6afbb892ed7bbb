"""Addresses of the built static files. Their names carry a hash of their content, so they may be cached for ever."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from django.templatetags.static import static

IMMUTABLE = re.compile(r"/anwang/[\w.]+-[0-9a-f]{10}\.\w+$")
"""Matches the URL of a file that never changes; for WhiteNoise's `WHITENOISE_IMMUTABLE_FILE_TEST`."""


@cache
def built_names() -> dict[str, str]:
    """Logical name → built file name, as `frontend/build.mjs` wrote it."""
    text = files("anwang.web").joinpath("static", "anwang", "assets.json").read_text(encoding="utf-8")
    names: dict[str, str] = json.loads(text)
    return names


def asset_url(name: str) -> str:
    """The URL of a built file by its logical name, such as `anwang.css`. Raises KeyError for an unknown name."""
    return static(f"anwang/{built_names()[name]}")


def module_names() -> list[str]:
    """Logical names of the ES modules that `app.js` imports, for `<link rel=modulepreload>`."""
    return [name for name in built_names() if name.endswith(".js") and name not in {"htmx.js", "app.js"}]
