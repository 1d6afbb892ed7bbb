"""The fields that the forms of 人員與職務 share."""

from __future__ import annotations

from anwang.agencies.models import Role, Unit
from anwang.web.components import Choice, Field


def unit_choices() -> list[Choice]:
    units = Unit.objects.select_related("agency").order_by("agency_id", "pk")
    return [Choice("", "請選擇"), *(Choice(str(unit.pk), _unit_text(unit)) for unit in units)]


def _unit_text(unit: Unit) -> str:
    same = unit.name.startswith(unit.agency.name)
    return unit.name if same else f"{unit.agency.name}・{unit.name}"


_DOES = {
    Role.SOCIAL_WORKER: "登錄通報、收案、調查、個案；看本單位的家戶、簽收名單",
    Role.SUPERVISOR: "同社工，另核定計畫與結案、裁定主責、抽案複閱、看負荷與「誰看過」",
    Role.DISPATCHER: "登錄通報、篩案、派案、不開案；看本單位的家戶、簽收名單",
    Role.MEETING_CLERK: "看本單位的家戶",
    Role.LIAISON: "上傳本局處名冊、登錄通報、收案、個案、簽收名單",
    Role.INDICATOR_OFFICER: "產製、送出每月名單",
    Role.DATA_ENGINEER: "各局處名冊、歸戶、比對覆核、名單",
    Role.AUDITOR: "看「誰看過」並核對紀錄",
    Role.ADMINISTRATOR: "人員與職務、停班登錄、介接系統；看不到案件內容",
}


def role_choices(*, blank: bool = False) -> list[Choice]:
    """The roles with what each may do; `blank` for a list to choose from, which has no room for that."""
    if blank:
        return [Choice("", "請選擇"), *(Choice(role.value, str(role.label)) for role in Role)]
    return [Choice(role.value, str(role.label), _DOES[role]) for role in Role]


def day_field(label: str, value: str, error: str, hint: str = "例如 115/3/1。") -> Field:
    return Field("from_on", label, value=value, error=error, hint=hint, width=12, autocomplete="off")
