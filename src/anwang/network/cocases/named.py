"""Finding the person of a household whom a record names (the main carer, the client), in spite of slips in the name."""

from __future__ import annotations

from collections.abc import Iterable

from anwang.standard.record import PersonName

_MASK = "○"


def find_named(
    name: PersonName, candidates: Iterable[tuple[str, PersonName]], *, slips: bool = True
) -> str | None:
    """The key of the one person whom `name` can mean, or None when nobody or more than one fits.

    `candidates`: (person key, a name of theirs), every name under which the household's possible carers are known. The best
    kind of agreement decides: the same name; a former name; a masked name whose visible characters agree; one character
    missing, added, changed or swapped, the surname agreeing. Brothers and sisters differ by one character as well, so
    pass only the grown-ups (or `slips=False` for children), and a near name that fits two persons fits none.
    """
    known = list(candidates)
    for agrees in (_same, _former, _behind_mask, _near)[: 4 if slips else 3]:
        found = {key for key, other in known if agrees(name, other)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _text(name: PersonName) -> str:
    return name.key or name.text


def _same(a: PersonName, b: PersonName) -> bool:
    return bool(_text(a)) and _text(a) == _text(b) and not a.is_masked


def _former(a: PersonName, b: PersonName) -> bool:
    return (a.former is not None and a.former == b.text) or (b.former is not None and b.former == a.text)


def _behind_mask(a: PersonName, b: PersonName) -> bool:
    one, two = _text(a), _text(b)
    if not (a.is_masked or b.is_masked) or len(one) != len(two):
        return False
    shown = [(x, y) for x, y in zip(one, two, strict=True) if _MASK not in (x, y)]
    return bool(shown) and all(x == y for x, y in shown)


def _near(a: PersonName, b: PersonName) -> bool:
    """One slip of the pen in a name of three characters or more; of two characters one says too little."""
    one, two = sorted((_text(a), _text(b)), key=len)
    if not one or one[0] != two[0] or len(two) < 3:
        return False
    if len(one) + 1 == len(two):
        return any(two[:i] + two[i + 1 :] == one for i in range(len(two)))
    if len(one) != len(two):
        return False
    differ = [i for i, (x, y) in enumerate(zip(one, two, strict=True)) if x != y]
    swapped = len(differ) == 2 and sorted(one) == sorted(two)
    return len(differ) == 1 or swapped
