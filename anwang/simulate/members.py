"""The people who work in the demo county: posts, units and user names, without passwords (set at demo time)."""

from __future__ import annotations

from dataclasses import dataclass

from anwang.standard.codes import AgencyCode

from .places import TOWNSHIPS

# role codes as the room `agencies` names them
SOCIAL_WORKER = "social_worker"
SUPERVISOR = "supervisor"
DISPATCHER = "dispatcher"
MEETING_CLERK = "meeting_clerk"
LIAISON = "liaison"
INDICATOR_OFFICER = "indicator_officer"
DATA_ENGINEER = "data_engineer"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit of an agency; `townships` is its jurisdiction, empty for the whole county."""

    code: str
    agency: AgencyCode
    name: str
    townships: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoMember:
    username: str
    name: str
    unit: str  # code of a DemoUnit
    role: str
    title: str
    phone: str


_CENTRES = {"yilan": "宜蘭", "luodong": "羅東", "jiaoxi": "礁溪", "suao": "蘇澳", "sanxing": "三星"}
_SOCIAL = AgencyCode.SOCIAL
UNITS: tuple[DemoUnit, ...] = (
    DemoUnit("social", _SOCIAL, "社會處"),
    *(
        DemoUnit(
            code, _SOCIAL, f"{name}社會福利服務中心", tuple(t for t, v in TOWNSHIPS.items() if v[1] == name)
        )
        for code, name in _CENTRES.items()
    ),
    DemoUnit("intake", _SOCIAL, "集中受理通報與派案中心"),
    DemoUnit("health", AgencyCode.HEALTH, "衛生局心理健康及毒品防制科"),
    DemoUnit("police", AgencyCode.POLICE, "警察局婦幼警察隊"),
    DemoUnit("education", AgencyCode.EDUCATION, "教育處學生輔導科"),
    DemoUnit("labour", AgencyCode.LABOUR, "勞工處就業服務科"),
    DemoUnit("civil", AgencyCode.CIVIL, "民政處戶政科"),
)
_CENTRE_POSTS = (("supervisor", SUPERVISOR, "督導"), ("worker", SOCIAL_WORKER, "社會工作員"),
                 ("clerk", MEETING_CLERK, "會議幕僚"))  # fmt: skip
_NAMES = {
    "social.data": "林書緯", "social.indicators": "陳昱安", "social.admin": "黃建銘", "social.audit": "吳淑真",
    "yilan.supervisor": "張雅琪", "yilan.worker": "李佳蓉", "yilan.clerk": "王柏鈞",
    "luodong.supervisor": "游惠如", "luodong.worker": "簡怡安", "luodong.clerk": "莊承祐",
    "jiaoxi.supervisor": "賴美雲", "jiaoxi.worker": "吳孟潔", "jiaoxi.clerk": "林宜軒",
    "suao.supervisor": "邱文政", "suao.worker": "藍郁婷", "suao.clerk": "陳思穎",
    "sanxing.supervisor": "高淑瑜", "sanxing.worker": "尤命．哈勇", "sanxing.clerk": "楊子萱",
    "intake.dispatcher": "曾雅筑", "health.liaison": "蔡明哲", "police.liaison": "許志宏",
    "education.liaison": "廖芳儀", "labour.liaison": "郭俊廷", "civil.liaison": "江玉華",
}  # fmt: skip
_POSTS: tuple[tuple[str, str, str, str], ...] = (
    ("social.data", "social", DATA_ENGINEER, "資料工程師"),
    ("social.indicators", "social", INDICATOR_OFFICER, "績效管考承辦人"),
    ("social.admin", "social", ADMINISTRATOR, "系統管理者"),
    ("social.audit", "social", AUDITOR, "稽核人員"),
    *((f"{code}.{post}", code, role, title) for code in _CENTRES for post, role, title in _CENTRE_POSTS),
    ("intake.dispatcher", "intake", DISPATCHER, "派案人員"),
    *((f"{code}.liaison", code, LIAISON, "網絡聯絡人")
      for code in ("health", "police", "education", "labour", "civil")),
)  # fmt: skip
MEMBERS: tuple[DemoMember, ...] = tuple(
    DemoMember(username, _NAMES[username], unit, role, title, f"03-9000000#{100 + number}")
    for number, (username, unit, role, title) in enumerate(_POSTS, 1)
)
