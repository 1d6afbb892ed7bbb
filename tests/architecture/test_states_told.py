"""Whoever writes the state of a report tells of it (services/intake/states.py): found in the source, not remembered."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import anwang

SERVICES = Path(anwang.__file__).parent / "services"
# These write the state that their caller set, and tell of it.
TELLERS = {"publish_state", "take", "_at_desk_again"}


def _writers() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(map(_is_state_of_report, ast.walk(node))):
                yield path.name, node


def _is_state_of_report(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr == "state"
        and isinstance(node.value, ast.Name)
        and node.value.id == "report"
    )


def _calls(function: ast.FunctionDef) -> set[str]:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {each.id for each in called if isinstance(each, ast.Name)}


def test_every_change_of_state_is_told() -> None:
    found = list(_writers())
    assert len(found) >= 7
    assert [(file, function.name) for file, function in found if not _calls(function) & TELLERS] == []
    by_name = {function.name: function for _, function in found}
    assert "publish_state" in _calls(by_name["_at_desk_again"])


def test_who_tells_for_others_does() -> None:
    source = (SERVICES / "dispatch" / "answering.py").read_text("utf-8")
    take = next(n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == "take")
    assert "publish_state" in _calls(take)
