"""The accounts of the demo home. They exist only there: `anwang demo` makes them, nothing else does."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoMember:
    username: str
    name: str
    unit: str
    roles: tuple[str, ...]
    who: str


DEMO_MEMBERS = (
    DemoMember(
        "data", "陳資料", "social_office", ("data_engineer",), "社會處 資料工程師：名冊、比對覆核、名單"
    ),
    DemoMember("lists", "林承辦", "social_office", ("indicator_officer",), "社會處 名單承辦：產製與送出名單"),
    DemoMember(
        "social.head", "程科長", "social_office", ("supervisor",), "社會處 科長：升級的逾期、主責爭議"
    ),
    DemoMember("luodong.supervisor", "黃督導", "luodong_center", ("supervisor",), "羅東社福中心 督導"),
    DemoMember("luodong.worker", "林社工", "luodong_center", ("social_worker",), "羅東社福中心 社工"),
    DemoMember("luodong.clerk", "吳書記", "luodong_center", ("meeting_clerk",), "羅東社福中心 會議幕僚"),
    DemoMember("yilan.supervisor", "張督導", "yilan_center", ("supervisor",), "宜蘭社福中心 督導"),
    DemoMember("yilan.worker", "李社工", "yilan_center", ("social_worker",), "宜蘭社福中心 社工"),
    DemoMember("jiaoxi.worker", "王社工", "jiaoxi_center", ("social_worker",), "礁溪社福中心 社工"),
    DemoMember("suao.worker", "周社工", "suao_center", ("social_worker",), "蘇澳社福中心 社工"),
    DemoMember("sanxing.worker", "高社工", "sanxing_center", ("social_worker",), "三星社福中心 社工"),
    DemoMember("intake", "許派案", "intake", ("dispatcher",), "集中受理中心 派案人員"),
    DemoMember("intake.supervisor", "蘇督導", "intake", ("supervisor",), "集中受理中心 督導"),
    DemoMember("protection.supervisor", "江督導", "protection", ("supervisor",), "保護服務科 督導"),
    DemoMember("protection.worker", "鄭社工", "protection", ("social_worker",), "保護服務科 社工"),
    DemoMember("jiaoxi.supervisor", "何督導", "jiaoxi_center", ("supervisor",), "礁溪社福中心 督導"),
    DemoMember("health", "王護理師", "health_office", ("liaison",), "衛生局 聯絡人"),
    DemoMember("police", "蔡警員", "police_office", ("liaison",), "警察局 聯絡人"),
    DemoMember("education", "吳專輔", "education_office", ("liaison",), "教育處 聯絡人"),
    DemoMember("labour", "郭就服員", "labour_office", ("liaison",), "勞工處 聯絡人"),
    DemoMember("civil", "簡科員", "civil_office", ("liaison",), "民政處 聯絡人"),
    DemoMember("auditor", "方稽核", "social_office", ("auditor",), "稽核：誰看過"),
    DemoMember("admin", "葉管理", "social_office", ("administrator",), "系統管理"),
)
DEMO_ACCOUNTS = tuple((member.username, member.who) for member in DEMO_MEMBERS)


def demo_password() -> str:
    """The one password of all demo accounts, made for this home when it was made (never the same in two homes)."""
    return os.environ.get("ANWANG_DEMO_PASSWORD", "")
