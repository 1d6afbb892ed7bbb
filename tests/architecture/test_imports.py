"""Who may import whom, and the same order for foreign keys."""

from __future__ import annotations

import ast
import configparser
from pathlib import Path

from django.apps import apps
from importlinter.cli import lint_imports

import anwang

PACKAGE = Path(anwang.__file__).parent
FLOORS = (
    "policy",
    "standard",
    "platform",
    "agencies",
    "people",
    "services",
    "network",
    "exchange",
    "simulate",
    "web",
    "commands",
)
ROOMS = {
    "people": ("registry", "linkage", "rosters"),
    "services": ("programs", "intake", "dispatch", "cases"),
    "network": ("cocases",),
}


def test_import_contracts_hold() -> None:
    config = Path(__file__).parents[2] / ".importlinter"
    assert lint_imports(config_filename=str(config), no_cache=True) == 0


def _height(model_module: str) -> tuple[int, int]:
    parts = model_module.split(".")
    floor = parts[1]
    rooms = ROOMS.get(floor, ())
    return FLOORS.index(floor), rooms.index(parts[2]) if rooms else 0


def test_foreign_keys_point_down_or_stay_in_the_room() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("anwang.")]
    assert len(ours) > 15
    for model in ours:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not target or not target.__module__.startswith("anwang."):
                continue
            assert _height(target.__module__) <= _height(model.__module__), (
                f"{model.__name__}.{field.name} points up"
            )


def test_every_rules_module_is_under_the_contract_of_purity() -> None:
    config = configparser.ConfigParser()
    config.read(Path(__file__).parents[2] / ".importlinter")
    named = set(config["importlinter:contract:pure"]["source_modules"].split())
    rules = {
        ".".join(("anwang", *path.relative_to(PACKAGE).with_suffix("").parts))
        for path in PACKAGE.rglob("*rules.py")
    }
    assert len(rules) >= 4
    assert rules - named == set()


def test_every_floor_is_known_and_no_drawer_is_opened() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders == set(FLOORS)
    drawers = {"utils", "helpers", "core", "common", "misc", "util"}
    for path in PACKAGE.rglob("*"):
        assert path.stem not in drawers, path


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_rules_are_pure() -> None:
    """No rules.py and nothing in policy or standard reads a clock or a file by itself."""
    forbidden_calls = {"now", "today", "utcnow", "localdate"}
    for path in [*PACKAGE.rglob("rules.py"), *(PACKAGE / "standard").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in forbidden_calls, f"{path.name}:{node.lineno} asks for the time"


def test_spark_is_no_part_of_the_product_without_it() -> None:
    """Only `people/linkage/spark` imports pyspark, and only once a function runs; only the command and the benchmark use it."""
    room, weights = "anwang.people.linkage.spark", "anwang.people.linkage.spark.weighing"
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        here = path.relative_to(PACKAGE).as_posix()
        names = {
            alias.name if isinstance(node, ast.Import) else f"{node.module}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        if any(name.partition(".")[0] == "pyspark" for name in names):
            assert here.startswith("people/linkage/spark/"), here
        at_once = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert not any("pyspark" in ast.unparse(node) for node in at_once), here
        if any(name.startswith(room) and name != weights for name in names):
            assert here.startswith("commands/"), here
