"""Context processor: the shell around every page.

The platform says who is signed in and what they may open by putting a `Shell` on the request (`request.shell`);
a page without one gets the frame of a visitor who is not signed in.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .shell import Shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for templates."""
    return {"shell": getattr(request, "shell", None) or Shell()}
