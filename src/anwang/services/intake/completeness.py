"""Is this complete enough to dispatch? What a report must say for that, and what would help. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anwang.policy.model import Citation
from anwang.standard.addresses import read_address
from anwang.standard.townships import TOWNSHIPS

from .fields import FIELD, PERSON_FIELD, ReportField, Wanted, person_field_id
from .report_form import PersonForm, ReportForm
from .rules import STORY_MIN
from .vocabulary import ReportRole


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that nobody has said yet: which field answers it, and what it is needed for."""

    field: str
    label: str
    why: str
    citation: Citation
    needed: bool


@dataclass(frozen=True, slots=True)
class Completeness:
    """Is this complete enough to dispatch? `missing` must be asked first, `helpful` would save a question later."""

    missing: tuple[Gap, ...]
    helpful: tuple[Gap, ...]

    @property
    def is_enough(self) -> bool:
        return not self.missing

    @property
    def text(self) -> str:
        if self.is_enough:
            return "資料足以派案。"
        return f"派案前還缺：{'、'.join(gap.label for gap in self.missing)}。"


def completeness(form: ReportForm, persons: Sequence[PersonForm]) -> Completeness:
    """What a report lacks for dispatch (whose district, who, how urgent), and what would help. No one is turned away for
    it: a report in danger is dispatched with gaps, and says so."""
    said = [(number, person) for number, person in enumerate(persons, 1) if not person.is_blank]
    first = next((number for number, _ in said), 1)
    gaps: list[Gap] = []

    def lacks(field: ReportField, field_id: str, label: str = "") -> None:
        needed = field.wanted is not Wanted.OPTIONAL
        gaps.append(Gap(field_id, label or field.label, field.why, field.citation, needed))

    if len("".join(form.story.split())) < STORY_MIN:
        lacks(FIELD["story"], "story")
    if not form.township and not any(_township_of(person) for _, person in said):
        lacks(FIELD["township"], "township")
    if not any(person.is_named for _, person in said):
        lacks(PERSON_FIELD["name"], person_field_id(first, "name"), "至少一個人的姓名或統一編號")
    if not form.dangers:
        lacks(FIELD["dangers"], "dangers")
    if not form.happened.strip():
        lacks(FIELD["happened"], "happened")
    if not form.needs:
        lacks(FIELD["needs"], "needs")
    if not form.place.strip() and not any(person.address.strip() for _, person in said):
        lacks(PERSON_FIELD["address"], person_field_id(first, "address"), "找得到人的地址或地點")
    if not any(person.phone.strip() for _, person in said):
        lacks(PERSON_FIELD["phone"], person_field_id(first, "phone"), "家裡任何一個人的電話")
    for number, person in said:
        if person.role == ReportRole.SUBJECT and person.is_named and not person.birth.strip():
            name = person.name.strip() or f"第 {number} 人"
            lacks(PERSON_FIELD["birth"], person_field_id(number, "birth"), f"{name}的生日或年齡")
    return Completeness(
        tuple(gap for gap in gaps if gap.needed), tuple(gap for gap in gaps if not gap.needed)
    )


def _township_of(person: PersonForm) -> str:
    address = read_address(person.address)
    return address.township if address else ""


def jurisdiction_township(form_township: str, persons: Sequence[PersonForm]) -> str:
    """The township whose centre is in charge: where it happened, else where the first subject (then anybody) lives."""
    if form_township:
        return form_township
    known = {each.name for each in TOWNSHIPS}
    ordered = sorted(persons, key=lambda person: person.role != ReportRole.SUBJECT)
    return next((town for person in ordered if (town := _township_of(person)) in known), "")
