"""How somebody tells who a person is: what a reporter knows, what a worker writes into a case, what a form is answered."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from anwang.services.cases.assessment_rules import LEVEL_FIELD
from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.vocabulary import CaseRole
from anwang.services.intake.report_form import PersonForm
from anwang.services.intake.vocabulary import ReportRole
from anwang.services.programs.codes import FieldKind
from anwang.services.programs.programme import Form, FormField
from anwang.standard.dates import roc_short

from ..kinship import case_word
from ..places import COUNTY, Home
from ..population import ADULT_AGE, Person, Population
from .serving import LEVELS

_OBSERVED = "依訪視所見與家人說法填寫。"
_YES = frozenset({"children_seen", "all_children_seen", "met", "client_agrees", "seen"})
_NONE = ("none_of_these", "none", "no")


def address_of(home: Home) -> str:
    """The whole address, as a careful clerk writes it."""
    text = COUNTY + home.township + home.road
    text += f"{home.lane}巷" if home.lane else ""
    text += f"{home.alley}弄" if home.alley else ""
    text += f"{home.number}之{home.sub_number}號" if home.sub_number else f"{home.number}號"
    return text + (f"{home.floor}樓" if home.floor else "")


def reported_person(
    rng: random.Random,
    county: Population,
    person: Person,
    subject: Person,
    role: ReportRole,
    on: dt.date,
    injuries: str,
) -> PersonForm:
    """What a reporter knows: the name nearly always, a number seldom, often an age instead of a birth date."""
    is_subject = person is subject
    roll, home = rng.random(), county.households[person.household]
    birth = roc_short(person.birth) if roll < 0.55 else f"{person.age(on)}歲" if roll < 0.9 else ""
    return PersonForm(
        role=role,
        relation="" if is_subject else case_word(county, person, subject, False),
        name=person.name if is_subject or rng.random() < 0.95 else "",
        id_number=person.id_number if rng.random() < (0.5 if is_subject else 0.25) else "",
        birth=birth,
        sex="女" if person.sex == "F" else "男",
        phone=_phone(rng, person, home.landline, on, 0.6),
        address=address_of(home.home) if is_subject else "",
        injuries=injuries if is_subject else "",
        note="通報人說平時由他管教。" if role is ReportRole.ALLEGED and subject.age(on) < ADULT_AGE else "",
    )


def case_member(
    rng: random.Random, county: Population, person: Person, client: Person, is_alleged: bool, on: dt.date
) -> NewMember:
    """What a worker writes down: number and birth date nearly always."""
    home = county.households[person.household]
    if person is client:
        role = CaseRole.CLIENT
    elif is_alleged:
        role = CaseRole.ALLEGED
    else:
        is_carer = client.age(on) < ADULT_AGE and person.number in county.parents(client)
        role = CaseRole.CARER if is_carer else CaseRole.FAMILY
    return NewMember(
        role,
        person.name,
        "本人" if person is client else case_word(county, person, client, False),
        person.id_number if rng.random() < 0.85 else "",
        roc_short(person.birth) if rng.random() < 0.95 else "",
        "女" if person.sex == "F" else "男",
        _phone(rng, person, home.landline, on, 0.75),
        address_of(home.home) if person is client else "",
    )


def _phone(rng: random.Random, person: Person, landline: str, on: dt.date, share: float) -> str:
    if person.age(on) < ADULT_AGE or rng.random() > share:
        return ""
    return person.mobile or landline


def answers(
    form: Form,
    *,
    person: Person,
    needs: Mapping[str, int],
    level: str,
    size: int,
    small_children: int,
    on: dt.date,
) -> dict[str, str | list[str]]:
    """What is typed into an assessment: all that must be said, and every scale as the family is."""
    known: dict[str, str] = {
        "household_size": str(size),
        "children_under_6": str(small_children),
        "name": person.name,
    }
    typed: dict[str, str | list[str]] = {}
    for field in form.fields:
        if field.id == LEVEL_FIELD or not (field.required or field.is_scale):
            continue
        typed[field.id] = known.get(field.id) or _answer(field, person, needs, level, on)
    return typed


def _answer(
    field: FormField, person: Person, needs: Mapping[str, int], level: str, on: dt.date
) -> str | list[str]:
    match field.kind:
        case FieldKind.CHOICE:
            if not field.is_scale:
                return field.choices[0].value
            worst = len(field.choices) - 1
            place = needs.get(field.id, int(LEVELS.index(level) / 2 * worst))
            return field.choices[min(worst, place)].value
        case FieldKind.CHOICES:
            values = [choice.value for choice in field.choices]
            return [next((each for each in _NONE if each in values), values[0])]
        case FieldKind.YES_NO:
            return "yes" if field.id in _YES else "no"
        case FieldKind.NUMBER:
            return f"{field.at_least or 1:g}"
        case FieldKind.DATE:
            return roc_short(on)
        case FieldKind.NAME:
            return person.name
        case FieldKind.ID_NUMBER:
            return person.id_number
        case FieldKind.PHONE:
            return person.mobile or "03-9251000"
    return _OBSERVED
