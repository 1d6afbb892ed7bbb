"""What other rooms say about a report that its unit holds: rooms above this one (cases) register where it went on.

A later stage calls an earlier one, never the reverse: so this room asks whoever has registered, by dispatch.
"""

from __future__ import annotations

from collections.abc import Callable

GoesOn = Callable[[int], str]
"""Takes the number of a dispatch, runs in the acting member's own context while the report is held, and says in zh-TW
where it went on; "" when it did not."""

_hooks: dict[str, GoesOn] = {}


def register_goes_on(name: str, hook: GoesOn) -> None:
    """Ask `hook` before a report is sent on. Called once by a room, in its AppConfig.ready; a second call replaces."""
    _hooks[name] = hook


def where_it_went_on(dispatch_id: int) -> str:
    """What the first room says where the report of a dispatch went on, in the order of their names."""
    return next((said for name in sorted(_hooks) if (said := _hooks[name](dispatch_id))), "")
