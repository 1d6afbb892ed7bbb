"""The package as others install it: every file that the code needs is in the wheel, and it says that it is typed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import anwang

PACKAGE = Path(anwang.__file__).parent
PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_every_file_of_the_package_goes_into_the_wheel() -> None:
    rules = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["setuptools"]["package-data"]["anwang"]
    taken = {path for rule in rules for path in PACKAGE.glob(rule)}
    files = {path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    data = {path for path in files if path.suffix != ".py"}
    assert len(data) > 80
    assert sorted(str(path.relative_to(PACKAGE)) for path in data - taken) == []
    # A folder with modules is a package only with an __init__.py; without one setuptools would leave it out.
    modules = {path.parent for path in files if path.suffix == ".py"}
    assert [str(folder) for folder in modules if not (folder / "__init__.py").exists()] == []


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_no_rule_of_the_package_data_is_left_over() -> None:
    rules = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["setuptools"]["package-data"]["anwang"]
    assert [rule for rule in rules if not any(PACKAGE.glob(rule))] == []


def _pinned(level: str) -> set[str]:
    lines = (PROJECT.parent / "requirements" / f"{level}.txt").read_text("utf-8").splitlines()
    return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith("#")}


@pytest.mark.parametrize("level", ["test", "spark"])
def test_what_is_added_leaves_the_locked_packages_as_they_are(level: str) -> None:
    assert len(_pinned("run")) > 30
    assert _pinned("run") - _pinned(level) == set()


def test_pyspark_is_in_no_list_but_its_own() -> None:
    names = {level: {pin.split("==")[0] for pin in _pinned(level)} for level in ("run", "test", "spark")}
    assert [level for level in names if "pyspark" in names[level]] == ["spark"]
