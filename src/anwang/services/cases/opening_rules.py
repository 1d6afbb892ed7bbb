"""What is needed to open a case: checked field by field, in words for the user. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .rules import text_problem
from .vocabulary import CaseRole

MEMBERS_MAX = 60
"""A household of more people than this is a mistake of typing or an institution; each is written in another way."""


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person as typed or as taken over from a report or a household. `person_id`: whom the registry knows them as."""

    role: CaseRole
    name: str = ""
    relation: str = ""
    id_number: str = ""
    birth: str = ""
    sex: str = ""
    phone: str = ""
    address: str = ""
    person_id: int | None = None

    @property
    def is_known(self) -> bool:
        """Something by which the registry can keep the person: a name or a number."""
        return bool(self.name.strip() or self.id_number.strip())

    @property
    def is_empty(self) -> bool:
        return not any(
            text.strip() for text in (self.name, self.relation, self.id_number, self.birth, self.phone)
        )


_LONGEST = {
    "name": ("姓名", 80),
    "relation": ("稱謂", 40),
    "id_number": ("證號", 20),
    "birth": ("生日或年齡", 20),
    "phone": ("電話", 40),
    "address": ("地址", 200),
}


def member_problems(given: NewMember) -> dict[str, str]:
    """What of a person is longer than can be kept: field to what to do about it."""
    return {
        field: f"{label}請在 {most} 個字以內（現在 {length} 個字）。"
        for field, (label, most) in _LONGEST.items()
        if (length := len(getattr(given, field).strip())) > most
    }


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a case. One of `dispatch_id`, `investigation_id`, or neither (found by the unit itself)."""

    programme: str
    members: Sequence[NewMember]
    reason: str
    worker_id: int | None = None
    supervisor_id: int | None = None
    dispatch_id: int | None = None
    investigation_id: int | None = None
    household_id: int | None = None
    township: str = ""
    client_key: str = ""


def opening_problems(
    opening: Opening, *, programmes: Collection[str], workers: Collection[int], supervisors: Collection[int]
) -> dict[str, str]:
    """Field to what to do about it; empty when the case can be opened. `workers`, `supervisors`: those of the unit."""
    found: dict[str, str] = {}
    if opening.programme not in programmes:
        found["programme"] = "請選擇方案。"
    if opening.worker_id is not None and opening.worker_id not in workers:
        found["worker"] = "請選擇本單位現職的社工。"
    elif opening.worker_id is None and workers:
        found["worker"] = "請選擇主責社工。"
    if opening.supervisor_id is not None and opening.supervisor_id not in supervisors:
        found["supervisor"] = "請選擇本單位現職的督導。"
    if problem := text_problem(opening.reason, "開案事由", 500):
        found["reason"] = problem
    members = [each for each in opening.members if not each.is_empty]
    clients = [each for each in members if each.role is CaseRole.CLIENT]
    if not clients:
        found["members"] = "請寫出案主；不知道姓名時，至少寫年齡或稱謂。"
    elif len(members) > MEMBERS_MAX:
        found["members"] = f"一案最多 {MEMBERS_MAX} 人（現在 {len(members)} 人）；機構安置請分開開案。"
    for number, each in enumerate(opening.members, 1):
        for text in member_problems(each).values():
            found.setdefault("members", f"第 {number} 人：{text}")
    return found
