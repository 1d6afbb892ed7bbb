"""Stating a purpose: what must be said before a unit may see that others serve a household. Pure.

個人資料保護法第16條: a public body uses personal data within its statutory duty and the purpose of collection, or
for one of the reasons of its proviso. Who looks further must say which, and why, before the page opens.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from anwang.standard import reasons

REASON_MIN = 10
REASON_MAX = 160
OPEN_DAYS = 30
"""A stated purpose opens the household for so many days; whoever needs longer says it again."""
STATEMENTS_A_DAY = 10
"""How many households a member may open so in one day: nobody can walk through the household numbers."""


class LegalBasis(StrEnum):
    """Why the law lets the unit use the data (個人資料保護法第16條)."""

    DUTY = "duty"
    DANGER = "danger"
    OTHERS = "others"
    BENEFIT = "benefit"
    CONSENT = "consent"

    @property
    def label(self) -> str:
        return _BASES[self][0]

    @property
    def citation(self) -> str:
        return _BASES[self][1]


_BASES = {
    LegalBasis.DUTY: ("執行法定職務必要範圍內", "個人資料保護法第16條本文"),
    LegalBasis.DANGER: ("為免除當事人之生命、身體、自由或財產上之危險", "個人資料保護法第16條但書第3款"),
    LegalBasis.OTHERS: ("為防止他人權益之重大危害", "個人資料保護法第16條但書第4款"),
    LegalBasis.BENEFIT: ("有利於當事人權益", "個人資料保護法第16條但書第6款"),
    LegalBasis.CONSENT: ("經當事人同意", "個人資料保護法第16條但書第7款"),
}


def reason_problem(reason: str) -> str:
    """What is wrong with a stated reason, as said to the user; "" when it will do.

    Ten characters without spaces are a sentence; the same character again and again is not.
    """
    text = "".join(reason.split())
    if problem := reasons.reason_problem(text, "目的", least=REASON_MIN, most=REASON_MAX):
        return problem
    if len(set(text)) < REASON_MIN // 2:
        return "請寫一句看得懂的目的，例如要聯絡誰、為了哪一件事。"
    return ""


def basis_problem(basis: str) -> str:
    """What is wrong with the chosen legal basis; "" when it is one of `LegalBasis`."""
    return "" if basis in set(LegalBasis) else "請選擇法律依據。"


def open_until(stated_on: dt.date) -> dt.date:
    """The last day on which a purpose stated on a day opens the household."""
    return stated_on + dt.timedelta(days=OPEN_DAYS)
