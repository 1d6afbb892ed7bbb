"""Child or grown-up, as far as one row tells."""

from __future__ import annotations

from anwang.standard.codes import OwnSource, Relation, RosterCode
from anwang.standard.record import StandardRecord

ADULT_FROM, CHILD_UNTIL = (
    20,
    17,
)  # years of age that are surely one or the other; between them nothing is said
ADULT_LISTS = frozenset({RosterCode.EMERGENCY_RELIEF, RosterCode.EMPLOYMENT, RosterCode.POLICE_VISIT})
CHILD_LISTS = frozenset({RosterCode.CHILD_OUTREACH, RosterCode.SCHOOL_DROPOUT})
ADULT_ROLES = frozenset({Relation.SPOUSE, Relation.PARENT, Relation.GRANDPARENT, Relation.PARENT_IN_LAW})
UNKNOWN, CHILD, ADULT = 0, 1, 2


def stage(record: StandardRecord) -> int:
    """`CHILD`, `ADULT` or `UNKNOWN`: by the birth, else by the list, else by the relation."""
    birth = record.birth
    if birth and birth.year:
        age = record.period.year - birth.year
        return ADULT if age >= ADULT_FROM else CHILD if age <= CHILD_UNTIL else UNKNOWN
    if record.roster in CHILD_LISTS:
        return CHILD
    if record.roster in ADULT_LISTS or record.relation in ADULT_ROLES:
        return ADULT
    if record.relation is Relation.SELF and not isinstance(record.roster, OwnSource):
        return ADULT  # in a report the child whom it is about is 本人 as well
    if record.relation in (Relation.CHILD, Relation.GRANDCHILD):
        return CHILD
    return UNKNOWN


def is_small(record: StandardRecord) -> bool:
    """On the list of children under six, unless its own birth says a grown-up: then the carer stands in the name."""
    return record.roster is RosterCode.CHILD_OUTREACH and stage(record) == CHILD


def is_grown(record: StandardRecord) -> bool:
    """Of age as the row says it: by its birth, or with none by the list. A relation is no proof: a 案主 may be a child."""
    if record.birth and record.birth.year:
        return stage(record) == ADULT
    return record.roster in ADULT_LISTS
