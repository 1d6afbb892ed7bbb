"""The family behind a genogram: who is whose parent, partner or sibling, and in which generation everyone stands.

Pure. Contradictory ties (someone's own grandfather) are set aside in `Family.conflicts`, not drawn.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class TieKind(StrEnum):
    """How `a` stands to `b`."""

    COUPLE = "couple"
    FORMER_COUPLE = "former_couple"
    PARENT = "parent"  # a is a parent of b
    GRANDPARENT = "grandparent"  # a is a grandparent of b, the parent between is not known or not here
    SIBLING = "sibling"
    ELDER = "elder"  # a stands one generation above b; how they are related is not known, so no line is drawn


@dataclass(frozen=True, slots=True)
class Tie:
    kind: TieKind
    a: str
    b: str


@dataclass(slots=True)
class Union:
    """Parents (none, one or more, of one generation) and their children. `dashed` when the line skips a generation."""

    parents: tuple[str, ...]
    children: list[str] = field(default_factory=list)
    dashed: bool = False
    former: bool = False
    couple: bool = False


@dataclass(slots=True)
class Family:
    """`rank` gives each related person (and each ghost: a missing generation) a row from 0, oldest first.
    `alone` are members without any usable tie."""

    rank: dict[str, int]
    unions: list[Union]
    ghosts: set[str]
    alone: list[str]
    conflicts: list[Tie]

    def partners(self, key: str) -> list[str]:
        return [
            other for union in self.unions if key in union.parents for other in union.parents if other != key
        ]


def build_family(keys: Sequence[str], ties: Iterable[Tie]) -> Family:
    """Arrange `keys` by `ties`. Raises ValueError when a tie names someone who is not in `keys`."""
    ties = list(dict.fromkeys(ties))
    known = set(keys)
    for tie in ties:
        if tie.a not in known or tie.b not in known:
            raise ValueError(f"a tie names someone who is not a member: {tie.a}, {tie.b}")
    unions, ghosts, elders = _unions(ties)
    generation = _generations([*keys, *sorted(ghosts)], unions, elders)
    drawn: list[Union] = []
    for union in unions:
        levels = {generation[key] for key in union.parents}
        level = min(levels) + 1 if levels else generation[union.children[0]]
        fitting = [child for child in union.children if generation[child] == level]
        if len(levels) <= 1 and (fitting or len(union.parents) > 1):
            drawn.append(Union(union.parents, fitting, union.dashed, union.former, union.couple))
    drawn = _without_loose_ghosts(drawn, ghosts)
    placed = {key for union in drawn for key in (*union.parents, *union.children)}
    placed |= {key for pair in elders for key in pair}
    ranks = {level: index for index, level in enumerate(sorted({generation[key] for key in placed}))}
    rank = {key: ranks[generation[key]] for key in generation if key in placed}
    alone = [key for key in keys if key not in placed]
    family = Family(rank, drawn, ghosts & placed, alone, [])
    family.conflicts = [tie for tie in ties if not _is_shown(tie, family)]
    return family


def _is_shown(tie: Tie, family: Family) -> bool:
    """Whether the drawing says what the tie says."""
    rank, unions = family.rank, family.unions
    if tie.a == tie.b or tie.a not in rank or tie.b not in rank:
        return False
    match tie.kind:
        case TieKind.COUPLE | TieKind.FORMER_COUPLE:
            return any({tie.a, tie.b} <= set(union.parents) for union in unions)
        case TieKind.PARENT:
            return any(tie.a in union.parents and tie.b in union.children for union in unions)
        case TieKind.GRANDPARENT:
            between = {key for union in unions if tie.a in union.parents for key in union.children}
            return any(between & set(union.parents) and tie.b in union.children for union in unions)
        case TieKind.SIBLING:
            return rank[tie.a] == rank[tie.b]
        case TieKind.ELDER:
            return rank[tie.a] < rank[tie.b]


def _without_loose_ghosts(unions: Sequence[Union], ghosts: set[str]) -> list[Union]:
    """Drop the missing generations that no longer join anyone, because a contradiction took one of their ends."""
    below = {key for union in unions if union.children for key in union.parents}
    above = {key for union in unions if union.parents for key in union.children}
    loose = {ghost for ghost in ghosts if ghost not in below or ghost not in above}
    kept = []
    for union in unions:
        union.children = [child for child in union.children if child not in loose]
        lone = len(union.parents) < 2 or union.dashed
        if not loose & set(union.parents) and (union.children or not lone):
            kept.append(union)
    return kept


def _unions(ties: Sequence[Tie]) -> tuple[list[Union], set[str], list[tuple[str, str]]]:
    parents: dict[str, list[str]] = defaultdict(list)
    couples: dict[frozenset[str], bool] = {}
    grand: dict[str, list[str]] = defaultdict(list)
    siblings: list[tuple[str, str]] = []
    elders: list[tuple[str, str]] = []
    for tie in ties:
        if tie.a == tie.b:
            continue
        match tie.kind:
            case TieKind.PARENT:
                parents[tie.b].append(tie.a)
            case TieKind.COUPLE | TieKind.FORMER_COUPLE:
                couples.setdefault(frozenset((tie.a, tie.b)), tie.kind is TieKind.FORMER_COUPLE)
            case TieKind.GRANDPARENT:
                grand[tie.b].append(tie.a)
            case TieKind.SIBLING:
                siblings.append((tie.a, tie.b))
            case TieKind.ELDER:
                elders.append((tie.a, tie.b))

    found: dict[tuple[tuple[str, ...], str], Union] = {}

    def union_of(group: Iterable[str], mark: str = "") -> Union:
        members = tuple(sorted(set(group)))
        return found.setdefault((members, mark), Union(members))

    for pair, former in couples.items():
        union = union_of(pair)
        union.couple, union.former = True, former
    for group in _groups(siblings):
        known = next((parents[key] for key in group if parents.get(key)), None)
        if known:
            for key in group:
                parents.setdefault(key, []).extend(() if parents.get(key) else known)
        else:
            union_of((), mark=group[0]).children.extend(group)
    for child, those in parents.items():
        if those:
            union_of(those).children.append(child)
    ghosts: set[str] = set()
    for child, elders_of in grand.items():
        if any(set(parents.get(each, ())) & set(elders_of) for each in parents.get(child, ())):
            continue  # the parent between is here and already shows the line
        ghost = "?" + "+".join(sorted(set(elders_of)))
        above, below = union_of(elders_of, "dashed"), union_of((ghost,), "dashed")
        above.dashed = below.dashed = True
        if ghost not in above.children:
            above.children.append(ghost)
        ghosts.add(ghost)
        below.children.append(child)
    return list(found.values()), ghosts, elders


def _groups(pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    groups: list[list[str]] = []
    for a, b in pairs:
        touching = [group for group in groups if a in group or b in group]
        merged = list(dict.fromkeys([key for group in touching for key in group] + [a, b]))
        groups = [group for group in groups if group not in touching] + [merged]
    return groups


def _generations(
    keys: Sequence[str], unions: Sequence[Union], elders: Sequence[tuple[str, str]]
) -> dict[str, int]:
    """Steps from each person to those tied to them, walked from the first person of each connected family."""
    steps: dict[str, list[tuple[str, int]]] = defaultdict(list)

    def tie(a: str, b: str, down: int) -> None:
        steps[a].append((b, down))
        steps[b].append((a, -down))

    for union in unions:
        for other in union.parents[1:]:
            tie(union.parents[0], other, 0)
        for child in union.children:
            for parent in union.parents:
                tie(parent, child, 1)
        if not union.parents:
            for other in union.children[1:]:
                tie(union.children[0], other, 0)
    for elder, younger in elders:
        tie(elder, younger, 1)
    generation: dict[str, int] = {}
    for start in keys:
        if start in generation:
            continue
        generation[start] = 0
        family = [start]
        queue = deque(family)
        while queue:
            key = queue.popleft()
            for other, down in steps[key]:
                if other not in generation:
                    generation[other] = generation[key] + down
                    family.append(other)
                    queue.append(other)
        top = min(generation[key] for key in family)
        for key in family:
            generation[key] -= top
    return generation
