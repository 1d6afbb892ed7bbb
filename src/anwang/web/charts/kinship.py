"""From 稱謂 in a roster (everyone's relation to one reference person) to the ties that a genogram draws."""

from __future__ import annotations

from collections.abc import Sequence

from anwang.standard.codes import Relation, Sex

from .family import Tie, TieKind


def ties_to_head(head: str, relations: Sequence[tuple[str, Relation, Sex | None]]) -> tuple[Tie, ...]:
    """Ties of `relations` (key, relation to `head`, sex), the head itself not among them.

    Only what the words say, plus two readings that a household makes plain: the head's children are drawn under the
    couple when there is one spouse, and the head's (or the spouse's) two parents of different sex are a couple. A
    grandchild hangs on the head's child when there is only one; else the generation between is left open (dashed).
    """
    by_relation: dict[Relation, list[str]] = {}
    sex_of: dict[str, Sex | None] = {}
    for key, relation, sex in relations:
        by_relation.setdefault(relation, []).append(key)
        sex_of[key] = sex
    spouses = by_relation.get(Relation.SPOUSE, [])
    children = by_relation.get(Relation.CHILD, [])
    couple = [head, *spouses] if len(spouses) == 1 else [head]
    ties = [Tie(TieKind.COUPLE, head, spouse) for spouse in spouses]
    ties += [Tie(TieKind.PARENT, parent, child) for child in children for parent in couple]
    ties += _parents(by_relation.get(Relation.PARENT, []), head, sex_of)
    in_laws = by_relation.get(Relation.PARENT_IN_LAW, [])
    if len(spouses) == 1:
        ties += _parents(in_laws, spouses[0], sex_of)
    else:
        ties += [Tie(TieKind.ELDER, key, head) for key in in_laws]
    ties += [Tie(TieKind.SIBLING, head, key) for key in by_relation.get(Relation.SIBLING, [])]
    ties += [Tie(TieKind.GRANDPARENT, key, head) for key in by_relation.get(Relation.GRANDPARENT, [])]
    ties += _children_in_law(head, children, by_relation.get(Relation.CHILD_IN_LAW, []), sex_of)
    for key in by_relation.get(Relation.GRANDCHILD, []):
        if len(children) == 1:
            ties.append(Tie(TieKind.PARENT, children[0], key))
            ties += _second_parent(children[0], key, ties)
        else:
            ties += [Tie(TieKind.GRANDPARENT, elder, key) for elder in couple]
    return tuple(ties)


def _parents(parents: Sequence[str], child: str, sex_of: dict[str, Sex | None]) -> list[Tie]:
    ties = [Tie(TieKind.PARENT, parent, child) for parent in parents]
    if len(parents) == 2 and {sex_of[parents[0]], sex_of[parents[1]]} == {Sex.MALE, Sex.FEMALE}:
        ties.append(Tie(TieKind.COUPLE, parents[0], parents[1]))
    return ties


def _children_in_law(
    head: str, children: Sequence[str], in_laws: Sequence[str], sex_of: dict[str, Sex | None]
) -> list[Tie]:
    """A daughter- or son-in-law is the partner of the only child of the other sex; else only the generation is known."""
    ties = []
    for key in in_laws:
        fitting = [
            child for child in children if sex_of[child] and sex_of[key] and sex_of[child] != sex_of[key]
        ]
        if len(fitting) == 1 and len(in_laws) == 1:
            ties.append(Tie(TieKind.COUPLE, fitting[0], key))
        else:
            ties.append(Tie(TieKind.ELDER, head, key))
    return ties


def _second_parent(parent: str, child: str, ties: Sequence[Tie]) -> list[Tie]:
    partners = [tie.b for tie in ties if tie.kind is TieKind.COUPLE and tie.a == parent]
    return [Tie(TieKind.PARENT, partner, child) for partner in partners]
