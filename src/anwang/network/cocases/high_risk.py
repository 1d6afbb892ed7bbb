"""兒少高危機: a child under six whose carers use drugs or are ill without treatment, and no other kin (001 參三(六)1(3))."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from anwang.policy import Decision, Outcome, Policy

from .ages import Judgement, age, is_adult, is_under_six
from .carers import Carers, call, carers_of
from .facts import Household, Member
from .words import counted

RULE = "high_risk_child"


def high_risk_child(child: Member, household: Household, *, policy: Policy, on: dt.date) -> Decision | None:
    """Decide on one child, on the most probable reading of the records, naming what is missing.

    None when there is nothing to decide: not a young child, or no carer at risk. Grown kin without risk are a
    resource, minors are not, and a carer or head whom records name but nobody lists is presumed to be one: the health
    rosters name every case, so who is not on them is not known as one. That presumption makes the decision uncertain.
    """
    young = is_under_six(child, policy, on)
    if young.answer is False and young.certain:
        return None
    if not young.answer and is_adult(child, policy, on).answer:
        return None
    around = carers_of(child, household, policy, on)
    if not around.at_risk:
        return None
    limit = policy.number("high_risk_child.under_age", on=on)
    listed = bool(young.answer) and not around.kin and not around.unseen
    missing = _missing(child, young, around, limit)
    reason = "；".join([_age_text(child, young, limit, on), _carers_text(around), _kin_text(around, listed)])
    keys = [
        *child.record_keys,
        *(k for _, found in around.at_risk for risk in found for k in risk.record_keys),
    ]
    if around.main is not None and child.carer is not None:
        keys += child.carer.record_keys
    texts = [risk.text for _, found in around.at_risk for risk in found]
    return Decision(
        rule=RULE,
        subject=child.key,
        outcome=Outcome.LISTED if listed else Outcome.NOT_LISTED,
        reason=reason if listed else f"{reason}，不列入",
        brief=f"家中有未滿 {limit} 歲兒童，照顧資源不足，請協助關懷",
        citation=policy.citation("high_risk_child.under_age"),
        policy_version=policy.version,
        on=on,
        certain=not missing,
        missing=missing,
        marks=_risk_marks(around),
        record_keys=tuple(dict.fromkeys(keys)),
        subject_record_keys=child.record_keys,
        facts={
            "carers_at_risk": "、".join(dict.fromkeys(texts)),
            "kin_without_risk": str(len(around.kin)),
            "kin_certain": str(sum(is_adult(m, policy, on).certain for m in around.kin)),
            "unseen": "、".join(absent.role for absent in around.unseen),
            "main_carer": call(around.main) if around.main else "",
            "age_basis": young.basis,
        },
    )


def _risk_marks(around: Carers) -> tuple[str, ...]:
    """`drug` and `mental`: which side of the health bureau takes the case (001 參三(六)2(3))."""
    kinds = {risk.is_drug for _, found in around.at_risk for risk in found}
    return tuple(mark for mark, is_drug in (("drug", True), ("mental", False)) if is_drug in kinds)


def _missing(child: Member, young: Judgement, around: Carers, limit: int) -> tuple[str, ...]:
    found: list[str] = []
    if child.deceased:
        found.append(f"{call(child)}姓名註記歿，請先查證。")
    if young.answer is None:
        found.append(f"{call(child)}生日不詳，未能判斷是否未滿 {limit} 歲。")
    elif not young.certain:
        guess = f"未滿 {limit} 歲" if young.answer else f"已滿 {limit} 歲"
        found.append(f"{call(child)}生日不詳或不全，依{young.basis}推定{guess}。")
    for absent in around.unseen:
        name = "" if absent.label == absent.role else absent.label
        found.append(f"{absent.role}{name}不在已知的戶內成員中，推定為未列個管的成年照顧者，請查證。")
    return (*found, *around.doubts)


def _age_text(child: Member, young: Judgement, limit: int, on: dt.date) -> str:
    birth = child.birth
    if birth is not None and birth.stated and birth.earliest is not None and birth.earliest == birth.latest:
        return f"{age(birth.earliest, on)} 歲"
    if young.answer is None:
        return "年齡不詳"
    known = "" if young.certain else "推定"
    return f"{known}未滿 {limit} 歲" if young.answer else f"{known}已滿 {limit} 歲"


def _carers_text(around: Carers) -> str:
    texts = Counter("及".join(dict.fromkeys(risk.text for risk in found)) for _, found in around.at_risk)
    number = len(around.at_risk)
    if number == 1:
        detail = next(iter(texts))
    elif len(texts) == 1:
        detail = f"皆{next(iter(texts))}"
    else:
        detail = "、".join(f"{counted(n)}{text}" for text, n in texts.items())
    main = around.main
    named = (
        f"（主要照顧者{call(main)}）" if main and any(m.key == main.key for m, _ in around.at_risk) else ""
    )
    return f"{counted(number)}成人照顧者{named}，{detail}"


def _kin_text(around: Carers, listed: bool) -> str:
    if around.kin:
        return f"戶內另有成年親屬{'、'.join(call(m) for m in around.kin)}未列個管"
    if around.unseen:
        return f"另有{'、'.join(dict.fromkeys(a.role for a in around.unseen))}未在已知成員中，推定為可照顧者"
    return "戶內無其他成年親屬" if around.minors else "戶內無其他親屬"
