"""How two persons of the demo county are related, and the words lists use for it."""

from __future__ import annotations

from anwang.standard.codes import Relation

from .population import Person, Population


def relation(county: Population, person: Person, reference: Person) -> Relation:
    """What `person` is to `reference`."""
    if person is reference:
        return Relation.SELF
    if person.spouse == reference.number:
        return Relation.SPOUSE
    mine, theirs = county.parents(person), county.parents(reference)
    if reference.number in mine or (reference.spouse is not None and reference.spouse in mine):
        return Relation.CHILD
    if person.number in theirs or (person.spouse is not None and person.spouse in theirs):
        return Relation.PARENT
    if mine & theirs:
        return Relation.SIBLING
    if reference.number in _grandparents(county, person):
        return Relation.GRANDCHILD
    if person.number in _grandparents(county, reference):
        return Relation.GRANDPARENT
    if person.spouse is not None and reference.number in county.parents(county.persons[person.spouse]):
        return Relation.CHILD_IN_LAW
    if reference.spouse is not None and person.number in county.parents(county.persons[reference.spouse]):
        return Relation.PARENT_IN_LAW
    if county.households.get(person.household) and county.households[person.household].kind == "institution":
        return Relation.NOT_KIN
    return Relation.OTHER_KIN


def _grandparents(county: Population, person: Person) -> set[int]:
    return {g for p in county.parents(person) for g in county.parents(county.persons[p])}


_ORDER = "長次三四五六七八九十"


def register_word(county: Population, person: Person, head: Person, plain: bool) -> str:
    """稱謂 to the head of a register household. `plain` as in the samples: 孫 and 弟 for all, else by sex and age."""
    male = person.sex == "M"
    match relation(county, person, head):
        case Relation.SELF:
            return "戶長"
        case Relation.SPOUSE:
            return "配偶" if plain else ("夫" if male else "妻")
        case Relation.CHILD:
            older = [
                p
                for p in county.members(county.households[person.household])
                if p.sex == person.sex
                and p.number < person.number
                and relation(county, p, head) is Relation.CHILD
            ]
            return _ORDER[min(len(older), 9)] + ("子" if male else "女")
        case Relation.PARENT:
            return "父" if male else "母"
        case Relation.GRANDCHILD:
            return "孫" if plain else ("孫子" if male else "孫女")
        case Relation.GRANDPARENT:
            return "祖父" if male else "祖母"
        case Relation.SIBLING:
            if plain:
                return "弟"
            older_one = person.birth <= head.birth
            return ("兄" if older_one else "弟") if male else ("姊" if older_one else "妹")
        case Relation.CHILD_IN_LAW:
            return "婿" if male else "媳"
        case Relation.PARENT_IN_LAW:
            return ("岳父" if head.sex == "M" else "公") if male else ("岳母" if head.sex == "M" else "婆")
        case Relation.NOT_KIN:
            return "寄居"
        case _:
            return "家屬"


CASE_WORDS = {  # relation to 案主: the samples' word, and other words for a man and a woman
    Relation.SELF: ("本人", "案主", "案主"),
    Relation.SPOUSE: ("配偶", "夫", "妻"),
    Relation.CHILD: ("子女", "兒子", "女兒"),
    Relation.PARENT: ("父母", "父親", "母親"),
    Relation.GRANDCHILD: ("孫子女", "孫子", "孫女"),
    Relation.GRANDPARENT: ("祖父母", "祖父", "祖母"),
    Relation.SIBLING: ("兄弟姊妹", "兄弟", "姊妹"),
    Relation.CHILD_IN_LAW: ("媳婿", "女婿", "媳婦"),
    Relation.PARENT_IN_LAW: ("配偶父母", "岳父", "婆婆"),
    Relation.OTHER_KIN: ("其他親屬", "親戚", "親戚"),
    Relation.NOT_KIN: ("無親屬關係", "同住人", "同住人"),
}


def case_word(county: Population, person: Person, reference: Person, plain: bool) -> str:
    """與案主關係 as the family list writes it."""
    words = CASE_WORDS[relation(county, person, reference)]
    return words[0] if plain else words[1 if person.sex == "M" else 2]
