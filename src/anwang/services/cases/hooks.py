"""What other rooms say about a case: rooms above this one (referrals, tracking) register what keeps a case open.

A later stage calls an earlier one, never the reverse: so this room asks whoever has registered, by case number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .closing_rules import Obstacle

ClosingHook = Callable[[int], Sequence[Obstacle]]
"""Takes the number of a case, runs in the reader's own context, and names what is still open (no names of persons)."""

_hooks: dict[str, ClosingHook] = {}


def register_closing_hook(name: str, hook: ClosingHook) -> None:
    """Ask `hook` before a case is closed. Called once by a room, in its AppConfig.ready; a second call replaces."""
    _hooks[name] = hook


def unregister_closing_hook(name: str) -> None:
    _hooks.pop(name, None)


def obstacles_of(case_id: int) -> list[Obstacle]:
    """All that the registered rooms name, in the order of their names."""
    return [obstacle for name in sorted(_hooks) for obstacle in _hooks[name](case_id)]
