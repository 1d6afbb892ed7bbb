"""Whose data a column holds: the row's own person, somebody of the family, or somebody on duty.

Many rosters stand other people beside the person they are about: 家長, 監護人, 戶長, 案主, 通報人, 承辦人, 社工. Their names,
numbers and days must never become the person's own, whatever the cells look like.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from .text import fold_label


class Whose(StrEnum):
    """`own`: the header names nobody else."""

    OWN = "own"
    CARER = "carer"  # 家長, 監護人, 照顧者: who looks after the person
    REFERENCE = "reference"  # 案主, 戶長: whom the relation column counts from
    FAMILY = "family"  # 配偶, 父, 緊急聯絡人: kin and contacts
    STAFF = "staff"  # 社工, 承辦人, 通報人, 導師: who reports or works on the case


# The person of the row under a name that holds another's: 被通報人, 受查訪人; and lists whose persons are 照顧者's wards.
_OWN = re.compile(
    r"被通報|受通報|被查訪|受查訪|被照顧|受照顧|受訪|受監護|受扶養|被扶養|案家(?:地址|住址|居住|現居|電話|聯絡)"
)
_PEOPLE: tuple[tuple[Whose, re.Pattern[str]], ...] = (
    (
        Whose.STAFF,
        re.compile(
            r"社工|承辦(?!所|中心)|經辦|個管[員師]|個案管理[員師]|督導|導師|老師|教師|校長|通報(?:人|者|單位|機關|人員)|受理(?:人|員)|填[表報]人"
            r"|建檔人|登打|審核人|核定人|查訪(?:人|員|員警|警員)|員警|警員|訪視(?:人|員|者)|訪員|訪視人員|關懷員|就服員|就業服務員|觀護人"
            r"|心理師|醫師|護理師|公衛護士|里長|村長|幹事|聯絡窗口|轉介(?:人|者)|輔導員|管理員|介紹人|報案人|申訴人|公司|醫院|院所|機構(?:電|地|聯)|案發|工作(?:地|電)|學校(?:地|電)|派出所(?:電|地)|worker|officer|staff|teacher|reporter|operator|handler"
        ),
    ),
    (
        Whose.CARER,
        re.compile(
            r"家長|監護|照顧[者人]|照護[者人]|照顧者|照護者|主照者|撫養人|扶養人|法定代理|代理人|父母|父或母|carer|caregiver|guardian|parent"
        ),
    ),
    (Whose.REFERENCE, re.compile(r"案主|主案|案家|戶長|家庭代表|戶代表|^head|主個案")),
    (
        Whose.FAMILY,
        re.compile(
            r"配偶|父|母|聯絡人|連絡人|關係人|保證人|相對人|加害人|雇主|房東|屋主|同居人|子女|手足|委託人|被害人|犯嫌|死者|亡者|[兄弟姊姐妹哥]|爺|奶|阿[公嬤]|夫(?!妻)|妻|太太|先生|家人|親友|友人|鄰居|代領人|領[款取]人|代辦人|spouse|father|mother|emergency"
        ),
    ),
)


@cache
def whose(header: str) -> Whose:
    """The person a column is about, as its header says it."""
    folded = fold_label(header)
    if _OWN.search(folded):
        return Whose.OWN
    return next((who for who, pattern in _PEOPLE if pattern.search(folded)), Whose.OWN)


# Days that the office keeps for itself, and days of other matters: never a birth.
_OFFICE_DAY = re.compile(
    r"(?:建檔|更新|異動|列印|製表|匯[入出]|上傳|登打|修改|查詢|填[表報]|報送|產製|資料).*(?:日|時|年月|date|time)"
)
_EVENT_DAY = re.compile(
    r"(?:遷|通報|開案|成案|申請|登記|登錄|查訪|訪視|訪查|輟|離校|復學|收案|結案|受理|收件|異動|發生|自殺|企圖|推介|就業|核[定發准撥]|撥款|死亡|結婚|離婚|服務|轉介|就醫|出監|假釋|入學|最近|最後|到期|設籍).*(?:日|時間|年月|date|time)"
)


@cache
def is_office_day(header: str) -> bool:
    """建檔日期, 更新時間: when the office worked on the row, not when something befell the person."""
    return bool(_OFFICE_DAY.search(fold_label(header)))


@cache
def is_event_day(header: str) -> bool:
    """A day of something that happened (遷入日期, 通報日), said by the header; so it is no birth."""
    return bool(_EVENT_DAY.search(fold_label(header)))
