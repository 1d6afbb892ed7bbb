from __future__ import annotations

import pytest

from anwang.network.cocases.named import find_named
from anwang.standard.record import PersonName


def name(text: str, former: str | None = None) -> PersonName:
    return PersonName(raw=text, text=text, key=text, former=former)


@pytest.mark.parametrize(
    ("written", "known", "found"),
    [
        ("陳建宏", {"a": "陳建宏", "b": "陳建銘"}, "a"),  # the same name goes before a near one
        ("陳○宏", {"a": "陳建宏", "b": "阮氏秋"}, "a"),
        ("陳建宏", {"a": "陳○○"}, "a"),
        ("陳○宏", {"a": "陳建宏", "b": "陳志宏"}, None),
        ("○○○", {"a": "陳建宏"}, None),  # nothing shown, nothing known
        ("陳○", {"a": "陳建宏"}, None),
        ("陳○", {"a": "林○"}, None),
        ("陳建弘", {"a": "陳建宏", "b": "阮氏秋"}, "a"),
        ("陳建弘", {"a": "陳建宏", "b": "陳建銘"}, None),  # near to two
        ("陳宏建", {"a": "陳建宏"}, "a"),
        ("陳宏", {"a": "陳建宏"}, "a"),
        ("陳建宏宏", {"a": "陳建宏"}, "a"),
        ("陳宏", {"a": "陳銘"}, None),
        ("林建宏", {"a": "陳建宏"}, None),
        ("陳志明", {"a": "陳建宏"}, None),
        ("陳", {"a": "陳建宏"}, None),
        ("陳甲", {"a": "陳建宏"}, None),
        ("", {"a": "陳建宏", "b": ""}, None),
        ("陳建宏", {}, None),
    ],
)
def test_named_person(written: str, known: dict[str, str], found: str | None) -> None:
    assert find_named(name(written), [(key, name(text)) for key, text in known.items()]) == found


def test_several_names_of_one_person_are_one_person() -> None:
    assert (
        find_named(name("陳建弘"), [("a", name("陳建宏")), ("a", name("陳建紅")), ("b", name("阮氏秋"))])
        == "a"
    )


def test_former_name_on_either_side() -> None:
    assert find_named(name("陳阿土"), [("a", name("陳志明", former="陳阿土"))]) == "a"
    assert find_named(name("陳志明", former="陳阿土"), [("a", name("陳阿土"))]) == "a"
    assert find_named(name("陳志明", former="陳阿土"), [("a", name("林美麗", former="林阿花"))]) is None
